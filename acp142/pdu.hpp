// The PDUs of ACP 142 as plain structs. 142 is the edition of 2001, 142(A) that of 2008; numbers such
// as 3.1 are sections of the project's P_MUL reference.
#pragma once

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace longwire::acp142 {

enum class PduType : std::uint8_t {  // 3.1, low six bits of octet 3
  data = 0x00,
  ack = 0x01,
  address = 0x02,
  discard = 0x03,
  announce = 0x04,
  request = 0x05,
  reject = 0x06,
  release = 0x07,
  fec_address = 0x08,        // 142(A)
  extra_address = 0x12,      // 142(A)
  extra_fec_address = 0x18,  // 142(A)
};

// Section 4. Senders choose by the peer's edition; receivers take both.
enum class Checksum : std::uint8_t { internet, fletcher };

enum class Map : std::uint8_t { only = 0, first = 1, last = 2, middle = 3 };  // 3.1, bits 7-6 of octet 3

// Octets of each PDU without entries, fragment and FEC parameters (3.11).
inline constexpr std::size_t header_octets = 8;
inline constexpr std::size_t data_header_octets = 16;
inline constexpr std::size_t address_header_octets = 24;
inline constexpr std::size_t fec_address_header_octets = 26;
inline constexpr std::size_t destination_entry_octets = 8;  // plus Length_of_Reserved_Field
inline constexpr std::size_t announce_header_octets = 24;
inline constexpr std::size_t ack_header_octets = 14;
inline constexpr std::size_t ack_entry_octets = 10;
inline constexpr std::size_t ack_timestamp_octets = 8;
inline constexpr std::size_t discard_octets = 16;
inline constexpr std::size_t group_pdu_octets = 20;  // Request, Reject, Release

struct DestinationEntry {
  PmulId id;
  std::uint32_t message_sequence_number = 0;
  Bytes reserved;  // Reserved_Field; all entries of one PDU have the same length
  friend bool operator==(const DestinationEntry&, const DestinationEntry&) = default;
};

struct Fec {  // 3.5: only the place of these fields is known, not the code behind them
  std::uint8_t id = 0;
  Bytes parameters;
  friend bool operator==(const Fec&, const Fec&) = default;
};

// All four Address_PDU kinds: plain, Extra (3.4), FEC and Extra FEC (3.5).
struct AddressPdu {
  bool extra = false;
  std::uint8_t priority = 0;
  Map map = Map::only;
  std::uint16_t total = 0;  // Total_Number_of_PDUs of the whole message, in repeats too
  PmulId source;
  std::uint32_t message_id = 0;
  std::uint32_t expiry = 0;  // seconds since 1970, unsigned
  std::optional<Fec> fec;
  std::uint16_t reserved_octets = 0;  // Length_of_Reserved_Field
  std::vector<DestinationEntry> destinations;
  friend bool operator==(const AddressPdu&, const AddressPdu&) = default;

  bool is_ack_ack() const { return destinations.empty() && map == Map::only; }  // 3.3
};

struct DataPdu {  // 3.6
  std::uint8_t priority = 0;
  std::uint16_t sequence = 0;  // 1..Total
  PmulId source;
  std::uint32_t message_id = 0;
  Bytes octets;
  friend bool operator==(const DataPdu&, const DataPdu&) = default;
};

struct DiscardMessagePdu {  // 3.7
  std::uint8_t priority = 0;
  PmulId source;
  std::uint32_t message_id = 0;
  friend bool operator==(const DiscardMessagePdu&, const DiscardMessagePdu&) = default;
};

// first == last stands for a single number, first < last for the words first, 0, last (142(A)).
struct MissingItem {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const MissingItem&, const MissingItem&) = default;
};

struct AckInfoEntry {
  PmulId source;  // of the message's sender
  std::uint32_t message_id = 0;
  std::vector<MissingItem> missing;  // ascending; empty: the message is complete
  // Receive only (3.8): a number was not above its predecessor. What lies above the last item is
  // then neither acknowledged nor missing.
  bool end_of_list = false;
  friend bool operator==(const AckInfoEntry&, const AckInfoEntry&) = default;
};

struct AckPdu {  // 3.8
  std::uint8_t priority = 0;
  PmulId sender;  // Source_ID_of_Ack_Sender: the receiver that acknowledges
  std::vector<AckInfoEntry> entries;
  std::optional<std::uint64_t> timestamp;  // units of 100 ms, 142(A)
  // Octets 4-5, unused in the standard and 0 there. A node that decodes coded messages puts its FEC_ID into the
  // first and the loss it sees into the second (docs/coded-p_mul.md).
  std::uint16_t mark = 0;
  friend bool operator==(const AckPdu&, const AckPdu&) = default;
};

struct AnnouncePdu {  // 3.9
  Map map = Map::only;
  PmulId source;
  std::uint32_t message_id = 0;
  std::uint32_t expiry = 0;
  Ipv4 group;
  std::vector<PmulId> destinations;
  friend bool operator==(const AnnouncePdu&, const AnnouncePdu&) = default;
};

struct GroupPdu {  // 3.10: Request_PDU, Reject_PDU, Release_PDU
  enum class Kind : std::uint8_t { request = 0x05, reject = 0x06, release = 0x07 };
  Kind kind = Kind::request;
  PmulId source;
  std::uint32_t message_id = 0;
  Ipv4 group;
  friend bool operator==(const GroupPdu&, const GroupPdu&) = default;
};

using Pdu = std::variant<AddressPdu, DataPdu, DiscardMessagePdu, AckPdu, AnnouncePdu, GroupPdu>;

struct DecodedPdu {
  Pdu pdu;
  std::size_t length = 0;
  std::uint16_t checksum = 0;
  Checksum algorithm = Checksum::internet;  // the one that matched; Internet is tried first
};

PduType type_of(const Pdu& pdu);
std::string_view to_string(PduType type);  // "Address_PDU"
PmulId source_of(const Pdu& pdu);          // the node that sent it

// The whole PDU with length and checksum. The PDU must fit 65535 octets, entries must have
// reserved_octets octets of Reserved_Field, and end_of_list is never sent.
Bytes encode(const Pdu& pdu, Checksum algorithm = Checksum::internet);

// Total and strict (3.12). Errors in the order in which they are looked for: truncated, bad_length,
// bad_checksum, unknown_type, count_overflow, bad_entry_length, bad_range, bad_sequence. `only`
// restricts the checksum to the one configured for a peer.
Result<DecodedPdu> decode(ByteView octets, std::optional<Checksum> only = {});

// Missing numbers in the form a peer reads: a range costs three words, so it pays from four
// consecutive numbers on; a peer of 2001 (ranges = false) gets single numbers.
template <class Runs>
std::vector<MissingItem> missing_items(const Runs& runs, bool ranges) {
  std::vector<MissingItem> items;
  for (const auto& run : runs) {
    if (ranges && run.last - run.first >= 3) {
      items.push_back({run.first, run.last});
      continue;
    }
    for (unsigned n = run.first; n <= run.last; ++n)
      items.push_back({static_cast<std::uint16_t>(n), static_cast<std::uint16_t>(n)});
  }
  return items;
}

}  // namespace longwire::acp142
