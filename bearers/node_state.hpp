// NodeState: what another STANAG 5066 node says of itself (S_SUBNET_AVAILABILITY). That it is off
// or silent holds at once; that it is back only so often, or a node in trouble would fill the log and
// make every transfer begin anew. What it said last always holds in the end.
#pragma once

#include "base/time.hpp"
#include "bearers/s5066/primitive.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace longwire::bearers {

class NodeState {
 public:
  // A new connection: on, until it tells otherwise. How often it came back is not forgotten.
  void reset() {
    status_ = s5066::node_status::on;
    held_ = false;
  }
  void heard(std::uint8_t status, std::uint8_t reason, Time now) {
    const bool was_off = off();
    status_ = status;
    reason_ = reason;
    if (was_off && !off()) held_ = true;
    run(now);
  }
  void run(Time now) {
    if (!held_ || off() || back_at_ > now) return;
    held_ = false;
    back_at_ = std::max(back_at_, now - slack) + spacing;
  }
  // Empty: on.
  std::string_view why_down() const {
    if (status_ == s5066::node_status::off) return reason_ == 1 ? "node_in_emcon" : "node_off";
    if (status_ == s5066::node_status::receive_only) return reason_ == 1 ? "node_in_emcon" : "node_receive_only";
    return held_ ? "node_unsteady" : "";
  }
  Time next_wake() const { return held_ && !off() ? back_at_ : never; }

 private:
  bool off() const { return status_ == s5066::node_status::off || status_ == s5066::node_status::receive_only; }

  static constexpr Duration spacing = std::chrono::seconds{5};  // between two returns
  static constexpr Duration slack = std::chrono::seconds{5};    // but one may follow the other at once

  std::uint8_t status_ = s5066::node_status::on, reason_ = 0;
  bool held_ = false;  // it is back, which does not hold yet
  Time back_at_{};     // not before
};

}  // namespace longwire::bearers
