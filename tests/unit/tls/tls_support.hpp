// Two TlsStreams and the wire between them.
#pragma once

#include "crypto/tls/tls_stream.hpp"
#include "tests/unit/vectors.hpp"

#include <string>
#include <string_view>

namespace longwire::test {

// The day of the tests: the expired certificate is so.
inline Time today() { return from_unix(1'790'000'000); }

inline crypto::Random& chance() {
  static crypto::Drbg random(as_bytes("a seed of forty-eight octets or more, as a real one has"));
  return random;
}

inline crypto::TrustStore trust_in(const std::string& name) {
  crypto::TrustStore trust;
  trust.anchors = *crypto::read_certificates(read_vector("tls/" + name + ".crt"));
  return trust;
}

inline crypto::TlsSettings settings_of(const std::string& name, bool server) {
  crypto::TlsSettings s;
  s.server = server;
  s.trust = trust_in("ca");
  if (name.empty()) return s;
  s.certificate_file = read_vector("tls/" + name + ".crt");
  s.key_file = std::make_shared<const crypto::Secret>(read_vector("tls/" + name + ".key"));
  return s;
}

inline std::shared_ptr<const crypto::TlsContext> context(crypto::TlsSettings settings) {
  auto made = crypto::TlsContext::make(std::move(settings), chance());
  EXPECT_TRUE(made) << made.error().name << ": " << made.error().text;
  return *made;
}

inline crypto::TlsSettings asking(const std::string& name, crypto::ClientCertificate what) {
  auto s = settings_of(name, true);
  s.client_certificate = what;
  return s;
}

// Carries octets both ways until neither has more; `at_a_time`: how many arrive together.
inline void pass(crypto::TlsStream& a, crypto::TlsStream& b, std::size_t at_a_time = 100'000) {
  const auto one_way = [at_a_time](crypto::TlsStream& from, crypto::TlsStream& to) {
    const auto octets = from.take_output();
    for (std::size_t at = 0; at < octets.size(); at += at_a_time)
      to.feed(as_bytes(std::string_view(octets).substr(at, at_a_time)));
    return !octets.empty();
  };
  for (bool moved = true; moved;) {
    const bool there = one_way(a, b);
    const bool back = one_way(b, a);
    moved = there || back;
  }
}

inline std::string failure_of(const crypto::TlsStream& s) {
  return s.failure() ? std::string(s.failure()->name) : std::string();
}

inline std::string all_plain(crypto::TlsStream& s) {
  std::string out;
  for (auto part = s.take_plain(); !part.empty(); part = s.take_plain()) out += part;
  return out;
}

}  // namespace longwire::test
