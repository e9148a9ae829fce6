// WarningBox: WARNING D_PDUs towards one station (C.3.12), few and not often: a station that floods
// us with nonsense is not to make us fill the channel.
#pragma once

#include "base/limits.hpp"
#include "base/time.hpp"
#include "bearers/s5066/d_pdu.hpp"

#include <algorithm>
#include <deque>

namespace longwire::s5066 {

class WarningBox {
 public:
  // False: not now.
  bool put(Warning warning, Time now) {
    const auto same = [&](const Entry& e) {
      return e.warning.received_type == warning.received_type && e.warning.reason == warning.reason;
    };
    std::erase_if(recent_, [&](const Entry& e) { return e.at + pause <= now; });
    if (std::any_of(recent_.begin(), recent_.end(), same) || recent_.size() >= limits::s5066_pending_warnings)
      return false;
    recent_.push_back({warning, now});
    pending_.push_back(warning);
    return true;
  }
  bool pending() const { return !pending_.empty(); }
  std::size_t count() const { return pending_.size(); }
  Warning take() {
    const auto first = pending_.front();
    pending_.pop_front();
    return first;
  }
  void clear() { pending_.clear(); }

 private:
  static constexpr Duration pause = std::chrono::seconds{10};
  struct Entry {
    Warning warning;
    Time at;
  };
  std::deque<Entry> recent_;
  std::deque<Warning> pending_;
};

}  // namespace longwire::s5066
