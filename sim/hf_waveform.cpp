#include "sim/hf_waveform.hpp"

#include "bearers/modem/waveform.hpp"

#include <algorithm>
#include <array>

namespace longwire::sim {

namespace {

struct Row {
  std::uint32_t rate_bps;
  double threshold_db;
};

// Rates: MIL-STD-188-110A 5.3.2 (to 2400 bit/s) and STANAG 4539 (3200 and above). Thresholds: the
// performance requirements on a channel without fading of MIL-STD-188-110B (2400 bit/s) and of
// MIL-STD-188-110C Appendix D (others), as remembered; fading is modelled and needs no second column.
constexpr std::array<Row, 11> rows{{
    {75, -6},    // Walsh
    {150, -3},   // BPSK 1/8
    {300, 0},    // BPSK 1/4
    {600, 3},    // BPSK 1/2
    {1200, 5},   // QPSK 1/2
    {2400, 10},  // 8-PSK 1/2
    {3200, 9},   // QPSK 3/4
    {4800, 13},  // 8-PSK 3/4
    {6400, 16},  // 16-QAM 3/4
    {8000, 19},  // 32-QAM 3/4
    {9600, 21},  // 64-QAM 3/4
}};

constexpr auto rates = [] {
  std::array<std::uint32_t, rows.size()> out{};
  for (std::size_t i = 0; i < rows.size(); ++i) out[i] = rows[i].rate_bps;
  return out;
}();

}  // namespace

std::size_t HfWaveform::block_bits() const {
  return static_cast<std::size_t>(block.count()) * name.rate_bps / 1'000'000;
}

std::span<const std::uint32_t> hf_rates() { return rates; }

std::optional<HfWaveform> find_waveform(modem::Waveform name) {
  const auto row = std::ranges::find(rows, name.rate_bps, &Row::rate_bps);
  if (row == rows.end()) return std::nullopt;
  return HfWaveform{name, modem::preamble(name), modem::interleaver_block(name), modem::flush_bits(name),
                    row->threshold_db};
}

modem::Timing timing_of(const HfWaveform& waveform, Duration keying) {
  const auto after = modem::eom_bits + waveform.flush_bits;
  const Duration rounding = waveform.block;
  return {keying + waveform.fill(),
          Duration{static_cast<std::int64_t>(after * 1'000'000 / waveform.name.rate_bps)} + rounding, waveform.block};
}

Duration over_time(const HfWaveform& waveform, Duration keying, std::uint64_t octets) {
  const auto bits = octets * 8 + modem::eom_bits + waveform.flush_bits;
  const auto per_block = waveform.block_bits();
  const auto blocks = (bits + per_block - 1) / per_block;
  return keying + waveform.fill() + waveform.block * static_cast<std::int64_t>(blocks);
}

}  // namespace longwire::sim
