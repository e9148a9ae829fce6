// Figures of the serial tone waveforms that every modem driver and the simulated modem share:
// MIL-STD-188-110A/B serial tone up to 2400 bit/s, STANAG 4539 above.
#pragma once

#include "bearers/modem/modem.hpp"

#include <cstdint>

namespace longwire::modem {

// Air time of one interleaver block; never 0.
Duration interleaver_block(Waveform waveform);
// The same in bits, as the "blocking factor" of MIL-STD-188-110D Appendix A; at least 1.
std::uint32_t blocking_bits(Waveform waveform);
// The waveform of which a modem told rate and blocking factor: the interleaver that comes nearest.
Waveform waveform_of(std::uint32_t rate_bps, std::uint32_t blocking_bits);

Duration preamble(Waveform waveform);
// End-of-message sequence of 32 bits, which goes through the interleaver like data.
inline constexpr std::uint32_t eom_bits = 32;
// After it, what empties the decoder.
std::uint32_t flush_bits(Waveform waveform);

// Of an over: lead = keying and preamble or the first block's filling, whatever is longer; tail = EOM,
// flush and at most a block of filling; delay = the receiver's block.
Timing usual_timing(Waveform waveform, Duration keying);

Interleaver interleaver_from(std::string_view word, Interleaver otherwise);  // "none" | "short" | "long"
std::string_view to_string(Interleaver interleaver);

}  // namespace longwire::modem
