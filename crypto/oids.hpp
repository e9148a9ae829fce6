// Object identifiers of security.md section 1, dotted.
#pragma once

#include <string_view>

namespace longwire::crypto::oid {

// Content types (RFC 5652, RFC 2634, RFC 5083, RFC 8494, STANAG 4406).
inline constexpr std::string_view data = "1.2.840.113549.1.7.1";
inline constexpr std::string_view signed_data = "1.2.840.113549.1.7.2";
inline constexpr std::string_view enveloped_data = "1.2.840.113549.1.7.3";
inline constexpr std::string_view digested_data = "1.2.840.113549.1.7.5";
inline constexpr std::string_view encrypted_data = "1.2.840.113549.1.7.6";
inline constexpr std::string_view receipt = "1.2.840.113549.1.9.16.1.1";
inline constexpr std::string_view content_info = "1.2.840.113549.1.9.16.1.6";
inline constexpr std::string_view compressed_data = "1.2.840.113549.1.9.16.1.9";
inline constexpr std::string_view auth_enveloped_data = "1.2.840.113549.1.9.16.1.23";
inline constexpr std::string_view mmhs_compressed_data = "1.3.26.0.4406.0.4.2";
inline constexpr std::string_view p772 = "1.3.26.0.4406.0.4.1";
inline constexpr std::string_view p22 = "2.6.1.10.1";
// Attributes (RFC 5652 11, RFC 2634, RFC 5035, RFC 8551).
inline constexpr std::string_view content_type = "1.2.840.113549.1.9.3";
inline constexpr std::string_view message_digest = "1.2.840.113549.1.9.4";
inline constexpr std::string_view signing_time = "1.2.840.113549.1.9.5";
inline constexpr std::string_view countersignature = "1.2.840.113549.1.9.6";
inline constexpr std::string_view smime_capabilities = "1.2.840.113549.1.9.15";
inline constexpr std::string_view receipt_request = "1.2.840.113549.1.9.16.2.1";
inline constexpr std::string_view security_label = "1.2.840.113549.1.9.16.2.2";
inline constexpr std::string_view ml_expansion_history = "1.2.840.113549.1.9.16.2.3";
inline constexpr std::string_view content_hints = "1.2.840.113549.1.9.16.2.4";
inline constexpr std::string_view msg_sig_digest = "1.2.840.113549.1.9.16.2.5";
inline constexpr std::string_view content_identifier = "1.2.840.113549.1.9.16.2.7";
inline constexpr std::string_view equivalent_labels = "1.2.840.113549.1.9.16.2.9";
inline constexpr std::string_view content_reference = "1.2.840.113549.1.9.16.2.10";
inline constexpr std::string_view encryption_key_preference = "1.2.840.113549.1.9.16.2.11";
inline constexpr std::string_view signing_certificate = "1.2.840.113549.1.9.16.2.12";
inline constexpr std::string_view signing_certificate_v2 = "1.2.840.113549.1.9.16.2.47";
// Keys and signatures.
inline constexpr std::string_view rsa_encryption = "1.2.840.113549.1.1.1";
inline constexpr std::string_view rsaes_oaep = "1.2.840.113549.1.1.7";
inline constexpr std::string_view mgf1 = "1.2.840.113549.1.1.8";
inline constexpr std::string_view p_specified = "1.2.840.113549.1.1.9";
inline constexpr std::string_view rsassa_pss = "1.2.840.113549.1.1.10";
inline constexpr std::string_view ec_public_key = "1.2.840.10045.2.1";
inline constexpr std::string_view dh_public_number = "1.2.840.10046.2.1";
inline constexpr std::string_view x25519 = "1.3.101.110";
inline constexpr std::string_view esdh = "1.2.840.113549.1.9.16.3.5";

}  // namespace longwire::crypto::oid
