// EMCON and MINIMIZE as orders: gate, machines, store and events change together.
#include "node/engine/bearer_setup.hpp"
#include "node/engine/parts.hpp"

#include "base/text.hpp"

namespace longwire::engine {

void Parts::enter_emcon(Time until, Time now) {
  core.gate.silence(until);
  core.store.set_setting(emcon_key, core.gate.save());
  core.timers.arm(until, TimerKind::emcon_end, 0);
  for (auto& link : core.bearers) {
    link.entity.set_emcon(true, now);
    if (link.dmp) link.dmp->set_emcon(true, now);
  }
  core.report(now, level::notice, events::emcon_entered, {{"until", until == never ? "" : format_utc(until)}});
}

void Parts::leave_emcon(Time now) {
  core.gate.lift();
  core.store.set_setting(emcon_key, core.gate.save());
  for (std::size_t b = 0; b < core.bearers.size(); ++b) freeze(b, now);
  core.report(now, level::notice, events::emcon_left, {});
}

// Silence "for 6h" is six hours that pass, whatever is done to the wall clock meanwhile: too early an
// end would be an emission nobody ordered. Over a restart only the wall clock is left to go by.
void Parts::clock_stepped(Duration by, Time now) {
  const auto until = core.gate.until();
  const bool timed = core.gate.silent() && until != never && until + by < never;
  if (timed) {
    core.gate.silence(until + by);
    core.store.set_setting(emcon_key, core.gate.save());
    core.timers.arm(until + by, TimerKind::emcon_end, 0);
  }
  core.report(now, level::notice, events::clock_stepped,
              {{"seconds", to_seconds(by)}, {"emcon_until", timed ? format_utc(until + by) : ""}});
}

void Parts::set_peer_emcon(PeerIndex peer, bool silent, Time now) {
  auto& state = core.peers.at(peer);
  if (state.silent == silent) return;
  state.silent = silent;
  const auto& config = core.config.peers[peer];
  core.store.set_setting(emcon_setting(config), silent ? "on" : "off");
  for (const auto b : core.router.bearers_of(peer)) core.bearers[b].entity.set_peer_emcon(config.pmul_id, silent, now);
  transfers.peer_silence_changed(peer, now);
  core.report(now, level::notice, events::peer_emcon, {{"peer", config.name}, {"silent", silent}});
}

void Parts::minimize_changed(Time now) {
  core.refresh_views();
  transfers.apply_minimize(now);
  scheduler.place_all(now);
  boost::json::object bearers;
  for (std::size_t b = 0; b < core.bearers.size(); ++b)
    bearers[core.config.bearers[b].name] = to_string(core.minimize.bearer(b));
  core.report(now, level::notice, events::minimize_changed,
              {{"node", to_string(core.minimize.node())}, {"bearers", std::move(bearers)}});
}

}  // namespace longwire::engine
