// The links of modems: each station has a STANAG 5066 stack of its own there, and a modem on the air.
#include "base/rng.hpp"
#include "node/engine/hf_setup.hpp"
#include "sim/virtual_modem.hpp"
#include "sim/world.hpp"

#include <algorithm>

namespace longwire::sim {

void World::boot(std::size_t index) {
  auto& station = stations_[index];
  station.boot(now_);
  station.radios_silent = station.node().emcon();
  for (std::size_t b = 0; b < station.links().size(); ++b) {
    auto& radio = station.radios[b];
    const auto& air = airs_[station.links()[b]];
    if (!air) continue;
    radio =
        std::make_unique<bearers::HfBearer>(engine::hf_bearer_config(station.config(), b),
                                            std::make_unique<VirtualModem>(*air, seats_[index][b]), rng_.next(), now_);
    radio->set_emcon(station.radios_silent, now_);
  }
}

void World::run_due_airs() {
  for (std::size_t l = 0; l < airs_.size(); ++l) {
    if (!airs_[l] || airs_[l]->next_event() > now_) continue;
    hf_events_.clear();
    airs_[l]->advance(now_, hf_events_);
    for (const auto& event : hf_events_) hf_event(l, event);
  }
}

bool World::called(std::size_t index) const {
  const auto& station = stations_[index];
  for (std::size_t b = 0; b < station.radios.size(); ++b)
    if (station.radios[b] && airs_[station.links()[b]]->attention(seats_[index][b])) return true;
  return false;
}

bool World::run_radios(std::size_t index) {
  auto& station = stations_[index];
  const bool silent = station.node().emcon();
  const bool ordered = std::exchange(station.radios_silent, silent) != silent;
  std::vector<engine::Event> events;
  for (std::size_t b = 0; b < station.radios.size(); ++b) {
    auto* radio = station.radios[b].get();
    if (radio == nullptr) continue;
    if (ordered) radio->set_emcon(silent, now_);
    airs_[station.links()[b]]->attended(seats_[index][b]);
    radio->run(now_);
    for (auto& event : radio->take_events())
      if (auto told = radio_event(index, b, std::move(event))) events.push_back(std::move(*told));
  }
  for (auto& event : events) station.node().handle(std::move(event), now_);
  return !events.empty();
}

std::optional<engine::Event> World::radio_event(std::size_t index, std::size_t b, bearers::HfEvent event) {
  namespace hf = bearers::hf;
  const auto& name = stations_[index].name();
  if (auto* received = std::get_if<hf::Received>(&event))
    return engine::event::DatagramIn{b, engine::from_hf(std::move(*received))};
  if (const auto* done = std::get_if<hf::Done>(&event)) return engine::event::DatagramDone{b, done->ticket, done->ok};
  if (const auto* flow = std::get_if<hf::Flow>(&event)) return engine::event::BearerFlow{b, flow->open, flow->below};
  if (const auto* state = std::get_if<hf::State>(&event)) {
    trace_.world(now_, state->up ? "bearer up" : "bearer down", name, state->reason);
    return engine::event::BearerState{b, state->up};
  }
  auto& report = std::get<hf::Report>(event);
  const engine::action::Report out{now_, report.level, report.name, std::move(report.fields)};
  trace_.report(out, name, now_);
  if (options_.on_report) options_.on_report(name, out);
  return std::nullopt;
}

void World::hf_event(std::size_t link, const HfEvent& event) {
  auto& station = stations_[ears_[link][event.station].station];
  trace_.air(event, airs_[link]->config().name, station.name(), stations_[ears_[link][event.from].station].name());
  if (options_.on_hf) options_.on_hf(link, event);
  switch (event.kind) {
    case HfEvent::Kind::carrier_up:
      if (station.ordered_silent) {
        ++station.silent_octets;  // a carrier betrays a ship, whatever it carries
        trace_.world(event.time, "emission under silence", station.name());
      }
      break;
    case HfEvent::Kind::carrier_down:
      if (station.silent_since) station.silent_carrier += event.time - std::max(event.since, *station.silent_since);
      break;
    case HfEvent::Kind::sent:
      if (station.ordered_silent) station.silent_octets += event.octets->size();
      if (pcap_d_pdu_) pcap_d_pdu_->write_d_pdu(*event.octets, event.time);
      break;
    case HfEvent::Kind::heard:
    case HfEvent::Kind::lost:
      break;
  }
}

void World::switch_off_radios(std::size_t index) {
  const auto& links = stations_[index].links();
  for (std::size_t b = 0; b < links.size(); ++b)
    if (airs_[links[b]]) airs_[links[b]]->silence(seats_[index][b], now_);
}

// The order counts from the moment it was given: a carrier that is still up then is an emission.
void World::note_silence(std::size_t index) {
  auto& station = stations_[index];
  if (!station.ordered_silent) {
    station.silent_since.reset();
    return;
  }
  if (!station.silent_since) station.silent_since = now_;
  for (std::size_t b = 0; b < station.links().size(); ++b) {
    const auto& air = airs_[station.links()[b]];
    if (!air || !air->on_air(seats_[index][b], now_)) continue;
    ++station.silent_octets;
    trace_.world(now_, "emission under silence", station.name());
  }
}

void World::modem_event(const EventPlan& event) {
  auto& air = *airs_[event.link];
  std::optional<StationIndex> s;
  if (!event.everywhere) s = seat(event.link, stations_[event.node]);
  const auto name = s ? std::string_view(stations_[event.node].name()) : std::string_view();
  switch (event.kind) {
    case EventPlan::Kind::modem:
      trace_.world(now_, event.on ? "modem on" : "modem off", name);
      return air.set_modem(*s, event.on, now_);
    case EventPlan::Kind::rate:
      trace_.world(now_, "rate set by hand", name, std::to_string(event.rate_bps));
      return air.set_panel_rate(*s, static_cast<std::uint32_t>(event.rate_bps));
    case EventPlan::Kind::snr:
      trace_.world(now_, "snr", name, std::to_string(event.snr_db));
      return air.set_snr(s, event.snr_db);
    case EventPlan::Kind::emcon:
    case EventPlan::Kind::minimize:
    case EventPlan::Kind::kill:
    case EventPlan::Kind::power_cut:
    case EventPlan::Kind::restart:
    case EventPlan::Kind::link_state:
    case EventPlan::Kind::peer_emcon:
    case EventPlan::Kind::cancel:
    case EventPlan::Kind::hold:
    case EventPlan::Kind::release:
    case EventPlan::Kind::command:
    case EventPlan::Kind::inject:
      return;
  }
}

}  // namespace longwire::sim
