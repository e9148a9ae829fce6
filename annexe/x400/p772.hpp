// P22 and P772 content: heading, MMHS extensions, body parts, notifications (stanag4406.md 3, 3.3, 3.4).
#pragma once

#include "annexe/x400/p1.hpp"
#include "base/security_label.hpp"

namespace longwire::x400 {

struct IpmId {  // this-IPM and its like
  std::optional<OrName> user;
  std::string local;  // PrintableString, up to 64; MMHS: "serial time", at least 15
  friend bool operator==(const IpmId&, const IpmId&) = default;
};

struct OrDescriptor {
  std::optional<OrName> formal;
  std::string free_form;  // TeletexString as UTF-8 (T.61 read as ISO 8859-1)
  std::string telephone;
  friend bool operator==(const OrDescriptor&, const OrDescriptor&) = default;
};

struct HeadingExtension {
  std::string oid;
  Bytes value;  // complete BER, empty = absent
  friend bool operator==(const HeadingExtension&, const HeadingExtension&) = default;
};

struct RecipientSpecifier {
  OrDescriptor recipient;
  bool receipt_wanted = false, non_receipt_wanted = false, return_wanted = false;  // rn, nrn, ipm-return
  std::uint8_t other_requests = 0;                                                 // further bits of the octet, kept
  bool reply_requested = false;
  std::uint8_t acp127_request = 0;           // extension 15: 0x80 nn, 0x40 pn, 0x20 tn
  std::vector<HeadingExtension> extensions;  // others
  friend bool operator==(const RecipientSpecifier&, const RecipientSpecifier&) = default;
};

struct AddressList {
  int type = 0;  // 0 primary, 1 copy
  OrDescriptor name;
  std::optional<int> notification, reply;  // 0 action, 1 info, 2 both
  friend bool operator==(const AddressList&, const AddressList&) = default;
};
struct OtherRecipient {
  int type = 0;  // 0 primary, 1 copy
  std::string designator;
  friend bool operator==(const OtherRecipient&, const OtherRecipient&) = default;
};
struct MessageType {
  int type = 0;  // 0 exercise, 1 operation, 2 project, 3 drill
  std::string identifier;
  friend bool operator==(const MessageType&, const MessageType&) = default;
};
struct PilotInformation {
  std::optional<int> precedence;
  std::vector<OrDescriptor> recipients;
  std::optional<SecurityLabel> security;
  std::vector<std::string> handling;
  friend bool operator==(const PilotInformation&, const PilotInformation&) = default;
};

// The heading extensions of 3.4; each member is its extension, absent when empty.
struct MmhsExtensions {
  std::optional<int> primary_precedence, copy_precedence;  // 0, 1: 0 deferred .. 5 override, 16-31 national
  std::optional<MessageType> message_type;                 // 2
  std::vector<AddressList> address_lists;                  // 3
  std::vector<OrDescriptor> exempted;                      // 4
  std::optional<Time> authorisation_time;                  // 5: DTG
  std::vector<std::string> sics;                           // 6 [0]
  std::vector<HeadingExtension> distribution_extensions;   // 6 [1]
  std::vector<std::string> handling;                       // 7
  std::vector<std::string> instructions;                   // 8
  std::optional<std::int64_t> codress;                     // 9
  std::string originator_reference;                        // 10
  std::vector<OtherRecipient> other_recipients;            // 11
  std::vector<PilotInformation> pilot;                     // 12
  std::string acp127_id;                                   // 13
  std::string originator_plad;                             // 14
  Bytes information_labels;                                // 17, complete BER
  bool any() const;                                        // the message is a military one
  friend bool operator==(const MmhsExtensions&, const MmhsExtensions&) = default;
};

struct Heading {
  IpmId this_id;
  std::optional<OrDescriptor> originator;
  std::vector<OrDescriptor> authorizing;
  std::vector<RecipientSpecifier> primary, copy, blind_copy;
  std::optional<IpmId> replied_to;
  std::vector<IpmId> obsoleted, related;
  std::string subject;  // UTF-8
  std::optional<Time> expiry, reply_by;
  std::vector<OrDescriptor> reply_to;
  std::optional<int> importance;   // 0 low, 1 normal, 2 high
  std::optional<int> sensitivity;  // 1 personal, 2 private, 3 company-confidential
  bool auto_forwarded = false;
  MmhsExtensions mmhs;
  std::vector<HeadingExtension> extensions;  // every other one, order kept
  std::vector<Bytes> unknown;
  friend bool operator==(const Heading&, const Heading&) = default;
};

struct Ipm;
namespace body {
struct Ia5 {
  std::string text;    // octets as they stand
  int repertoire = 5;  // 2 = ITA2
  friend bool operator==(const Ia5&, const Ia5&) = default;
};
struct General {                 // general-text 2.6.1.4.11
  std::vector<int> repertoires;  // {1,6} {100} ...
  Bytes text;                    // with its escape sequences
  friend bool operator==(const General&, const General&) = default;
};
struct Bilateral {
  Bytes octets;
  friend bool operator==(const Bilateral&, const Bilateral&) = default;
};
// message [9], or mm-message (id-et 9), where who gives a time must give delivery fields as well.
struct Forwarded {
  bool military = true;
  std::optional<Time> delivered;
  Bytes delivery_fields;                                           // complete BER of [1], empty = absent
  std::vector<Ipm> message;                                        // exactly one
  friend bool operator==(const Forwarded& a, const Forwarded& b);  // Ipm is not complete yet
};
struct Extended {              // any other: OID-identified
  std::string parameters_oid;  // empty = no parameters
  Bytes parameters;            // complete BER of the value
  std::string data_oid;
  Bytes data;
  friend bool operator==(const Extended&, const Extended&) = default;
};
struct Unknown {  // a body part of another tag, complete BER
  Bytes element;
  friend bool operator==(const Unknown&, const Unknown&) = default;
};
}  // namespace body
// Military ones (adatp3, corrections, acp127data, forwarded-encrypted; 3.4) and file-transfer are Extended;
// OIDs and helpers are in x400/body_parts.hpp.
using BodyPart =
    std::variant<body::Ia5, body::General, body::Bilateral, body::Forwarded, body::Extended, body::Unknown>;

struct Ipm {
  Heading heading;
  std::vector<BodyPart> body;
  friend bool operator==(const Ipm&, const Ipm&) = default;
};

struct NonReceipt {
  int reason = 0;              // 0 discarded, 1 auto-forwarded
  std::optional<int> discard;  // 0 expired, 1 obsoleted, 2 unsubscribed
  std::string comment;
  std::vector<Ipm> returned;  // at most one
  std::vector<HeadingExtension> extensions;
  friend bool operator==(const NonReceipt&, const NonReceipt&) = default;
};
struct Receipt {
  Time time{};
  bool automatic = false;
  std::string supplementary;
  std::vector<HeadingExtension> extensions;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};
struct Acp127Response {   // extension 16
  std::uint8_t type = 0;  // 0x80 nn, 0x40 pn, 0x20 tn
  Time time{};
  std::vector<AddressList> lists;
  std::string recipient, supplementary;
  friend bool operator==(const Acp127Response&, const Acp127Response&) = default;
};
struct OtherNotification {
  std::optional<Acp127Response> acp127;
  std::vector<HeadingExtension> extensions;
  friend bool operator==(const OtherNotification&, const OtherNotification&) = default;
};
struct Ipn {
  IpmId subject;
  std::optional<OrDescriptor> originator, intended;
  std::optional<Eits> converted;
  std::vector<HeadingExtension> extensions;
  std::variant<NonReceipt, Receipt, OtherNotification> outcome;
  friend bool operator==(const Ipn&, const Ipn&) = default;
};

using IpmsContent = std::variant<Ipm, Ipn>;

// `in`: the content octets of a message whose content type is P772 or P22 (P2 reads the same).
// Forwarded messages nest at most limits::forwarded_depth deep.
// Errors: as decode_p1, and too_deep.
Result<IpmsContent> decode_p772(ByteView in);
Bytes encode_p772(const IpmsContent& content);

}  // namespace longwire::x400
