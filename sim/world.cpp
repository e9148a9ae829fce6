#include "sim/world.hpp"

#include "acp142/pdu.hpp"
#include "base/rng.hpp"
#include "node/engine/hf_setup.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

// A node may run several times in one instant (a frame, its delivery, its answer), but not forever.
constexpr std::uint64_t most_turns_in_an_instant = 10'000;
constexpr std::uint64_t events_between_progress = 5'000;

}  // namespace

World::World(const Scenario& scenario, WorldOptions options)
    : scenario_(scenario),
      options_(std::move(options)),
      start_(scenario.start),
      now_(scenario.start),
      end_(scenario.start + scenario.duration),
      rng_(options_.seed),
      trace_(options_.trace, scenario.start),
      scoreboard_(scenario) {
  if (options_.pcap != nullptr) pcap_.emplace(*options_.pcap);
  if (options_.pcap_d_pdu != nullptr) pcap_d_pdu_.emplace(*options_.pcap_d_pdu, PcapWriter::d_pdus);
  ears_.resize(scenario.links.size());
  for (std::size_t i = 0; i < scenario.nodes.size(); ++i) {
    const auto& plan = scenario.nodes[i];
    stations_.emplace_back(plan, rng_.next());
    seats_.emplace_back();
    for (std::size_t b = 0; b < plan.links.size(); ++b) {
      auto& ears = ears_[plan.links[b]];
      Ear ear{i, b, plan.config.bearers[b].bind, {}};
      if (const auto& group = plan.config.bearers[b].group) ear.groups.push_back(*group);
      for (const auto& group : plan.config.groups)
        if (group.bearer.empty() || group.bearer == plan.config.bearers[b].name) ear.groups.push_back(group.address);
      seats_[i].push_back(ears.size());
      ears.push_back(std::move(ear));
    }
  }
  for (std::size_t l = 0; l < scenario.links.size(); ++l) {
    std::vector<std::string> names;
    for (const auto& ear : ears_[l]) names.push_back(stations_[ear.station].name());
    channels_.emplace_back(scenario.links[l], names, rng_.next(), start_);
    const bool modems = scenario.links[l].hf.modems;
    airs_.push_back(modems ? std::make_unique<HfAir>(scenario.links[l], names, rng_.next(), start_) : nullptr);
  }
  for (std::size_t m = 0; m < scenario.messages.size(); ++m) attempts_.push_back({start_ + scenario.messages[m].at, m});
  std::ranges::make_heap(attempts_, std::greater<>{});
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    boot(i);
    turn(i);
  }
}

Time World::next_event() const {
  Time next = attempts_.empty() ? never : attempts_.front().at;
  if (next_script_event_ < scenario_.events.size())
    next = std::min(next, start_ + scenario_.events[next_script_event_].at);
  for (const auto& station : stations_) next = std::min(next, station.wake);
  for (const auto& channel : channels_) next = std::min(next, channel.next_event());
  for (const auto& air : airs_)
    if (air) next = std::min(next, air->next_event());
  for (std::size_t i = 0; i < stations_.size(); ++i)
    if (called(i)) return now_;
  return next;
}

void World::run() {
  run_until(end_);
  collect_queue_states();
  for (auto& station : stations_)
    if (station.running()) station.note_transfers(now_);
}

void World::run_until(Time t) {
  while (failures_.empty()) {
    const Time next = next_event();
    if (next > t) break;
    if (next > now_) {
      now_ = next;
      for (auto& station : stations_) station.turns = 0;
    }
    if (++events_ % events_between_progress == 0 && options_.progress) options_.progress(now_ - start_);
    // Orders first, then the nodes, then the air: a datagram handed over in the instant in which an
    // over would end still belongs to it.
    run_script();
    run_due_nodes();
    run_due_channels();
    run_due_airs();
  }
  now_ = std::max(now_, t);
}

void World::run_due_nodes() {
  for (std::size_t i = 0; i < stations_.size(); ++i) {
    if (stations_[i].wake > now_ && !called(i)) continue;
    stations_[i].node().handle(engine::event::Tick{}, now_);
    turn(i);
  }
}

void World::run_due_channels() {
  for (std::size_t l = 0; l < channels_.size(); ++l) {
    if (channels_[l].next_event() > now_) continue;
    air_events_.clear();
    channels_[l].advance(now_, air_events_);
    // A turn below may add frames but never runs the channel: the list stays as it is.
    for (std::size_t e = 0; e < air_events_.size(); ++e) {
      const auto event = air_events_[e];
      air_event(l, event);
    }
  }
}

// A Data_PDU of P_MUL (3.1: the type is in the low bits of octet 3).
static bool is_data(const AirFrame& frame, const engine::BearerConfig& bearer) {
  return frame.port == bearer.dport && frame.octets.size() > 3 &&
         (frame.octets[3] & 0x3F) == static_cast<std::uint8_t>(acp142::PduType::data);
}

void World::air_event(std::size_t link, const AirEvent& event) {
  const auto& ear = ears_[link][event.station];
  auto& station = stations_[ear.station];
  trace_.air(event, channels_[link].config().name, station.name());
  if (options_.on_air) options_.on_air(event);
  switch (event.kind) {
    case AirEvent::Kind::started:
      if (station.ordered_silent) station.silent_octets += event.frame->octets_on_air;
      if (pcap_) pcap_->write(*event.frame, event.time);
      if (is_data(*event.frame, station.config().bearers[ear.bearer])) last_data_ = event.time;
      break;
    case AirEvent::Kind::lost:
      break;
    case AirEvent::Kind::arrived:
      if (!station.running()) break;
      station.node().handle(
          engine::event::DatagramIn{ear.bearer, {event.frame->source, event.frame->port, event.frame->octets}}, now_);
      turn(ear.station);
      break;
  }
}

void World::turn(std::size_t index) {
  auto& station = stations_[index];
  if (!station.running()) return;
  if (++station.turns > most_turns_in_an_instant) {
    failures_.push_back("node " + station.name() + " does not rest: it asks to run again without end");
    return;
  }
  try {
    settle(index);
    if (station.running() && poll(index)) settle(index);
    while (station.running() && run_radios(index)) {
      settle(index);
      if (station.running() && poll(index)) settle(index);
    }
  } catch (const store::StoreError& e) {
    failures_.push_back("node " + station.name() + ": store: " + e.what());
    return;
  }
  if (!station.running()) return;
  station.wake = station.node().next_wake();
  for (const auto& radio : station.radios)
    if (radio) station.wake = std::min(station.wake, radio->next_wake());
}

// Drains the node and answers its deliveries until it has nothing more to say.
void World::settle(std::size_t index) {
  auto& station = stations_[index];
  while (true) {
    if (station.dies_next_turn && rng_.chance(0.5)) return crash(index, false, false);  // before the commit
    auto actions = station.node().drain(now_);
    if (actions.empty()) return;
    auto results = perform(index, std::move(actions));
    if (station.dies_next_turn) return crash(index, false, false);  // delivered, but nobody has noted it
    if (results.empty()) return;
    for (auto& result : results) station.node().handle(std::move(result), now_);
  }
}

std::vector<engine::Event> World::perform(std::size_t index, std::vector<engine::Action> actions) {
  std::vector<engine::Event> results;
  const auto& name = stations_[index].name();
  for (auto& action : actions) {
    if (const auto* report = std::get_if<engine::action::Report>(&action)) {
      trace_.report(*report, name, now_);
      if (options_.on_report) options_.on_report(name, *report);
      if (report->name == engine::events::transfer_closed) {
        auto transfer = report->fields;
        transfer["over_at"] = to_seconds(now_ - start_);
        stations_[index].note_transfer(std::move(transfer));
      }
      continue;
    }
    // A circuit has no far end in a scenario: what is sent there has left.
    if (const auto* out = std::get_if<engine::action::CircuitOut>(&action)) {
      results.emplace_back(
          engine::event::CircuitDone{out->circuit, out->delivery, true, true, out->octets.size(), "simulated"});
      continue;
    }
    const auto& delivery = std::get<engine::action::Deliver>(action);
    const auto word = scoreboard_.delivered(delivery, name, now_);
    trace_.world(now_, word, name, std::to_string(delivery.message) + " " + hex64(fnv1a(ByteView(delivery.octets))));
    engine::event::DeliveryResult result;
    result.delivery = delivery.delivery;
    for (std::size_t r = 0; r < delivery.envelope.recipients.size(); ++r)
      result.recipients.push_back(
          {engine::event::DeliveryResult::PerRecipient::Outcome::delivered, "2.0.0", "stored", true});
    results.emplace_back(std::move(result));
  }
  return results;
}

bool World::poll(std::size_t index) {
  bool any = false;
  auto& station = stations_[index];
  for (std::size_t b = 0; b < station.links().size(); ++b) {
    auto* radio = station.radios[b].get();
    while (radio == nullptr || radio->ready()) {
      auto datagram = station.node().poll_transmit(b, now_);
      if (!datagram) break;
      any = true;
      if (radio != nullptr) radio->send(engine::to_hf_unit(std::move(*datagram)), now_);
      else hand_over(index, b, std::move(*datagram));
    }
  }
  return any;
}

void World::hand_over(std::size_t index, std::size_t bearer, engine::Datagram datagram) {
  auto& station = stations_[index];
  const auto link = station.links()[bearer];
  AirFrame frame;
  frame.from = seats_[index][bearer];
  frame.to = receivers(link, frame.from, datagram.peer);
  frame.octets_on_air = datagram.octets.size() + udp_overhead;
  frame.serial = ++frames_;
  frame.source = station.config().bearers[bearer].bind;
  frame.destination = datagram.peer;
  frame.port = datagram.port;
  frame.octets = std::move(datagram.octets);
  if (station.ordered_silent) {
    station.silent_octets += frame.octets_on_air;
    trace_.world(now_, "emission under silence", station.name());
  }
  if (!channels_[link].enqueue(std::move(frame), now_)) trace_.world(now_, "dropped by the radio", station.name());
}

std::vector<StationIndex> World::receivers(std::size_t link, StationIndex from, Ipv4 to) const {
  std::vector<StationIndex> out;
  const auto& ears = ears_[link];
  for (StationIndex s = 0; s < ears.size(); ++s) {
    if (s == from) continue;
    const bool meant = to.is_multicast() ? std::ranges::count(ears[s].groups, to) > 0 : ears[s].address == to;
    if (meant) out.push_back(s);
  }
  return out;
}

std::uint64_t World::octets_on_air() const {
  std::uint64_t octets = 0;
  for (std::size_t l = 0; l < channels_.size(); ++l)
    for (StationIndex s = 0; s < channels_[l].stations(); ++s) octets += air(l, s).octets_sent;
  return octets;
}

StationIndex World::seat(std::size_t link, const Station& station) const {
  const auto on = std::ranges::find(station.links(), link);
  return seats_[static_cast<std::size_t>(&station - stations_.data())]
               [static_cast<std::size_t>(on - station.links().begin())];
}

const Station& World::station_at(const Channel& channel, StationIndex seat) const {
  return stations_[ears_[static_cast<std::size_t>(&channel - channels_.data())][seat].station];
}

// What the stores say about every message at the end.
void World::collect_queue_states() {
  for (std::size_t m = 0; m < scoreboard_.outcomes().size(); ++m) {
    auto& outcome = scoreboard_.outcome(m);
    if (!outcome.accepted) continue;
    for (auto& station : stations_)
      for (const auto& row : station.store().find_by_envelope("", "<" + outcome.message_id + ">"))
        for (const auto& at : row.rows)
          for (auto& recipient : outcome.recipients) {
            if (recipient.address != at.recipient.address || recipient.live) continue;
            recipient.live = !store::is_final(at.state);
            const bool bad = at.state == store::RecipientState::failed || at.state == store::RecipientState::expired ||
                             at.state == store::RecipientState::cancelled;
            if (recipient.live || bad || recipient.queue_state.empty()) recipient.queue_state = to_string(at.state);
          }
  }
}

}  // namespace longwire::sim
