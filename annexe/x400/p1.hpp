// X.411 P1 as STANAG 4406 Annex E carries it: MTS-APDU message, report, probe (stanag4406.md 3, 3.2).
//
// Decoding keeps what it does not know as raw octets and re-encoding gives the same meaning; a relay does
// not re-encode at all but uses relay() below.
#pragma once

#include "annexe/x400/or_name.hpp"
#include "base/precedence.hpp"
#include "base/time.hpp"

#include <optional>
#include <variant>

namespace longwire::x400 {

// Content types by number or OID; oid empty = number.
struct ContentType {
  int number = 0;
  std::string oid;
  friend bool operator==(const ContentType&, const ContentType&) = default;
};
inline constexpr int content_p2 = 2;
inline constexpr int content_p22 = 22;
inline constexpr std::string_view content_p772_oid = "1.3.26.0.4406.0.4.1";

enum class Priority : std::uint8_t { normal = 0, non_urgent = 1, urgent = 2 };

// Criticality bits of an extension, as in the first octet of the BIT STRING.
inline constexpr std::uint8_t critical_for_submission = 0x80;
inline constexpr std::uint8_t critical_for_transfer = 0x40;
inline constexpr std::uint8_t critical_for_delivery = 0x20;

struct ExtensionField {
  int standard = -1;        // >= 0: standardId
  std::string private_oid;  // else privateId
  std::uint8_t criticality = 0;
  Bytes value;  // complete BER of the value, empty = absent
  friend bool operator==(const ExtensionField&, const ExtensionField&) = default;
};
inline constexpr int ext_dl_expansion_prohibited = 3;
inline constexpr int ext_conversion_with_loss_prohibited = 4;
inline constexpr int ext_latest_delivery_time = 5;
inline constexpr int ext_originator_return_address = 13;
inline constexpr int ext_message_security_label = 20;
inline constexpr int ext_content_correlator = 23;
inline constexpr int ext_redirection_history = 25;
inline constexpr int ext_dl_expansion_history = 26;
inline constexpr int ext_internal_trace = 38;
inline constexpr int ext_reporting_mta_name = 39;
inline constexpr std::string_view ext_priority_level_qualifier = "1.3.26.0.4406.0.8.0";

// Encoded information types. `raw` holds members beyond the built-in bits and OIDs, as they came.
struct Eits {
  std::uint16_t builtin = 0;  // bit 0 of the BIT STRING is 0x8000
  std::vector<std::string> extended;
  std::vector<Bytes> raw;
  friend bool operator==(const Eits&, const Eits&) = default;
};
inline constexpr std::uint16_t eit_ia5_text = 0x2000;

enum class TraceAction : std::uint8_t { relayed = 0, rerouted = 1 };

struct TraceElement {
  GlobalDomainId domain;
  Time arrival{};
  TraceAction action = TraceAction::relayed;
  std::optional<GlobalDomainId> attempted;
  std::optional<Time> deferred;
  std::optional<Eits> converted;
  std::uint8_t other_actions = 0;  // bits: 0x80 redirected, 0x40 dl-operation
};

// What is asked to be reported: the two bits of a pair of the per-recipient indicators (3.2), report and
// non-delivery report. Senders that mean "everything" set either the first or both (stanag4406.md 6.7).
enum class ReportRequest : std::uint8_t { none = 0, non_delivery = 1, delivery = 2, both = 3 };

struct Recipient {
  OrName name;
  int number = 0;                                          // originally-specified-recipient-number, 1..32767
  bool responsibility = true;                              // bit 0
  ReportRequest mta_report = ReportRequest::non_delivery;  // bits 1, 2
  ReportRequest report = ReportRequest::non_delivery;      // bits 3, 4
  std::optional<int> conversion;
  std::vector<ExtensionField> extensions;
};

// Per-message indicators.
struct Indicators {
  bool disclosure_of_other_recipients = false;  // bit 0
  bool implicit_conversion_prohibited = false;  // bit 1
  bool alternate_recipient_allowed = false;     // bit 2
  bool content_return_request = false;          // bit 3
  bool service_message = false;                 // bit 7
};

struct MessageEnvelope {
  MtsId id;
  OrName originator;
  std::optional<Eits> eits;
  ContentType content_type;
  std::string content_id;  // 1..16, empty = absent
  Priority priority = Priority::normal;
  Indicators indicators;
  std::optional<Time> deferred;
  std::vector<Bytes> bilateral;  // complete BER each
  std::vector<TraceElement> trace;
  std::vector<ExtensionField> extensions;
  std::vector<Recipient> recipients;
  std::vector<Bytes> unknown;  // elements of no meaning here, kept
};

struct Message {
  MessageEnvelope envelope;
  Bytes content;  // as received, never re-encoded
};

struct Delivered {
  Time time{};
  std::optional<int> user_type;  // type-of-MTS-user; absent = public(0)
};
struct NonDelivered {
  int reason = 0;  // stanag4406.md 3.2
  std::optional<int> diagnostic;
};
struct ReportRecipient {
  OrName actual;
  int number = 0;
  std::uint8_t indicators = 0;  // the raw bits of the BIT STRING's first octet
  Time arrival{};               // last-trace
  std::optional<Eits> converted;
  std::variant<Delivered, NonDelivered> outcome;
  std::optional<OrName> intended;
  std::string supplementary;  // 0..256
  std::vector<ExtensionField> extensions;
};
struct Report {
  // envelope
  MtsId id;
  OrName destination;
  std::vector<TraceElement> trace;
  std::vector<ExtensionField> envelope_extensions;
  std::vector<Bytes> envelope_unknown;
  // content
  MtsId subject;
  std::vector<TraceElement> subject_trace;
  std::optional<Eits> eits;
  std::optional<ContentType> content_type;
  std::string content_id;
  std::optional<Bytes> returned;  // content of the subject message
  Bytes additional;               // complete BER, empty = absent
  std::vector<ExtensionField> extensions;
  std::vector<ReportRecipient> recipients;
  std::vector<Bytes> unknown;
};

struct Probe {
  MessageEnvelope envelope;  // deferred is not used
  std::optional<std::int64_t> length;
};

using MtsApdu = std::variant<Message, Report, Probe>;

// Errors: truncated, bad_tag, bad_length, too_deep, too_many_elements, trailing_octets, missing_element,
// duplicate_element, bad_value, bad_time, bad_string, bad_oid, too_many_recipients; offset of the element at fault.
// SET members in any order, indefinite lengths and constructed strings are read.
Result<MtsApdu> decode_p1(ByteView in);
Bytes encode_p1(const MtsApdu& apdu);

// The APDU passed on to another MTA without re-encoding what it does not concern: one trace element is added
// behind the others, responsibility is left only with the recipients at these positions of the envelope, every other
// octet but the lengths around the trace stays as received (content included). Errors: as decode_p1.
Result<Bytes> relay(ByteView message, const TraceElement& own, const std::vector<std::size_t>& responsible);

// Six levels from and to the grade pair of stanag4406.md 5.1.
Precedence precedence_of(const MessageEnvelope& envelope);
void set_precedence(MessageEnvelope& envelope, Precedence level);

}  // namespace longwire::x400
