// Hands CMS to a script that holds it against OpenSSL. argv[1]: folder of the test PKI (NAME.der, NAME.key, ca.der).
// stdin: one JSON object a line; stdout: one for each. Octets are hex; every object has "op":
//   sign     {content, type, signers: [{name, pss, key_id, minimal, digest}], detached, certificates, request} -> {cms}
//   encrypt  {content, type, cipher, shared, recipients: [{name, oaep, key_id, kdf, ukm} | {kek, id}]} -> {cms}
//   verify   {cms, content} -> {content, results, serials}
//   decrypt  {cms, name | kek, id} -> {content, authenticated}
//   receipt  {cms, name} -> {cms} of the signed receipt
//   check    {original, cms} -> {result} of a signed receipt
// Whatever goes wrong is {"error": name, "text": ...}.
#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "crypto/cms/enveloped_data.hpp"
#include "crypto/cms/receipt.hpp"
#include "pki_probe.hpp"

#include <boost/json.hpp>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace {

using namespace longwire;
using namespace longwire::crypto;
namespace json = boost::json;
using test::error_of;

// A wrong request is a mistake of the script.
[[noreturn]] void wrong(const std::string& what) { throw std::invalid_argument(what); }

std::string text_of(const json::object& in, std::string_view name) {
  const auto* value = in.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}
bool flag_of(const json::object& in, std::string_view name, bool otherwise = false) {
  const auto* value = in.if_contains(name);
  return value != nullptr ? value->as_bool() : otherwise;
}
Bytes octets_of(const json::object& in, std::string_view name) {
  auto octets = from_hex(text_of(in, name));
  if (!octets) wrong("no hex");
  return *std::move(octets);
}

const std::map<std::string, Digest> digests{
    {"sha1", Digest::sha1}, {"sha256", Digest::sha256}, {"sha384", Digest::sha384}, {"sha512", Digest::sha512}};
const std::map<std::string, Cipher> ciphers{{"aes128_cbc", Cipher::aes128_cbc}, {"aes192_cbc", Cipher::aes192_cbc},
                                            {"aes256_cbc", Cipher::aes256_cbc}, {"aes128_gcm", Cipher::aes128_gcm},
                                            {"aes192_gcm", Cipher::aes192_gcm}, {"aes256_gcm", Cipher::aes256_gcm}};

class Probe {
 public:
  explicit Probe(std::string folder) : folder_(std::move(folder)), random_(as_bytes("seed of a probe, no secret")) {
    trust_.anchors.push_back(certificate("ca"));
  }

  json::object answer(const json::object& in) {
    const auto op = text_of(in, "op");
    if (op == "sign") return sign(in);
    if (op == "encrypt") return encrypt(in);
    if (op == "verify") return verify(in);
    if (op == "decrypt") return decrypt(in);
    if (op == "receipt") return receipt(in);
    if (op == "check") return check(in);
    wrong("no such op: " + op);
  }

 private:
  Bytes file(const std::string& name) const { return test::pki_file(folder_, name); }
  CertificatePtr certificate(const std::string& name) {
    auto& known = certificates_[name];
    if (known) return known;
    auto read = read_certificate(file(name + ".der"));
    if (!read) wrong("no certificate " + name);
    known = *read;
    return known;
  }
  const PrivateKey& key(const std::string& name) {
    const auto found = keys_.find(name);
    if (found != keys_.end()) return found->second;
    auto read = PrivateKey::read(file(name + ".key"), random_);
    if (!read) wrong("no key " + name);
    return keys_.emplace(name, *std::move(read)).first->second;
  }

  cms::SignerSpec signer(const json::object& in) {
    cms::SignerSpec out;
    const auto name = text_of(in, "name");
    out.certificate = certificate(name);
    out.key = &key(name);
    out.pss = flag_of(in, "pss");
    out.by_key_id = flag_of(in, "key_id");
    out.minimal = flag_of(in, "minimal");
    if (in.contains("digest")) out.digest = digests.at(text_of(in, "digest"));
    return out;
  }

  json::object sign(const json::object& in) {
    cms::SignOptions options;
    options.content_type = text_of(in, "type");
    options.detached = flag_of(in, "detached");
    options.with_certificates = flag_of(in, "certificates", true);
    options.now = now_;
    std::vector<cms::SignerSpec> signers;
    for (const auto& one : in.at("signers").as_array()) {
      signers.push_back(signer(one.as_object()));
      if (!in.contains("request")) continue;
      const cms::ReceiptRequest request{octets_of(in, "request"), 0, {}, {"alice@alpha.example"}};
      signers.back().attributes = {{std::string(oid::receipt_request), {cms::write_receipt_request(request)}}};
    }
    const auto made = cms::sign(octets_of(in, "content"), signers, options, random_);
    if (!made) return error_of(made.error());
    return {{"cms", to_hex(cms::encode_content_info(oid::signed_data, *made))}};
  }

  json::object encrypt(const json::object& in) {
    cms::EncryptOptions options;
    options.cipher = ciphers.at(text_of(in, "cipher"));
    options.content_type = text_of(in, "type");
    options.shared_ephemeral = flag_of(in, "shared", true);
    std::vector<cms::RecipientSpec> recipients;
    std::vector<Secret> keks;
    keks.reserve(in.at("recipients").as_array().size());
    for (const auto& value : in.at("recipients").as_array()) {
      const auto& one = value.as_object();
      auto& to = recipients.emplace_back();
      if (one.contains("kek")) {
        keks.emplace_back(octets_of(one, "kek"));
        to.kek = &keks.back();
        to.kek_id = octets_of(one, "id");
        continue;
      }
      to.certificate = certificate(text_of(one, "name"));
      to.oaep = flag_of(one, "oaep");
      to.by_key_id = flag_of(one, "key_id");
      if (one.contains("kdf")) to.kdf = digests.at(text_of(one, "kdf"));
      if (one.contains("ukm")) to.ukm = octets_of(one, "ukm");
    }
    const auto made = cms::encrypt(octets_of(in, "content"), recipients, options, random_);
    if (!made) return error_of(made.error());
    const auto type = is_gcm(options.cipher) ? oid::auth_enveloped_data : oid::enveloped_data;
    return {{"cms", to_hex(cms::encode_content_info(type, *made))}};
  }

  cms::SignatureVerdict verdict_of(const cms::SignedData& data, const Bytes& detached) {
    cms::VerifyOptions options{&trust_, {}, now_};
    for (const auto* name : {"alice-rsa", "alice-p256", "alice-p384", "bob-p256"})
      options.known.push_back(certificate(name));
    return cms::verify(data, detached, options);
  }

  Result<cms::SignedData> signed_data(const json::object& in, std::string_view name) {
    const auto info = cms::decode_content_info(octets_of(in, name));
    if (!info) return info.error();
    if (info->type != oid::signed_data) return error("bad_cms", 0, "no SignedData");
    return cms::decode_signed_data(info->content);
  }

  json::object verify(const json::object& in) {
    const auto data = signed_data(in, "cms");
    if (!data) return error_of(data.error());
    const auto detached = octets_of(in, "content");
    const auto verdict = verdict_of(*data, detached);
    json::array results, serials;
    for (const auto& signer : verdict.signers) {
      results.push_back(json::value(signer.result));
      serials.push_back(signer.certificate ? json::value(signer.certificate->serial_text()) : json::value());
    }
    return {{"content", to_hex(data->content.value_or(detached))}, {"results", results}, {"serials", serials}};
  }

  json::object decrypt(const json::object& in) {
    const auto info = cms::decode_content_info(octets_of(in, "cms"));
    if (!info) return error_of(info.error());
    const auto data = cms::decode_enveloped_data(info->content, info->type == oid::auth_enveloped_data);
    if (!data) return error_of(data.error());
    cms::DecryptOptions options;
    if (in.contains("kek")) options.keks.emplace_back(octets_of(in, "id"), Secret(octets_of(in, "kek")));
    else options.keys.push_back({certificate(text_of(in, "name")), &key(text_of(in, "name"))});
    const auto opened = cms::decrypt(*data, options, random_);
    if (!opened) return error_of(opened.error());
    return {{"content", to_hex(opened->content.view())}, {"authenticated", opened->authenticated}};
  }

  json::object receipt(const json::object& in) {
    const auto data = signed_data(in, "cms");
    if (!data) return error_of(data.error());
    const auto verdict = verdict_of(*data, {});
    json::object named{{"name", text_of(in, "name")}};
    const auto made = cms::make_receipt(verdict.signers.at(0), data->content_type, signer(named), now_, random_);
    if (!made) return error_of(made.error());
    return {{"cms", to_hex(*made)}};
  }

  json::object check(const json::object& in) {
    const auto original = cms::decode_content_info(octets_of(in, "original"));
    if (!original) return error_of(original.error());
    const auto expected = cms::expect_receipt(original->content);
    if (!expected) return error_of(expected.error());
    const auto data = signed_data(in, "cms");
    if (!data) return error_of(data.error());
    return {{"result", cms::check_receipt(*data, verdict_of(*data, {}), *expected)}};
  }

  std::string folder_;
  Drbg random_;
  TrustStore trust_;
  std::map<std::string, CertificatePtr> certificates_;
  std::map<std::string, PrivateKey> keys_;
  const Time now_ = from_unix(1'800'000'000);
};

}  // namespace

int main(int argc, char** argv) { return test::answer_lines<Probe>(argc, argv, "cms_probe"); }
