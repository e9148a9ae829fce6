// Parts: the whole machine of a node, wired. Built from the store at start, and again after a failed
// commit: recovery is the only way to come up (design 2.7).
#pragma once

#include "node/engine/acp127_desk.hpp"
#include "node/engine/admission.hpp"
#include "node/engine/circuits.hpp"
#include "node/engine/core.hpp"
#include "node/engine/dictionary_exchange.hpp"
#include "node/engine/dmp_reception.hpp"
#include "node/engine/intake.hpp"
#include "node/engine/local_delivery.hpp"
#include "node/engine/outcomes.hpp"
#include "node/engine/protection.hpp"
#include "node/engine/reception.hpp"
#include "node/engine/reports.hpp"
#include "node/engine/scheduler.hpp"
#include "node/engine/transfers.hpp"
#include "node/engine/watch.hpp"

namespace longwire::engine {

struct Parts {
  Parts(Config config, store::Store& store, crypto::Random& random, std::uint64_t seed, std::uint64_t generation,
        Time now);

  void recover(Time now);
  // Runs what is due by now.
  void run_timers(Time now);
  // Takes what a protocol machine has to tell, and starts what may start.
  void pump(std::size_t bearer, Time now);
  void pump_all(Time now);
  // pump_all(), and whatever reports come of it.
  void settle(Time now);
  // Reports, then the store's commit. Throws StoreError.
  void commit(Time now);

  void datagram(const event::DatagramIn& e, Time now);
  void bearer_flow(const event::BearerFlow& e) {
    core.bearers.at(e.bearer).flow_below = e.open ? BearerLink::every_priority : e.below;
  }
  void datagram_done(const event::DatagramDone& e, Time now);
  void bearer_state(const event::BearerState& e, Time now);
  std::optional<Datagram> poll_transmit(std::size_t bearer, Time now);
  Time next_wake() const;

  // until: never = without end. Stores the order.
  void enter_emcon(Time until, Time now);
  void leave_emcon(Time now);
  void clock_stepped(Duration by, Time now);
  void set_peer_emcon(PeerIndex peer, bool silent, Time now);
  void minimize_changed(Time now);

  bool frozen(std::size_t bearer) const;      // silent or down: nothing may leave
  void freeze(std::size_t bearer, Time now);  // tells the machines of the bearer so, or that it is over

  Core core;
  Boundary boundary;
  Scheduler scheduler;
  Outcomes outcomes;
  Intake intake;
  Protection protection;
  X400Reports x400_reports;
  Reports reports;
  Admission admission;
  Transfers transfers;
  X400Reception x400_reception;
  DictionaryExchange dictionary_exchange;
  Reception reception;
  LocalDelivery delivery;
  Watch watch;
  DmpReception dmp_reception;
  Acp127Desk desk;
  Circuits circuits;

 private:
  void forget_under_way(std::size_t bearer, Time now);
  Datagram datagram_of(std::size_t bearer, acp142::Frame frame);
  Datagram datagram_of(std::size_t bearer, dmp::Frame frame);
  bool dmp_next(std::size_t bearer, Time now) const;  // is a DMP datagram what goes next?
  std::optional<Datagram> poll_dmp(std::size_t bearer, Time now);
  void take_notices(std::size_t bearer, Time now);
  void apply(std::size_t bearer, acp142::Notice& notice, Time now);
  void rejected(std::size_t bearer, const acp142::notice::Rejected& n, Time now);
  void coding_ignored(std::size_t bearer, const acp142::notice::CodingIgnored& n, Time now);

  std::uint64_t dmp_tickets_ = 0;  // of datagrams nobody asks after, where the bearer wants one
  std::uint64_t ticket_base_;      // so that an answer to what was sent before a recovery is not mistaken
};

}  // namespace longwire::engine
