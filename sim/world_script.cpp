// What the script does to the world: submissions, crashes, orders.
#include "sim/smtp_user.hpp"
#include "sim/world.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

constexpr Duration submission_retry = std::chrono::seconds{30};

}  // namespace

void World::run_script() {
  while (next_script_event_ < scenario_.events.size() && start_ + scenario_.events[next_script_event_].at <= now_)
    run_event(scenario_.events[next_script_event_++]);
  while (!attempts_.empty() && attempts_.front().at <= now_) {
    const auto message = attempts_.front().message;
    std::ranges::pop_heap(attempts_, std::greater<>{});
    attempts_.pop_back();
    submit(message);
  }
}

void World::submit(std::size_t message) {
  auto& outcome = scoreboard_.outcome(message);
  const auto& plan = *outcome.plan;
  auto& station = stations_[plan.from];
  ++outcome.attempts;
  bool again = !station.running();
  if (!again) {
    SmtpUser user(station.node(), station.config(), now_);
    user.send_envelope(plan);
    user.send_message(scoreboard_.compose(message));
    turn(plan.from);  // the reply counts only after the commit
    if (!station.running()) {
      trace_.world(now_, "connection lost", station.name(), plan.name);
      ++outcome.unanswered;
      again = true;
    } else {
      const auto answer = user.finish();
      outcome.reply = answer.text;
      again = answer.temporary;
      if (answer.accepted) outcome.accepted = now_;
      for (std::size_t i = 0; i < outcome.recipients.size(); ++i) outcome.recipients[i].refused = answer.refused[i];
      trace_.world(now_, answer.accepted ? "submitted" : "refused", station.name(), plan.name + ": " + answer.text);
    }
  }
  if (!again) return;
  attempts_.push_back({now_ + submission_retry, message});
  std::ranges::push_heap(attempts_, std::greater<>{});
}

void World::run_event(const EventPlan& event) {
  using Kind = EventPlan::Kind;
  switch (event.kind) {
    case Kind::emcon:
      return set_emcon(event.node, event.on);
    case Kind::minimize: {
      boost::json::object request{{"command", "minimize"}, {"level", event.level}};
      if (!event.bearer.empty()) request["bearer"] = event.bearer;
      return command(event.node, request);
    }
    case Kind::kill:
      return crash(event.node, false, event.torn);
    case Kind::power_cut:
      return crash(event.node, true, event.torn);
    case Kind::restart:
      return restart(event.node);
    case Kind::link_state:
      return set_link(event.link, event.on);
    case Kind::peer_emcon:
      return command(event.node, {{"command", "emcon"}, {"peer", event.peer}, {"state", event.on ? "on" : "off"}});
    case Kind::cancel:
      return command_for_message(event, "cancel");
    case Kind::hold:
      return command_for_message(event, "hold");
    case Kind::release:
      return command_for_message(event, "release");
    case Kind::command:
      return command(event.node, boost::json::parse(event.command).as_object());
    case Kind::inject:
      return inject(event);
    case Kind::modem:
    case Kind::rate:
    case Kind::snr:
      return modem_event(event);
  }
}

void World::command(std::size_t index, const boost::json::object& request) {
  auto& station = stations_[index];
  trace_.world(now_, "command", station.name(), boost::json::serialize(request));
  if (!station.running()) {
    station.orders.push_back(request);
    return;
  }
  const auto answer = station.node().command(request, now_);
  if (const auto* ok = answer.if_contains("ok"); ok == nullptr || ok->is_bool() == false || !ok->as_bool())
    trace_.world(now_, "command refused", station.name(), boost::json::serialize(answer));
  turn(index);
}

void World::command_for_message(const EventPlan& event, std::string_view verb) {
  auto& station = stations_[event.node];
  const auto plan = std::ranges::find(scenario_.messages, event.message, &MessagePlan::name);
  const auto& outcome = scoreboard_.outcomes()[static_cast<std::size_t>(plan - scenario_.messages.begin())];
  const auto rows = station.store().find_by_envelope("", "<" + outcome.message_id + ">");
  if (rows.empty()) return trace_.world(now_, "command for an unknown message", station.name(), plan->name);
  command(event.node, {{"command", verb}, {"id", rows.front().tracking_id}});
}

void World::crash(std::size_t index, bool power, bool torn) {
  auto& station = stations_[index];
  if (!station.running()) return;
  if (torn) {
    station.dies_next_turn = true;
    return;
  }
  station.note_transfers(now_);
  station.crash();
  trace_.world(now_, power ? "power cut" : "kill", station.name());
  // Without power the radios forget; after a kill they still send what they were given.
  if (!power) return;
  switch_off_radios(index);
  for (std::size_t b = 0; b < station.links().size(); ++b)
    channels_[station.links()[b]].silence(seats_[index][b], now_);
}

void World::restart(std::size_t index) {
  auto& station = stations_[index];
  if (station.running()) {
    if (!station.dies_next_turn) return;
    station.note_transfers(now_);
    station.crash();
  }
  trace_.world(now_, "restart", station.name());
  boot(index);
  // Whoever starts the program again tells it what was ordered meanwhile, before it may transmit.
  for (const auto& order : std::exchange(station.orders, {})) (void)station.node().command(order, now_);
  turn(index);
}

void World::set_emcon(std::size_t index, bool silent) {
  auto& station = stations_[index];
  trace_.world(now_, silent ? "silence ordered" : "silence lifted", station.name());
  station.ordered_silent = silent;
  // The order holds for the whole ship: its radios drop what they have not sent.
  if (silent)
    for (std::size_t b = 0; b < station.links().size(); ++b)
      channels_[station.links()[b]].silence(seats_[index][b], now_);
  command(index, {{"command", "emcon"}, {"state", silent ? "on" : "off"}});
  if (silent && !station.running()) switch_off_radios(index);
  note_silence(index);
}

void World::set_link(std::size_t link, bool up) {
  trace_.world(now_, up ? "link up" : "link down", {}, scenario_.links[link].name);
  // Nobody tells a modem that its frequency is dead.
  if (airs_[link]) return airs_[link]->set_up(up, now_);
  channels_[link].set_up(up, now_);
  for (const auto& ear : ears_[link]) {
    auto& station = stations_[ear.station];
    if (!station.running()) continue;
    station.node().handle(engine::event::BearerState{ear.bearer, up}, now_);
    turn(ear.station);
  }
}

// A datagram from somewhere that is no node of ours; everybody on the link hears it.
void World::inject(const EventPlan& event) {
  trace_.world(now_, "injected", {}, to_string(event.source));
  for (const auto& ear : ears_[event.link]) {
    auto& station = stations_[ear.station];
    if (!station.running()) continue;
    const auto port = station.config().bearers[ear.bearer].dport;
    station.node().handle(engine::event::DatagramIn{ear.bearer, {event.source, port, event.octets}}, now_);
    turn(ear.station);
  }
}

}  // namespace longwire::sim
