// Records of a stranger into a TLS server and a TLS client. First octet: how many flights of a real handshake go before
// them (bits 0-1), to whom they are sent (bit 2), and whether they arrive octet by octet (bit 3). Nothing he says may
// come out as data, and no handshake of his may end well.
#include "crypto/tls/tls_stream.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::crypto;

class Fixed : public Random {
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = next_ += 29;
  }
  std::uint8_t next_ = 1;
};

Bytes vector(const std::string& name) {
  std::ifstream file(std::string(LONGWIRE_VECTORS) + "/tls/" + name, std::ios::binary);
  Bytes octets{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (octets.empty()) std::abort();
  return octets;
}

std::shared_ptr<const TlsContext> context(bool server) {
  static Fixed random;
  TlsSettings s;
  s.server = server;
  s.trust.anchors = *read_certificates(vector("ca.crt"));
  if (server) {
    s.certificate_file = vector("server.crt");
    s.key_file = std::make_shared<const Secret>(vector("server.key"));
    s.client_certificate = ClientCertificate::ask;
  }
  return *TlsContext::make(std::move(s), random);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto for_server = context(true);
  static const auto for_client = context(false);
  if (size == 0) return 0;
  const Time now = from_unix(1'790'000'000);
  TlsStream server(for_server, "", now);
  TlsStream client(for_client, "mail.example", now);
  for (unsigned flight = 0; flight < 2 * (data[0] & 3U); ++flight) {
    auto& from = flight % 2 == 0 ? client : server;
    auto& to = flight % 2 == 0 ? server : client;
    for (auto octets = from.take_output(); !octets.empty(); octets = from.take_output()) to.feed(as_bytes(octets));
  }
  auto& target = (data[0] & 4U) != 0 ? client : server;
  const bool was_up = target.established();
  const ByteView input(data + 1, size - 1);
  if ((data[0] & 8U) == 0) target.feed(input);
  else
    for (const auto& octet : input) target.feed({&octet, 1});
  if (!target.take_plain().empty()) std::abort();
  if (target.established() && !was_up) std::abort();
  target.end_of_input();
  if (!target.failure() && !target.closed()) std::abort();
  while (!target.take_output().empty()) {
  }
  return 0;
}
