// SoftLinks: when nonexclusive links are made and ended (A.1.1.1, A.3.2.1). A soft link needs no
// exchange of its own: it stands and falls with the physical link.
#pragma once

#include "base/rng.hpp"
#include "bearers/s5066/channel_access.hpp"
#include "bearers/s5066/unidata.hpp"

#include <map>
#include <vector>

namespace longwire::s5066 {

struct SoftLinksConfig {
  Duration idle = std::chrono::seconds{60};            // A-SES-2
  Duration longest = std::chrono::minutes{10};         // A-SES-3
  Duration called_minimum = std::chrono::seconds{10};  // A-SL-2: before it gives way to other traffic
  // The called side leaves the end to the caller: ending a link in a fade would cost the caller its
  // ARQ state and bring its unconfirmed U_PDUs twice. This long without data means that it is gone.
  Duration called_idle = std::chrono::minutes{5};
  // A peer that answers no request for so long does not respond; what waits for it is rejected.
  Duration unreachable_after = std::chrono::minutes{5};
};

class SoftLinks {
 public:
  SoftLinks(SoftLinksConfig config, ChannelAccess& channel, std::uint64_t seed)
      : config_(config), channel_(channel), rng_(seed) {}

  // Asks for links that are wanted and ends those that are not. held: no link may be made now (EMCON,
  // no modem, an exclusive link). Returns the peers that do not respond.
  std::vector<Address> run(const Unidata& unidata, bool held, Time now);

  void on_made(const ca::LinkMade& event, Time now);
  void on_failed(const ca::LinkFailed& event, Time now);
  void on_broken(const ca::LinkBroken& event, Time now);
  void on_traffic(Address peer, Time now);  // to or from it over the link
  void on_heard(Address peer, Time now);    // it is there after all

  // When run() is to be called again.
  Time next_wake() const { return wake_; }

 private:
  struct Peer {
    bool up = false, called = false, asked = false;
    bool yields = false;  // its link is ended for another peer's data: that one comes first
    Time made_at{}, last_traffic{};
    unsigned attempts = 0;      // in a row without a link
    Time silent_since = never;  // no answer to our requests
    Time retry_at{};
  };
  void back_off(Peer& peer, Time now);
  void end_idle(const Unidata& unidata, Time now);
  void make_room(const Unidata::Demand& demand, const Unidata& unidata, Time now);
  Time may_end(const Peer& peer) const;

  SoftLinksConfig config_;
  ChannelAccess& channel_;
  Rng rng_;
  std::map<Address, Peer> peers_;
  Time wake_ = never;
};

}  // namespace longwire::s5066
