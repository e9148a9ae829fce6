// Direct Message Profile, versions 1 and 2: one message, report, notification or acknowledgement a datagram
// (stanag4406.md 4; clause numbers below are of that page).
#pragma once

#include "annexe/x400/or_name.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace longwire::dmp {

inline constexpr std::uint16_t udp_port = 5031;
inline constexpr std::uint16_t s5066_app_id = 0x2003;

enum class IdType : std::uint8_t { dmp = 0, x400 = 1, national = 2 };

// Direct: a number of the network's table, 0..524287. Extended: a BER ORName (or what came, kept raw).
struct Address {
  std::optional<std::uint32_t> direct;
  Bytes extended;         // content octets; form 0: complete BER ORName
  std::uint8_t form = 0;  // 0 BER, 1 PER
  bool empty() const { return !direct && extended.empty(); }
  friend bool operator==(const Address&, const Address&) = default;
};

enum class Wanted : std::uint8_t { none = 0, negative = 1, positive = 2 };  // report or notification

struct Recipient {
  int number = 0;  // originally specified, 1..32767
  Wanted report = Wanted::none, notification = Wanted::none;
  bool action = true;                 // To, else Cc
  Address address;                    // P1; empty: in the heading only, then p2_address is there
  std::optional<Address> p2_address;  // extended mode: another one in the heading
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

struct Categories {        // 4.5
  std::uint8_t first = 0;  // bits 7-4 CL CS EX NE; policies 0-3 and 7, and version 1: the octet as it is
  struct Continuation {
    bool restrictive = false;
    std::uint8_t value = 0;               // 6 bits; permissive: nation
    std::optional<std::uint8_t> country;  // with value 3F
    friend bool operator==(const Continuation&, const Continuation&) = default;
  };
  std::vector<Continuation> more;
  friend bool operator==(const Categories&, const Categories&) = default;
};
struct Security {
  std::uint8_t classification = 0;  // DMP numbers: 0 1 3 5 6 7; 2 and 4 are not used but taken
  std::uint8_t policy = 4;          // 0-7
  std::optional<std::uint8_t> nation_or_mission;
  std::optional<Categories> categories;  // absent is written as none; read it is always there
  friend bool operator==(const Security&, const Security&) = default;
};

enum class BodyFormat : std::uint8_t { free_text = 0, subject_and_text = 1, structured = 2 };
struct Body {
  BodyFormat format = BodyFormat::free_text;
  std::string subject;      // format 1
  std::uint8_t eit = 1;     // 0 empty, 1 IA5, 2 general text, 3 bilateral, 4 ADatP-3
  bool compressed = false;  // on the wire; data here is inflated
  Bytes data;
  friend bool operator==(const Body&, const Body&) = default;
};

struct Message {                  // content types 0 and 1
  bool military = true;           // 0 STANAG 4406, 1 IPM 88
  std::uint8_t message_type = 0;  // DMP numbers: 0 operation 1 project 2 exercise 3 drill
  std::uint8_t precedence = 1;    // 0..5, 6, 7 (4.4); IPM: importance 0 2 4
  Security security;
  bool authorizing_discarded = false, subject_discarded = false;
  std::optional<Duration> expiry;  // from submission
  std::optional<Duration> dtg;     // from submission, may be negative
  std::vector<std::string> sics;   // up to 8
  Body body;
  friend bool operator==(const Message&, const Message&) = default;
};
inline constexpr std::uint8_t reason_unknown = 0x3D, reason_beyond = 0x3E;  // beyond: above 60
inline constexpr std::uint8_t diagnostic_absent = 0x7C, diagnostic_unknown = 0x7D, diagnostic_beyond = 0x7E;
struct ReportEntry {
  bool delivered = true;
  Duration delivery_age{0};                     // back from submission of the report
  std::uint8_t reason = reason_unknown;         // X.411 up to 60
  std::uint8_t diagnostic = diagnostic_absent;  // X.411 up to 123
  Recipient recipient;
  std::optional<std::string> info;
  friend bool operator==(const ReportEntry&, const ReportEntry&) = default;
};
// What a report or notification speaks of: the 16 bit id, or the packed X.400 identifier.
struct Subject {
  std::optional<std::uint16_t> id;
  std::string x400;
  friend bool operator==(const Subject&, const Subject&) = default;
};
struct Report {
  Security security;
  Subject subject;
  std::vector<ReportEntry> entries;
  friend bool operator==(const Report&, const Report&) = default;
};
enum class NotificationType : std::uint8_t { receipt = 0, non_receipt = 1, other = 2 };
struct Notification {
  NotificationType type = NotificationType::receipt;
  Security security;
  Subject subject;
  Duration receipt_age{0};  // RN, ON
  std::uint8_t reason = 0;  // NRN
  std::optional<std::uint8_t> discard_reason;
  std::uint8_t acp127 = 0;  // ON: 0 nn 1 pn 2 tn
  std::string text, acp127_recipient;
  friend bool operator==(const Notification&, const Notification&) = default;
};

struct Envelope {
  int version = 2;
  std::uint8_t hops = 0;
  bool extended_addressing = false, checksum = true;
  IdType id_type = IdType::dmp;
  std::uint16_t id = 0;  // below 4096: short form
  std::string mts_id;    // id type 1: text; 2: the octets as they are. Absent in reports
  Time submission{};     // resolved near the `now` given to decode; 2 s steps
  std::optional<Duration> time_difference;
  bool content_id_discarded = false, reassignment_prohibited = false, dl_expansion_prohibited = false;
  std::optional<Address> originator;         // absent in reports
  std::optional<Address> second_originator;  // v2 forms 4..7
  std::vector<Recipient> recipients;
  std::optional<std::string> ipm_id;  // 4.1, when a notification is asked with id types 1, 2
  std::uint8_t ipm_id_modifier = 0;   // of the identifier above, or of a notification's subject; not 0: octets
  std::vector<Bytes> extensions;      // v2, 1..128 octets each
  friend bool operator==(const Envelope&, const Envelope&) = default;
};
struct Pdu {
  Envelope envelope;
  std::variant<Message, Report, Notification> content;
  friend bool operator==(const Pdu&, const Pdu&) = default;
};
struct Ack {  // 4.8
  int version = 2;
  bool checksum = true;
  std::uint8_t reason = 0;  // 0 ok, 1 unspecified, 2 checksum wrong
  std::uint8_t diagnostic = 0;
  std::uint16_t id = 0;
  std::vector<Recipient> recipients;
  std::vector<Bytes> extensions;
  friend bool operator==(const Ack&, const Ack&) = default;
};
using Datagram = std::variant<Pdu, Ack>;

// now: to resolve the 18 hour period of the submission time. Reserved bits are not looked at, reserved codes are
// errors. Times and forms have one writing each here, so that what is read encodes to the same octets unless the
// sender chose a longer form than needed.
// Errors: truncated, not_dmp, unknown_version (do not answer), unknown_content, bad_checksum (answer reason 2; the
// id is in peek_id()), bad_identifier, bad_time, bad_address, bad_recipient, bad_security, bad_sic, bad_body,
// bad_notification, bad_zlib, truncated_zlib, trailing_zlib, too_large, trailing_octets.
Result<Datagram> decode(ByteView in, Time now);
// nullopt: it does not fit the profile (too many SICs, recipient numbers that do not rise, ...). Expiry is rounded
// up, the other times to the nearest (dmp/times.hpp).
std::optional<Bytes> encode(const Datagram& datagram);
// The id of a datagram whose checksum is wrong, for the negative acknowledgement; none of an acknowledgement.
std::optional<std::uint16_t> peek_id(ByteView in);

}  // namespace longwire::dmp
