// FecInfo: what the FEC parameters of a FEC_Address_PDU say about a coded message, and which Data_PDU
// is which symbol of which block (docs/coded-p_mul.md).
#pragma once

#include "acp142/pdu.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>

namespace longwire::acp142 {

inline constexpr std::uint8_t coded_fec_id = 193;  // private: 128-255
inline constexpr std::size_t fec_parameter_octets = 20;

// Source PDU s (1..total) is column (s-1)/blocks of block (s-1)%blocks; the parity PDUs above Total
// likewise: neighbours on the air belong to different blocks, so that a burst hits them evenly.
struct BlockMap {
  std::uint16_t total = 0;
  std::uint16_t blocks = 1;
  friend bool operator==(const BlockMap&, const BlockMap&) = default;

  bool is_parity(std::size_t sequence) const { return sequence > total; }
  std::size_t block_of(std::size_t sequence) const { return offset(sequence) % blocks; }
  std::size_t place_of(std::size_t sequence) const { return offset(sequence) / blocks; }  // column or row
  std::size_t source_pdu(std::size_t block, std::size_t column) const { return 1 + column * blocks + block; }
  std::size_t parity_pdu(std::size_t block, std::size_t row) const { return 1U + total + row * blocks + block; }
  std::size_t sources(std::size_t block) const { return (total - block + blocks - 1U) / blocks; }
  std::size_t rows(std::size_t block) const;  // parity symbols that can be numbered

 private:
  std::size_t offset(std::size_t sequence) const { return is_parity(sequence) ? sequence - total - 1U : sequence - 1; }
};

struct FecInfo {
  std::uint32_t message_octets = 0;
  std::uint16_t symbol_octets = 0;  // of every Data_PDU but the last source; even
  std::uint16_t blocks = 1;
  std::uint64_t digest = 0;  // message_digest() of the whole message
  // Data_PDUs of the round that begins or ends here, in ascending order; 0, 0: none.
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const FecInfo&, const FecInfo&) = default;

  bool same_message(const FecInfo& other) const {
    return message_octets == other.message_octets && symbol_octets == other.symbol_octets && blocks == other.blocks &&
           digest == other.digest;
  }
  // Octets of a source PDU.
  std::size_t octets_of(std::size_t sequence, std::uint16_t total) const {
    return sequence == total ? message_octets - (total - 1U) * std::size_t{symbol_octets} : symbol_octets;
  }
};

Fec encode(const FecInfo& info);
// Errors: unknown_fec (another FEC_ID), bad_fec_parameters, fec_too_large (limits.hpp); their offset is that of the
// field in the PDU.
Result<FecInfo> decode(const Fec& fec, std::uint16_t total);

// The mark in octets 4-5 of an Ack_PDU: that its sender decodes, and how it hears the one it answers.
struct AckMark {
  double loss = -1;  // < 0: not known yet
  double burst = 0;  // s: mean length of the bursts in which PDUs are lost; 0: one by one
};
std::uint16_t encode(const AckMark& mark);
std::optional<AckMark> decode_mark(std::uint16_t octets);  // nothing: not our FEC_ID

// CRC-64 of ECMA-182, reflected, all ones before and inverted after: "123456789" gives 0x995DC9BBDF1939FA.
std::uint64_t message_digest(ByteView message);

// The fewest blocks that keep within the limits; 0 when a message of that many PDUs cannot be coded.
std::uint16_t blocks_for(std::size_t total, std::size_t symbol_octets);

}  // namespace longwire::acp142
