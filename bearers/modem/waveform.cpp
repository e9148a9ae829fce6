#include "bearers/modem/waveform.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace longwire::modem {

namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t fastest_serial_tone = 2400;  // above it STANAG 4539 takes over

constexpr std::uint32_t convolutional_flush_bits = 144;  // MIL-STD-188-110A; 4539's code is tail-biting

constexpr std::array all_interleavers{Interleaver::none, Interleaver::short_, Interleaver::long_};

}  // namespace

// MIL-STD-188-110A/B serial tone: interleaver none, 0.6 s, 4.8 s; preamble as long as the interleaver
// takes to fill. STANAG 4539 = 110B Appendix C: 287 symbols of preamble at 2400 Bd are 120 ms; of its six
// interleavers (0.12, 0.36, 1.08, 2.16, 4.32, 8.64 s) "none" stands for the shortest, short for the third
// and long for the fifth.
Duration interleaver_block(Waveform waveform) {
  const bool slow = waveform.rate_bps <= fastest_serial_tone;
  switch (waveform.interleaver) {
    case Interleaver::none:
      return milliseconds{120};  // 4539's shortest; below it what a decoder works on at a time
    case Interleaver::short_:
      return milliseconds{slow ? 600 : 1080};
    case Interleaver::long_:
      return milliseconds{slow ? 4800 : 4320};
  }
  return {};
}

std::uint32_t blocking_bits(Waveform waveform) {
  const auto bits = static_cast<std::uint64_t>(interleaver_block(waveform).count()) * waveform.rate_bps / 1'000'000;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(bits, 1, UINT32_MAX));
}

Waveform waveform_of(std::uint32_t rate_bps, std::uint32_t blocking) {
  Waveform best{rate_bps, Interleaver::none};
  auto distance = UINT32_MAX;
  for (const auto interleaver : all_interleavers) {
    const auto bits = blocking_bits({rate_bps, interleaver});
    const auto d = bits > blocking ? bits - blocking : blocking - bits;
    if (d >= distance) continue;
    distance = d;
    best.interleaver = interleaver;
  }
  return best;
}

Duration preamble(Waveform waveform) {
  if (waveform.rate_bps > fastest_serial_tone) return milliseconds{120};
  return milliseconds{waveform.interleaver == Interleaver::long_ ? 4800 : 600};
}

std::uint32_t flush_bits(Waveform waveform) {
  return waveform.rate_bps <= fastest_serial_tone ? convolutional_flush_bits : 0;
}

Timing usual_timing(Waveform waveform, Duration keying) {
  const auto block = interleaver_block(waveform);
  const Duration end{static_cast<std::int64_t>(eom_bits + flush_bits(waveform)) * 1'000'000 /
                     std::max(waveform.rate_bps, 1U)};
  return {keying + std::max(preamble(waveform), block), block + end, block};
}

Interleaver interleaver_from(std::string_view word, Interleaver otherwise) {
  for (const auto interleaver : all_interleavers)
    if (word == to_string(interleaver)) return interleaver;
  return otherwise;
}

std::string_view to_string(Interleaver interleaver) {
  switch (interleaver) {
    case Interleaver::none:
      return "none";
    case Interleaver::short_:
      return "short";
    case Interleaver::long_:
      return "long";
  }
  return "none";
}

}  // namespace longwire::modem
