// The boundary: Internet mail with MMHS fields <-> STANAG 4406 (MIXER, RFC 2156, with RFC 6477 6), and from
// there to DMP and ACP 127. Pure functions of message, tables and time; docs/gateway.md has the table.
//
// What cannot be mapped is kept in a form that maps back (rfc-822-field-list, x400-bp, FTBP), or its name is
// put into `notes`: never dropped silently.
#pragma once

#include "annexe/acp127/message.hpp"
#include "annexe/dmp/pdu.hpp"
#include "annexe/gateway/address_map.hpp"
#include "annexe/x400/p1.hpp"
#include "annexe/x400/p772.hpp"
#include "mail/envelope.hpp"

#include <functional>
#include <map>

namespace longwire::gateway {

enum class FilesAs : std::uint8_t { ftbp, bilateral };  // application/octet-stream (RFC 2157 5)

struct Settings {
  AddressMap addresses;
  x400::GlobalDomainId domain;  // of this MTA, in trace and identifiers
  std::string mta_name;         // X.411, up to 32
  std::string host;             // FQDN, in DSN-Gateway and Received
  FilesAs files = FilesAs::ftbp;
  int civil_urgent_cap = 2;                     // MT-PRIORITY that a plain X.400 "urgent" becomes at most (5.1)
  std::map<std::string, std::string> policies;  // SPIF names for display: policy OID -> name in a marking
  bool military_default = false;                // mail without any MMHS field leaves as P772 too
  bool text_correlator = true;                  // RFC 2156 5.1.5; costs some 100 octets a message on the air
};

// Mail as the node stores it.
struct MailItem {
  mail::Envelope envelope;
  Bytes message;
  std::vector<std::string> notes;  // "discarded heading extension 1.3.26.0.4406.0.2.3", for the log
};

struct ApduItem {
  x400::MtsApdu apdu;
  std::vector<std::string> notes;
};

// A message that this node sent and a report or notification may speak of.
struct SubjectMail {
  std::string from;
  std::string envid;       // xtext as received
  std::string message_id;  // with <>
  Time arrival{};
  std::vector<mail::Recipient> recipients;  // in the order of their X.400 numbers: [0] is number 1
};
using FindSubject = std::function<std::optional<SubjectMail>(const x400::MtsId&)>;

struct ToX400 {
  const mail::Envelope& envelope;  // the recipients to be served now
  std::vector<int> numbers;        // their originally-specified-recipient-numbers, same order
  ByteView message;
  std::string mts_local_id;  // of this message at this node: 1..32
  Time now{};
  std::optional<Time> latest_delivery;  // BY=..;R
  // For a DSN: the originally-specified-recipient-number an address had in a message this node took from X.400.
  std::function<std::optional<int>(const x400::MtsId& subject, std::string_view address)> number_of = {};
};

// Mail -> message, report (a DSN) or message with a notification (an MDN). Any RFC 6477 field, or a military
// default, makes the content P772; others are P22.
// Errors: address_too_long, bad_address (text: which), bad_mmhs_field, duplicate_mmhs_field, bad_label, too_deep,
// too_many_parts, mixer_loop.
Result<ApduItem> to_x400(const ToX400& in, const Settings& settings);

// Message, report or notification -> mail. Recipients: those with responsibility. A message whose content is no
// IPMS becomes mail with the content as an attachment (x400-bp form).
// Errors: those of decode_p772, critical_extension (text names it; X-05: the sender gets a report 1/18), mixer_loop
// 1/3), no_recipient (E-12: nobody here is responsible for anyone), header_too_large, probe (answer_probe() has
// the answer).
Result<MailItem> to_mail(const x400::MtsApdu& apdu, const Settings& settings, const FindSubject& find, Time now);

// The report a node owes for a message it cannot accept, convert or deliver (E-07 .. E-11). nullopt: none is due
// (no request bits, or it is a report itself).
struct Refusal {
  int reason = 1;
  std::optional<int> diagnostic;
  std::string text;
};
std::optional<x400::Report> refuse(const x400::Message& message, const std::vector<int>& numbers, const Refusal& why,
                                   const Settings& settings, std::string local_id, Time now);
x400::Report answer_probe(const x400::Probe& probe, const std::vector<int>& good_numbers, const Settings& settings,
                          std::string local_id, Time now);

// The level a message or probe has in every queue it comes to and in mail (5.1): that of its grade, where its sender
// has six levels, as P772 and the priority-level-qualifier say (P-01, P-04); of other civil content at most the cap.
int mt_priority_of(const x400::MessageEnvelope& envelope, const Settings& settings);

// Own domain in the trace (E-09).
bool looped(const std::vector<x400::TraceElement>& trace, const x400::GlobalDomainId& own);

// --- DMP (stanag4406.md 4) ------------------------------------------------------------------------
// What the profile has no place for is a reason to refuse, so that the message goes as Annex E; only what says nothing
// to its readers is left out, and named in `notes` (docs/dmp.md has both lists).
struct ToDmp {
  const x400::Message& message;  // P772, P22 or a notification
  std::uint16_t id = 0;
  std::size_t max_datagram = 1400;
  int version = 2;
  Time now{};
  std::vector<std::string>* notes = nullptr;
};
// Errors: not_for_dmp (text: why: two body parts, label of another shape, too large ...): the caller falls back
// to Annex E over P_MUL. The submission time is the arrival in the first trace element.
Result<dmp::Pdu> to_dmp(const ToDmp& in, const Settings& settings);
// subject_id: the id under which the subject message came, or went.
Result<dmp::Pdu> to_dmp(const x400::Report& report, std::uint16_t subject_id, std::uint16_t id, Time now,
                        const Settings& settings);
// The MTS-APDU a DMP datagram stands for. mts_local_id: made from sender and DMP id, stable over repeats. The subject
// of a report, and of a notification of a message without X.400 identifiers, is known by its DMP id alone: there
// local is dmp_subject() of it, and the caller puts the real identifier in its place.
// Errors: bad_address (an O/R name that cannot be read), and those of decode_p1; nothing is to be repeated then.
Result<ApduItem> from_dmp(const dmp::Pdu& pdu, std::string mts_local_id, Time now, const Settings& settings);
std::string dmp_subject(std::uint16_t id);  // "DMP-4242"
std::optional<std::uint16_t> parse_dmp_subject(std::string_view local);

// --- ACP 127 (stanag4406.md 7.2, through P772 as RFC 6477 7 says); acp127.hpp has the rest ---------------
struct Acp127Station {
  std::string routing_indicator;  // ours, FL3
  std::string serial;             // station serial number of this message
  std::string channel;            // FL1, may be empty
  bool exact = true;              // FL12 has lines for what ACP 127 lacks; false: for stations that know only ACP 127
  acp127::Style style;
};
// Serves the recipients with responsibility. Errors: unknown_addressee (one of them has no PLAD or no routing
// indicator in the table; text: which), blind_recipient (a blind copy and others: it needs a message of its own),
// critical_extension, not_for_acp127 (the content is no IPMS message), and those
// of decode_p772.
Result<acp127::Message> to_acp127(const x400::Message& message, const Acp127Station& station, const Settings& settings,
                                  Time now, std::vector<std::string>& notes);
// The message for the addressees that `own_indicator` serves. Errors: unknown_addressee (of ours, without an entry in
// the table; text: which PLAD), no_addressee (none is ours), looped, bad_classification, bad_code, and those that a
// garbled message would have: the operator decides. deliver_to: mail addresses the operator chose instead.
Result<ApduItem> from_acp127(const acp127::Message& message, std::string_view own_indicator, std::string mts_local_id,
                             Time now, const Settings& settings, const std::vector<std::string>& deliver_to = {});

}  // namespace longwire::gateway
