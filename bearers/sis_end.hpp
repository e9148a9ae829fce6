// SisEnd: one client of the subnetwork interface and its connection, which it wants closed and opened
// anew when the node refuses or drops it; not at once, or a refusing node would be asked for ever.
#pragma once

#include "bearers/hf_unit_size.hpp"
#include "bearers/s5066/sis_client.hpp"

#include <algorithm>
#include <string_view>

namespace longwire::bearers {

class SisEnd {
 public:
  SisEnd(s5066::SisClientConfig config, bool arq) : sis(config), sap(config.sap), carries_arq(arq) {}

  void opened(Time now) {
    open_ = true;
    close_at_ = never;
    sis.connected(now);
  }
  void closed(Time now) {
    open_ = false;
    close_at_ = never;
    sis.disconnected(now);
  }
  bool open() const { return open_; }
  // Bound, and the node takes what P_MUL cannot make smaller.
  bool up() const { return sis.bound() && sis.mtu() >= least_mtu; }
  static constexpr std::size_t least_mtu = s5066::udop_header + hf_least_pdu;

  // The node said no, or the stream is broken.
  void ended(std::string_view reason, Time now) {
    why_down = reason;
    if (!open_) return;
    close_at_ = now + pause_;
    pause_ = std::min(pause_ * 2, longest_pause);
  }
  void bound(Time now) {
    if (!up()) return ended("mtu_too_small", now);
    why_down = {};
    pause_ = first_pause;
  }
  // Drop the connection, so that the node forgets what it was given.
  void reopen(Time now) {
    if (open_) close_at_ = now;
  }
  bool wants_close(Time now) const { return open_ && close_at_ <= now; }
  // Once it wants to be closed, it waits for its owner, not for time.
  Time next_wake(Time now) const { return std::min(sis.next_wake(), close_at_ > now ? close_at_ : never); }

  s5066::SisClient sis;
  std::uint8_t sap;
  bool carries_arq;
  std::uint8_t next_id = 0;  // U_PDU ID (F.8)
  std::string_view why_down = "not_connected";

 private:
  static constexpr Duration first_pause = std::chrono::seconds{5};
  static constexpr Duration longest_pause = std::chrono::minutes{5};
  bool open_ = false;
  Time close_at_ = never;
  Duration pause_ = first_pause;
};

}  // namespace longwire::bearers
