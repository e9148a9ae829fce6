#include "sim/hf_waveform.hpp"

#include <algorithm>
#include <array>

namespace longwire::sim {

namespace {

using namespace std::chrono_literals;

struct Family {
  Duration preamble_short, preamble_long;  // with no or the short, and with the long interleaver
  Duration none, short_, long_;            // interleaver blocks
  std::uint32_t flush_bits;
};

// MIL-STD-188-110A/B serial tone: preamble 0.6 s, 4.8 s with the long interleaver, as long as the
// interleaver takes to fill; interleaver none, 0.6 s, 4.8 s; 144 bits flush the convolutional coder.
// Without an interleaver the decoder still works on some symbols at a time: 0.12 s here, our choice.
constexpr Family serial{600ms, 4'800ms, 120ms, 600ms, 4'800ms, 144};
// STANAG 4539 = MIL-STD-188-110B Appendix C: 287 symbols of preamble at 2400 Bd are 120 ms; the six
// interleavers last 0.12, 0.36, 1.08, 2.16, 4.32 and 8.64 s. "none" stands for the shortest, short
// for the third and long for the fifth; the interleaver is a tail-biting block and needs no flush.
constexpr Family s4539{120ms, 120ms, 120ms, 1'080ms, 4'320ms, 0};

struct Row {
  std::uint32_t rate_bps;
  const Family* family;
  double threshold_db;
};

// Rates: MIL-STD-188-110A 5.3.2 (to 2400 bit/s) and STANAG 4539 (3200 and above). Thresholds: the
// performance requirements on a channel without fading of MIL-STD-188-110B (2400 bit/s) and of
// MIL-STD-188-110C Appendix D (others), as remembered; fading is modelled and needs no second column.
constexpr std::array<Row, 11> rows{{
    {75, &serial, -6},    // Walsh
    {150, &serial, -3},   // BPSK 1/8
    {300, &serial, 0},    // BPSK 1/4
    {600, &serial, 3},    // BPSK 1/2
    {1200, &serial, 5},   // QPSK 1/2
    {2400, &serial, 10},  // 8-PSK 1/2
    {3200, &s4539, 9},    // QPSK 3/4
    {4800, &s4539, 13},   // 8-PSK 3/4
    {6400, &s4539, 16},   // 16-QAM 3/4
    {8000, &s4539, 19},   // 32-QAM 3/4
    {9600, &s4539, 21},   // 64-QAM 3/4
}};

constexpr auto rates = [] {
  std::array<std::uint32_t, rows.size()> out{};
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = rows[i].rate_bps;
  return out;
}();

Duration block_of(const Family& family, modem::Interleaver interleaver) {
  switch (interleaver) {
    case modem::Interleaver::none:
      return family.none;
    case modem::Interleaver::short_:
      return family.short_;
    case modem::Interleaver::long_:
      return family.long_;
  }
  return family.none;
}

}  // namespace

std::size_t HfWaveform::block_bits() const {
  return static_cast<std::size_t>(block.count()) * name.rate_bps / 1'000'000;
}

std::span<const std::uint32_t> hf_rates() { return rates; }

std::optional<HfWaveform> find_waveform(modem::Waveform name) {
  const auto row = std::ranges::find(rows, name.rate_bps, &Row::rate_bps);
  if (row == rows.end()) return std::nullopt;
  const auto& family = *row->family;
  const bool is_long = name.interleaver == modem::Interleaver::long_;
  return HfWaveform{name, is_long ? family.preamble_long : family.preamble_short, block_of(family, name.interleaver),
                    family.flush_bits, row->threshold_db};
}

modem::Timing timing_of(const HfWaveform& waveform, Duration keying) {
  const auto after = end_of_message_bits + waveform.flush_bits;
  const Duration rounding = waveform.block;
  return {keying + waveform.fill(),
          Duration{static_cast<std::int64_t>(after * 1'000'000 / waveform.name.rate_bps)} + rounding, waveform.block};
}

Duration over_time(const HfWaveform& waveform, Duration keying, std::uint64_t octets) {
  const auto bits = octets * 8 + end_of_message_bits + waveform.flush_bits;
  const auto per_block = waveform.block_bits();
  const auto blocks = (bits + per_block - 1) / per_block;
  return keying + waveform.fill() + waveform.block * static_cast<std::int64_t>(blocks);
}

}  // namespace longwire::sim
