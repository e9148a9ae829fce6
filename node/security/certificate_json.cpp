#include "node/security/certificate_json.hpp"

#include "base/text.hpp"
#include "crypto/oids.hpp"
#include "crypto/x509/extension_oids.hpp"
#include "crypto/x509/value_reader.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace longwire::security {

namespace json = boost::json;
namespace oid = crypto::oid;

namespace {

using Name = std::pair<std::string_view, std::string_view>;

// RFC 5280 4.2.1.3, by bit.
constexpr std::array<std::string_view, 9> usage_names{"digitalSignature", "nonRepudiation", "keyEncipherment",
                                                      "dataEncipherment", "keyAgreement",   "keyCertSign",
                                                      "cRLSign",          "encipherOnly",   "decipherOnly"};

constexpr std::array<Name, 7> extended_usage_names{{
    {oid::server_auth, "serverAuth"},
    {oid::client_auth, "clientAuth"},
    {"1.3.6.1.5.5.7.3.3", "codeSigning"},
    {oid::email_protection, "emailProtection"},
    {"1.3.6.1.5.5.7.3.8", "timeStamping"},
    {"1.3.6.1.5.5.7.3.9", "OCSPSigning"},
    {oid::any_extended_key_usage, "anyExtendedKeyUsage"},
}};

constexpr std::array<Name, 23> capability_names{{
    {"2.16.840.1.101.3.4.1.2", "aes128-cbc"},
    {"2.16.840.1.101.3.4.1.22", "aes192-cbc"},
    {"2.16.840.1.101.3.4.1.42", "aes256-cbc"},
    {"2.16.840.1.101.3.4.1.6", "aes128-gcm"},
    {"2.16.840.1.101.3.4.1.26", "aes192-gcm"},
    {"2.16.840.1.101.3.4.1.46", "aes256-gcm"},
    {"2.16.840.1.101.3.4.1.5", "aes128-wrap"},
    {"2.16.840.1.101.3.4.1.25", "aes192-wrap"},
    {"2.16.840.1.101.3.4.1.45", "aes256-wrap"},
    {"1.2.840.113549.3.7", "des-ede3-cbc"},
    {"1.2.840.113549.3.2", "rc2-cbc"},
    {"1.2.840.113549.1.9.16.3.18", "chacha20-poly1305"},
    {oid::rsa_encryption, "rsa"},
    {oid::rsaes_oaep, "rsa-oaep"},
    {oid::rsassa_pss, "rsa-pss"},
    {oid::esdh, "esdh"},
    {"1.2.840.113549.1.1.11", "rsa-sha256"},
    {"1.2.840.10045.4.3.2", "ecdsa-sha256"},
    {"1.3.132.1.11.1", "ecdh-sha256kdf"},
    {"1.3.132.1.11.2", "ecdh-sha384kdf"},
    {"1.3.132.1.11.3", "ecdh-sha512kdf"},
    {"1.3.133.16.840.63.0.2", "ecdh-sha1kdf"},
    {"1.2.840.113549.1.9.16.11.1", "prefer-binary-inside"},
}};

template <std::size_t n>
std::string name_in(const std::array<Name, n>& names, std::string_view oid) {
  const auto at = std::find_if(names.begin(), names.end(), [oid](const Name& name) { return name.first == oid; });
  return std::string(at == names.end() ? oid : at->second);
}

json::array usages(const crypto::Certificate& certificate) {
  json::array out;
  for (std::size_t bit = 0; bit < usage_names.size(); ++bit)
    if (certificate.usage && (*certificate.usage >> bit & 1) != 0) out.emplace_back(usage_names[bit]);
  return out;
}

json::value key_json(const crypto::Certificate& certificate) {
  if (!certificate.key) return {{"type", certificate.key_problem}, {"bits", 0}};
  return {{"type", crypto::to_string(certificate.key->type())}, {"bits", certificate.key->bits()}};
}

}  // namespace

json::object certificate_json(const crypto::Certificate& certificate) {
  json::array extended;
  for (const auto& use : certificate.extended_usage) extended.emplace_back(name_in(extended_usage_names, use));
  json::array can;
  if (certificate.key && certificate.may_sign()) can.emplace_back("sign");
  if (certificate.may_transport() || certificate.may_agree()) can.emplace_back("encrypt");
  json::array clearances;
  for (const auto& clearance : certificate.clearances) clearances.emplace_back(clearance.policy);
  return {{"subject", certificate.subject_text()},
          {"issuer", certificate.issuer_text()},
          {"serial", certificate.serial_text()},
          {"fingerprint", certificate.fingerprint()},
          {"not_before", format_utc(certificate.not_before)},
          {"not_after", format_utc(certificate.not_after)},
          {"version", certificate.version},
          {"key", key_json(certificate)},
          {"usage", usages(certificate)},
          {"extended_usage", std::move(extended)},
          {"can", std::move(can)},
          {"ca", certificate.is_ca},
          {"addresses", json::array(certificate.addresses.begin(), certificate.addresses.end())},
          {"clearances", std::move(clearances)}};
}

std::vector<std::string> capability_oids(ByteView smime_capabilities) {
  const auto list = crypto::read_value(smime_capabilities, [](const ber::Document& doc, std::size_t index) {
    return ber::read_list(doc, index, ber::tagged(ber::sequence_tag, crypto::read_algorithm));
  });
  std::vector<std::string> out;
  if (list)
    for (const auto& capability : *list) out.push_back(capability.oid);
  return out;
}

std::string capability_name(std::string_view oid) { return name_in(capability_names, oid); }

}  // namespace longwire::security
