// Nodes of the test PKI: what each holds of keys and certificates, and mail to send.
#pragma once

#include "annexe/inflate.hpp"
#include "node/security/shaper.hpp"
#include "tests/unit/vectors.hpp"

#include <memory>
#include <string>
#include <vector>

namespace longwire::security::test {

using longwire::test::read_vector;

inline const Time today = from_unix(1'800'000'000);  // 2027-01-15

class SeededRandom : public crypto::Random {
 public:
  explicit SeededRandom(const std::string& seed) : drbg_(as_bytes(seed)) {}
  void fill(std::span<std::uint8_t> out) override { drbg_.fill(out); }

 private:
  crypto::Drbg drbg_;
};

inline KeyConfig key_config(const std::string& name) {
  KeyConfig out;
  out.certificate = {name + ".crt", read_vector("cms/pki/" + name + ".crt")};
  out.key = {name + ".key", std::make_shared<crypto::Secret>(read_vector("cms/pki/" + name + ".key"))};
  return out;
}

struct TestNode {
  // keys: names of the PKI, the node's own first; knows: whose certificates its book has.
  TestNode(const std::string& host, const std::vector<std::string>& keys, const std::vector<std::string>& knows,
           SecurityConfig config = {}, const LabelRules* rules = nullptr)
      : random(host) {
    for (const auto& name : keys) config.keys.push_back(key_config(name));
    config.trust.push_back({"ca.crt", read_vector("cms/pki/ca.crt")});
    Shaper::Means means;
    means.host = host;
    means.compressor = {annexe::deflate_zlib, annexe::inflate_zlib};
    means.rules = rules;
    auto made = Shaper::make(config, store, random, std::move(means));
    EXPECT_TRUE(made) << (made ? "" : made.error().text);
    shaper.emplace(*std::move(made));
    for (const auto& name : knows) {
      const auto certificate = crypto::read_certificate(read_vector("cms/pki/" + name + ".der"));
      EXPECT_TRUE(shaper->book().import(*certificate, {}, false, today)) << name;
    }
  }
  TestNode(const TestNode&) = delete;

  store::Store store{":memory:"};
  SeededRandom random;
  std::optional<Shaper> shaper;
};

inline const std::string body_text = "ROUTINE 211200Z. Fuel state 82 percent, heading north.\r\n";
inline const std::string mail_text =
    "Received: from client by alpha.example; Fri, 15 Jan 2027 08:00:00 +0000\r\n"
    "From: Alice <alice@alpha.example>\r\nTo: bob@bravo.example\r\nSubject: Fuel state\r\n"
    "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\nMessage-ID: <1@alpha.example>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n\r\n" +
    body_text;

inline Parties alice_to_bob() { return {"alice@alpha.example", {"bob@bravo.example"}, {}}; }

inline std::string text_of(ByteView octets) { return std::string(as_text(octets)); }
inline bool contains(ByteView octets, std::string_view text) {
  return as_text(octets).find(text) != std::string_view::npos;
}
inline std::string words_of(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " | ") + word;
  return out;
}

}  // namespace longwire::security::test
