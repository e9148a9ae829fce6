// Object identifiers of certificates and CRLs (RFC 5280, RFC 4056, RFC 5755), dotted.
#pragma once

#include <string_view>

namespace longwire::crypto::oid {

// Extensions (RFC 5280 4.2.1, 5.2, 5.3).
inline constexpr std::string_view subject_directory_attributes = "2.5.29.9";
inline constexpr std::string_view subject_key_identifier = "2.5.29.14";
inline constexpr std::string_view key_usage = "2.5.29.15";
inline constexpr std::string_view private_key_usage_period = "2.5.29.16";
inline constexpr std::string_view subject_alt_name = "2.5.29.17";
inline constexpr std::string_view issuer_alt_name = "2.5.29.18";
inline constexpr std::string_view basic_constraints = "2.5.29.19";
inline constexpr std::string_view crl_number = "2.5.29.20";
inline constexpr std::string_view reason_code = "2.5.29.21";
inline constexpr std::string_view invalidity_date = "2.5.29.24";
inline constexpr std::string_view delta_crl_indicator = "2.5.29.27";
inline constexpr std::string_view issuing_distribution_point = "2.5.29.28";
inline constexpr std::string_view certificate_issuer = "2.5.29.29";
inline constexpr std::string_view name_constraints = "2.5.29.30";
inline constexpr std::string_view crl_distribution_points = "2.5.29.31";
inline constexpr std::string_view certificate_policies = "2.5.29.32";
inline constexpr std::string_view any_policy = "2.5.29.32.0";
inline constexpr std::string_view authority_key_identifier = "2.5.29.35";
inline constexpr std::string_view extended_key_usage = "2.5.29.37";
inline constexpr std::string_view freshest_crl = "2.5.29.46";
inline constexpr std::string_view inhibit_any_policy = "2.5.29.54";
inline constexpr std::string_view authority_info_access = "1.3.6.1.5.5.7.1.1";
// extendedKeyUsage (RFC 5280 4.2.1.12).
inline constexpr std::string_view any_extended_key_usage = "2.5.29.37.0";
inline constexpr std::string_view server_auth = "1.3.6.1.5.5.7.3.1";
inline constexpr std::string_view client_auth = "1.3.6.1.5.5.7.3.2";
inline constexpr std::string_view email_protection = "1.3.6.1.5.5.7.3.4";
// Names and attributes.
inline constexpr std::string_view email_address = "1.2.840.113549.1.9.1";
inline constexpr std::string_view smtp_utf8_mailbox = "1.3.6.1.5.5.7.8.9";  // RFC 8398
inline constexpr std::string_view clearance = "2.5.4.55";
inline constexpr std::string_view clearance_rfc3281 = "2.5.1.5.55";  // to be read, never written (RFC 5755 4.4.6)

}  // namespace longwire::crypto::oid
