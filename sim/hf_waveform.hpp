// The serial waveforms of a 3 kHz HF channel: what an over of each costs in time, by the figures of
// bearers/modem/waveform, and how much noise it stands.
//
// An over on the air: keying of the radio, preamble, interleaver blocks, of which the last one ends
// with the end-of-message word and what flushes the decoder. Blocks go out whole.
#pragma once

#include "base/time.hpp"
#include "bearers/modem/modem.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace longwire::sim {

struct HfWaveform {
  modem::Waveform name;
  Duration preamble{0};
  Duration block{0};             // of the interleaver; what the modem decodes at a time without one
  std::uint32_t flush_bits = 0;  // after the end-of-message word
  double threshold_db = 0;       // SNR in 3 kHz for a bit error rate of 1e-5 without fading

  std::size_t block_bits() const;
  // The first block must be in the modem before it leaves, and is clocked in at the line's rate.
  Duration fill() const { return preamble > block ? preamble : block; }
};

// Bits 0x4B65A5B2, MSB first, after the last data bit (MIL-STD-188-110A and STANAG 4285).
inline constexpr std::uint32_t end_of_message = 0x4B65A5B2;

// The rates there are, slowest first.
std::span<const std::uint32_t> hf_rates();
std::optional<HfWaveform> find_waveform(modem::Waveform name);
// As the stack plans with it. tail is the most there can be: a whole block that is almost empty.
modem::Timing timing_of(const HfWaveform& waveform, Duration keying);
// Air time of an over with so many octets, from key() to the carrier's end.
Duration over_time(const HfWaveform& waveform, Duration keying, std::uint64_t octets);

}  // namespace longwire::sim
