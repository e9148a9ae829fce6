// What a decoder makes of a block that is too noisy: error events of some twenty bits, as a Viterbi
// decoder gives them, not single bits.
#pragma once

#include "base/bytes.hpp"
#include "base/rng.hpp"

#include <optional>

namespace longwire::sim {

// Bit error rate behind the decoder, from the SNR over the waveform's threshold (1e-5 there; a decade
// for every 0.6 dB, about the slope of a convolutional code of constraint length 7).
double bit_error_rate(double db_over_threshold);

// Marks wrong bits in `mask` (`bits` long) so that about `rate` of them are wrong.
void draw_errors(Bytes& mask, std::size_t bits, double rate, Rng& rng);
// Marks a D_PDU, or the part of it from bit `first` to `last` of the mask, as spoilt beyond use.
// header: the bit where its header begins, when that lies in the mask.
void spoil(Bytes& mask, std::size_t first, std::size_t last, std::optional<std::size_t> header, Rng& rng);

}  // namespace longwire::sim
