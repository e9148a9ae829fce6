// A link of a scenario: what the air between some stations is like.
#pragma once

#include "base/time.hpp"
#include "bearers/modem/modem.hpp"
#include "sim/hf_fading.hpp"
#include "sim/loss.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::sim {

enum class LinkKind : std::uint8_t {
  full_duplex,  // every sender has a carrier of its own
  satcom,       // the same, with the delay of a geostationary satellite unless told otherwise
  half_duplex,  // one transmits at a time; ideal medium access
  hf,           // half duplex, 2 s turnaround, fading in bursts unless told otherwise
};
std::string_view to_string(LinkKind kind);
constexpr bool is_half_duplex(LinkKind kind) { return kind == LinkKind::half_duplex || kind == LinkKind::hf; }

// The greatest over of STANAG 5066: its EOT field counts 255 half seconds.
inline constexpr Duration default_max_over = std::chrono::milliseconds{127'500};

struct Fade {
  Duration from{0}, to{0};             // since the start of the run
  double loss = 1;                     // on top of the normal loss; 1 = outage
  std::vector<std::string> receivers;  // empty = everybody
};

// What an HF link is like for modems (bearers of kind "modem"): bits and carriers in place of frames.
struct HfSettings {
  bool modems = false;  // its bearers are modems
  modem::Interleaver interleaver = modem::Interleaver::short_;
  Duration keying = std::chrono::milliseconds{100};  // push-to-talk to carrier
  std::optional<Duration> preamble;                  // in place of the waveform's own
  std::optional<double> snr_db;                      // in 3 kHz; unset: no noise but `loss`
  HfFading fading = HfFading::none;
  double capture_db = 10;            // of two carriers, the stronger survives when it is so much stronger
  bool shift_bits = true;            // synchronous modems keep no octet borders
  std::vector<std::uint64_t> rates;  // the stations may change among these; empty: `rate_bps` only
  struct Path {                      // overrides what a receiver has from one sender
    std::string from, to;
    double snr_db;
  };
  std::vector<Path> paths;
};

struct LinkConfig {
  std::string name;
  LinkKind kind = LinkKind::full_duplex;
  std::uint64_t rate_bps = 64'000;
  Duration propagation{0};
  Duration turnaround{0};                // silence at the start of every over
  Duration max_over = default_max_over;  // data time of one over, half duplex only
  std::size_t mtu = 0;                   // of IP packets; 0 = what the bearer assumes
  LossModel loss;
  struct PerReceiver {
    std::string node;
    std::optional<LossModel> loss;
    std::optional<double> snr_db;    // modems only
    std::optional<Duration> keying;  // of that station's radio; modems only
  };
  std::vector<PerReceiver> receivers;  // overrides what holds for the link
  std::vector<Fade> fades;
  std::string coding;       // coded P_MUL of the bearers on it, where they do not say; empty: as the node's default
  bool collisions = false;  // carrier sense and back-off in place of ideal access
  HfSettings hf;
};

}  // namespace longwire::sim
