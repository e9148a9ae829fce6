// What the writers and readers of DSN and MDN share. Internal to annexe/gateway; others use reports.hpp.
#pragma once

#include "annexe/gateway/gateway.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::gateway {

inline constexpr std::string_view mts_id_prefix = "X400-MTS-Identifier: ";   // of an ENVID, RFC 2156 appendix A
inline constexpr std::string_view message_id_correlator = "Message-ID: ";    // a line of it
inline constexpr std::string_view envid_correlator = "SMTP/NOTARY ENVID: ";  // of a content correlator
inline constexpr std::string_view dsn_header_list_oid = "1.3.6.1.7.1.3.3";   // RFC 2156 5.1.8.2
inline constexpr std::string_view dsn_field_list_oid = "1.3.6.1.7.1.3.4";

// Fields of a report, one after another: printable ASCII, folded, none when the value is empty.
class FieldWriter {
 public:
  void add(std::string_view name, std::string_view value);
  void line(std::string_view text) { out_ += std::string(text) + "\r\n"; }  // for texts and empty lines
  std::string finish() { return std::move(out_); }

 private:
  std::string out_;
};

std::string domain_text(const x400::GlobalDomainId& domain);                       // "/PRMD=NO/ADMD=TAC/C=NO/"
std::string eits_text(const x400::Eits& eits);                                     // "IA5-Text, 1.3.26.0..."
std::string content_type_text(const x400::ContentType& type);                      // "P2-1988 (22)"
std::string trace_text(const x400::TraceElement& element);                         // "by /PRMD=../; Relayed; date"
std::string correlator_text(const std::vector<x400::ExtensionField>& extensions);  // extension 23, "" = none
std::string correlated_message_id(const std::vector<x400::ExtensionField>& extensions);  // "<..>", "" = none

// The parts of a multipart/report.
struct ReportParts {
  std::string report_type;  // "delivery-status"
  std::string text;         // for people
  std::string status_type;  // "message/delivery-status"
  std::string status;
  std::string returned_type;  // "message/rfc822", "text/rfc822-headers"; empty = none
  Bytes returned;
};
// Its MIME fields and body put behind `header`.
Bytes format_report(std::string header, std::string_view seed, const ReportParts& parts);

// The first part of that type directly in a multipart/report of that report-type; nullopt: no such report.
struct FoundReport {
  mail::ContentType type;
  ByteView status;     // body of the status part
  ByteView returned;   // body of the returned message or header, may be empty
  bool whole = false;  // it is the message, not only its header
};
std::optional<FoundReport> find_report(ByteView message, std::string_view report_type, std::string_view status_type);

// "rfc822; a@b" taken apart; type in lower case.
struct TypedAddress {
  std::string type, address;
};
std::optional<TypedAddress> typed_address(const std::optional<std::string>& value);
// An address of any type as ORName; what cannot be one becomes the gateway's own (X.411 wants a name).
x400::OrName or_name_of(const TypedAddress& address, const Settings& settings);

// "<...>" for a report or notification, the same for the same identifier.
std::string report_message_id(const x400::MtsId& id, const Settings& settings);
// IPMS content as mail with header and MIME fields; nullopt if it is no IPM.
std::optional<Bytes> content_as_mail(ByteView content, const Settings& settings, std::vector<std::string>& notes);
Bytes ipm_as_mail(const x400::Ipm& message, const Settings& settings, std::vector<std::string>& notes);

}  // namespace longwire::gateway
