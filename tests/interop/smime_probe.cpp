// Hands S/MIME to a script that holds it against OpenSSL. argv[1]: folder of the test PKI (NAME.der, NAME.key, ca.der).
// stdin: one JSON object a line; stdout: one for each. Octets are hex; every object has "op":
//   protect  {entity, sign, encrypt, outer, multipart, compact, compress, cipher, oaep, signer, recipient,
//   outer_signer}
//            -> {entity}
//   open     {entity, name} -> {layers: ["signature good" ...], content, complete}
// Whatever goes wrong is {"error": name, "text": ...}.
#include "annexe/inflate.hpp"
#include "base/text.hpp"
#include "crypto/smime/layers.hpp"
#include "pki_probe.hpp"

#include <boost/json.hpp>

#include <map>
#include <stdexcept>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::crypto;
namespace json = boost::json;
using test::error_of;

struct Person {
  CertificatePtr certificate;
  PrivateKey key;
};

class Probe {
 public:
  explicit Probe(std::string folder) : folder_(std::move(folder)), random_(as_bytes("seed of a probe, no secret")) {
    trust_.anchors.push_back(*read_certificate(file("ca.der")));
  }

  json::object answer(const json::object& in) {
    const auto op = std::string(in.at("op").as_string());
    if (op == "protect") return protect(in);
    if (op == "open") return open(in);
    throw std::invalid_argument("no such op: " + op);
  }

 private:
  Bytes file(const std::string& name) const { return test::pki_file(folder_, name); }
  const Person& person(const json::object& in, const char* member) {
    const auto name = std::string(in.at(member).as_string());
    if (const auto known = people_.find(name); known != people_.end()) return known->second;
    Person made{*read_certificate(file(name + ".der")), *PrivateKey::read(file(name + ".key"), random_)};
    return people_.emplace(name, std::move(made)).first->second;
  }
  static bool flag(const json::object& in, std::string_view name) {
    const auto* value = in.if_contains(name);
    return value != nullptr && value->as_bool();
  }
  static Bytes octets(const json::object& in) { return from_hex(std::string(in.at("entity").as_string())).value(); }

  json::object protect(const json::object& in) {
    smime::Protection how;
    how.sign = flag(in, "sign");
    how.encrypt = flag(in, "encrypt");
    how.outer_sign = flag(in, "outer");
    how.multipart = flag(in, "multipart");
    how.compact = flag(in, "compact");
    how.compress = flag(in, "compress");
    how.compressor = &zlib_;
    how.form = how.compact ? smime::Form::bare : smime::Form::mime;
    const std::map<std::string, Cipher> ciphers{{"aes128-cbc", Cipher::aes128_cbc},
                                                {"aes256-cbc", Cipher::aes256_cbc},
                                                {"aes128-gcm", Cipher::aes128_gcm},
                                                {"aes256-gcm", Cipher::aes256_gcm}};
    how.cipher = ciphers.at(std::string(in.at("cipher").as_string()));
    const auto signer = [&](const char* member) {
      cms::SignerSpec out;
      out.certificate = person(in, member).certificate;
      out.key = &person(in, member).key;
      return out;
    };
    how.signers = {signer("signer")};
    how.outer_signers = {signer("outer_signer")};
    cms::RecipientSpec recipient;
    recipient.certificate = person(in, "recipient").certificate;
    recipient.oaep = flag(in, "oaep");
    how.recipients = {recipient};
    how.now = from_unix(1'800'000'000);
    const auto made = smime::protect_entity(octets(in), how, random_);
    if (!made) return error_of(made.error());
    return {{"entity", to_hex(*made)}};
  }

  json::object open(const json::object& in) {
    smime::OpenOptions options;
    options.verify.trust = &trust_;
    options.verify.now = from_unix(1'800'000'000);
    options.compressor = &zlib_;
    const auto& reader = person(in, "name");
    options.decrypt.keys = {{reader.certificate, &reader.key}};
    const auto found = smime::unwrap_entity(octets(in), options, random_);
    if (!found) return error_of(found.error());
    json::array layers;
    for (const auto& layer : found->layers) switch (layer.kind) {
        case smime::Layer::Kind::signature:
          for (const auto& signer : layer.verdict.signers)
            layers.emplace_back("signature " + std::string(signer.result));
          break;
        case smime::Layer::Kind::encryption:
          layers.emplace_back("encryption " + std::string(layer.opened ? "opened" : layer.problem));
          break;
        case smime::Layer::Kind::compression:
          layers.emplace_back("compression");
          break;
      }
    return {{"layers", std::move(layers)}, {"content", to_hex(found->content)}, {"complete", found->complete}};
  }

  std::string folder_;
  Drbg random_;
  TrustStore trust_;
  smime::Compressor zlib_{annexe::deflate_zlib, annexe::inflate_zlib};
  std::map<std::string, Person> people_;
};

}  // namespace

int main(int argc, char** argv) { return test::answer_lines<Probe>(argc, argv, "smime_probe"); }
