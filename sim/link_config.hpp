// A link of a scenario: what the air between some stations is like.
#pragma once

#include "base/time.hpp"
#include "sim/loss.hpp"

#include <cstdint>
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
    LossModel loss;
  };
  std::vector<PerReceiver> receivers;  // overrides `loss`
  std::vector<Fade> fades;
  bool collisions = false;  // carrier sense and back-off in place of ideal access
};

}  // namespace longwire::sim
