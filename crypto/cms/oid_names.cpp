#include "crypto/cms/oid_names.hpp"

#include "crypto/oids.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::cms {

namespace {

struct Name {
  std::string_view oid, name;
};

constexpr std::array names{
    // content types
    Name{oid::data, "data"}, Name{oid::signed_data, "signed_data"}, Name{oid::enveloped_data, "enveloped_data"},
    Name{oid::digested_data, "digested_data"}, Name{oid::encrypted_data, "encrypted_data"},
    Name{oid::receipt, "receipt"}, Name{oid::content_info, "content_info"},
    Name{oid::compressed_data, "compressed_data"}, Name{oid::auth_enveloped_data, "auth_enveloped_data"},
    Name{oid::mmhs_compressed_data, "mmhs_compressed_data"}, Name{oid::p772, "p772"}, Name{oid::p22, "p22"},
    Name{"1.2.840.113549.1.9.16.1.2", "auth_data"},
    // attributes
    Name{oid::content_type, "content_type"}, Name{oid::message_digest, "message_digest"},
    Name{oid::signing_time, "signing_time"}, Name{oid::countersignature, "countersignature"},
    Name{oid::smime_capabilities, "smime_capabilities"}, Name{oid::receipt_request, "receipt_request"},
    Name{oid::security_label, "security_label"}, Name{oid::ml_expansion_history, "ml_expansion_history"},
    Name{oid::content_hints, "content_hints"}, Name{oid::msg_sig_digest, "msg_sig_digest"},
    Name{oid::content_identifier, "content_identifier"}, Name{oid::equivalent_labels, "equivalent_labels"},
    Name{oid::content_reference, "content_reference"}, Name{oid::encryption_key_preference, "encryp_key_pref"},
    Name{oid::signing_certificate, "signing_certificate"}, Name{oid::signing_certificate_v2, "signing_certificate_v2"},
    // digests
    Name{"1.2.840.113549.2.5", "md5"}, Name{"1.3.14.3.2.26", "sha1"}, Name{"2.16.840.1.101.3.4.2.4", "sha224"},
    Name{"2.16.840.1.101.3.4.2.1", "sha256"}, Name{"2.16.840.1.101.3.4.2.2", "sha384"},
    Name{"2.16.840.1.101.3.4.2.3", "sha512"}, Name{"2.16.840.1.101.3.4.2.18", "shake256_len"},
    // signatures and key transport
    Name{oid::rsa_encryption, "rsa_encryption"}, Name{oid::rsaes_oaep, "rsaes_oaep"},
    Name{oid::rsassa_pss, "rsassa_pss"}, Name{oid::mgf1, "mgf1"}, Name{"1.2.840.113549.1.1.4", "md5_with_rsa"},
    Name{"1.2.840.113549.1.1.5", "sha1_with_rsa"}, Name{"1.2.840.113549.1.1.14", "sha224_with_rsa"},
    Name{"1.2.840.113549.1.1.11", "sha256_with_rsa"}, Name{"1.2.840.113549.1.1.12", "sha384_with_rsa"},
    Name{"1.2.840.113549.1.1.13", "sha512_with_rsa"}, Name{"1.2.840.10045.4.1", "ecdsa_with_sha1"},
    Name{"1.2.840.10045.4.3.1", "ecdsa_with_sha224"}, Name{"1.2.840.10045.4.3.2", "ecdsa_with_sha256"},
    Name{"1.2.840.10045.4.3.3", "ecdsa_with_sha384"}, Name{"1.2.840.10045.4.3.4", "ecdsa_with_sha512"},
    Name{"1.2.840.10040.4.1", "dsa"}, Name{"1.2.840.10040.4.3", "dsa_with_sha1"}, Name{"1.3.101.112", "ed25519"},
    Name{"1.3.101.113", "ed448"},
    // keys and key agreement
    Name{oid::ec_public_key, "ec_public_key"}, Name{oid::dh_public_number, "dh_public_number"},
    Name{oid::x25519, "x25519"}, Name{oid::esdh, "esdh"}, Name{"1.2.840.113549.1.9.16.3.10", "ssdh"},
    Name{"1.3.133.16.840.63.0.2", "std_dh_sha1kdf"}, Name{"1.3.132.1.11.0", "std_dh_sha224kdf"},
    Name{"1.3.132.1.11.1", "std_dh_sha256kdf"}, Name{"1.3.132.1.11.2", "std_dh_sha384kdf"},
    Name{"1.3.132.1.11.3", "std_dh_sha512kdf"}, Name{"1.3.133.16.840.63.0.3", "cofactor_dh_sha1kdf"},
    Name{"1.3.132.1.14.0", "cofactor_dh_sha224kdf"}, Name{"1.3.132.1.14.1", "cofactor_dh_sha256kdf"},
    Name{"1.3.132.1.14.2", "cofactor_dh_sha384kdf"}, Name{"1.3.132.1.14.3", "cofactor_dh_sha512kdf"},
    Name{"1.2.840.113549.1.9.16.3.19", "std_dh_hkdf_sha256"}, Name{"1.2.840.113549.1.9.16.3.20", "std_dh_hkdf_sha384"},
    Name{"1.2.840.113549.1.9.16.3.21", "std_dh_hkdf_sha512"},
    // ciphers
    Name{"2.16.840.1.101.3.4.1.2", "aes128_cbc"}, Name{"2.16.840.1.101.3.4.1.22", "aes192_cbc"},
    Name{"2.16.840.1.101.3.4.1.42", "aes256_cbc"}, Name{"2.16.840.1.101.3.4.1.5", "aes128_wrap"},
    Name{"2.16.840.1.101.3.4.1.25", "aes192_wrap"}, Name{"2.16.840.1.101.3.4.1.45", "aes256_wrap"},
    Name{"2.16.840.1.101.3.4.1.6", "aes128_gcm"}, Name{"2.16.840.1.101.3.4.1.26", "aes192_gcm"},
    Name{"2.16.840.1.101.3.4.1.46", "aes256_gcm"}, Name{"2.16.840.1.101.3.4.1.7", "aes128_ccm"},
    Name{"2.16.840.1.101.3.4.1.27", "aes192_ccm"}, Name{"2.16.840.1.101.3.4.1.47", "aes256_ccm"},
    Name{"1.2.840.113549.3.7", "des_ede3_cbc"}, Name{"1.2.840.113549.3.2", "rc2_cbc"}};

}  // namespace

std::string name_of(std::string_view oid) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const Name& name) { return name.oid == oid; });
  return std::string(found == names.end() ? oid : found->name);
}

}  // namespace longwire::crypto::cms
