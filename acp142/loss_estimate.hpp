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

 private:
  static constexpr unsigned most_copies = 4;
  static constexpr double memory = 300;  // PDUs after which old observations count half and less

  double prior_;
  double prior_weight_;
  double seen_ = 0;
  double missing_ = 0;
  std::array<double, most_copies> sent_{};  // PDUs sent 1, 2, ... times
};

}  // namespace longwire::acp142
