// LossEstimate: the packet loss towards one peer, from what was sent and what was missing.
#pragma once

#include <array>
#include <cstddef>

namespace longwire::acp142 {

class LossEstimate {
 public:
  // `prior` counts as much as prior_weight PDUs, so that one lucky small message proves nothing.
  explicit LossEstimate(double prior, double prior_weight = 12);

  // A PDU that was sent `copies` times arrived at least once, or not at all.
  void observe(unsigned copies, bool missing);
  double value() const;
  bool measured() const { return seen_ >= 4; }
  // A message's worth of PDUs, and none of them missing (an old miss is forgiven in time). PDUs sent
  // twice come in spite of a loss and so hardly move value(): only sending once tells what it is.
  bool spotless() const { return seen_ >= spotless_after && missing_ < forgiven; }

 private:
  static constexpr double spotless_after = 16;
  static constexpr double forgiven = 0.3;  // one miss, 450 PDUs later
  static constexpr unsigned most_copies = 4;
  static constexpr double memory = 300;  // PDUs after which old observations count half and less

  double prior_;
  double prior_weight_;
  double seen_ = 0;
  double missing_ = 0;
  std::array<double, most_copies> sent_{};  // PDUs sent 1, 2, ... times
};

// Whether losses come in bursts, from how many PDUs in a row were lost.
class BurstEstimate {
 public:
  void observe_run(unsigned lost, double pdu_seconds);
  // Mean length of a burst in s; 0 when runs are no longer than chance makes them at this loss.
  double seconds(double loss) const;

 private:
  double runs_ = 0;
  double lost_ = 0;
  double pdu_seconds_ = 0;
};

}  // namespace longwire::acp142
