#include "acp142/bearer_model.hpp"

#include "acp142/pdu.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

Duration BearerModel::air(std::size_t pdu_octets) const {
  return air_time(pdu_octets + timing_.overhead, std::max<std::uint64_t>(timing_.rate_bps, 1));
}

Duration BearerModel::ack() const { return air(ack_header_octets + ack_entry_octets); }

Duration BearerModel::round_cost(std::size_t answers) const {
  if (!half_duplex()) return round_trip();
  return turnaround() + 2 * latency() + static_cast<Duration::rep>(std::max<std::size_t>(answers, 1)) * slot();
}

Duration BearerModel::slack() const {
  using std::chrono::milliseconds;
  return milliseconds{20} + latency() / 10 + turnaround() / 16;
}

unsigned BearerModel::ack_copies(double loss) const {
  constexpr unsigned most = 3;
  // A lost Ack costs about the round in which the sender has to ask again.
  const auto cost = to_seconds(half_duplex() ? turnaround() + slot() : round_trip()) * 0.6;
  const auto each = to_seconds(ack());
  unsigned best = 1;
  if (loss < 0.03) return best;  // a guess about an unknown peer is no reason to send twice
  for (unsigned copies = 2; copies <= most; ++copies)
    if (copies * each + std::pow(loss, copies) * cost < best * each + std::pow(loss, best) * cost) best = copies;
  return best;
}

}  // namespace longwire::acp142
