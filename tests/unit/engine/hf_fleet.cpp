#include "hf_fleet.hpp"

#include "base/text.hpp"
#include "bearers/s5066/address.hpp"

#include <algorithm>

namespace longwire::engine {

HfFleet::HfFleet(std::function<void(Config&)> change) {
  const std::array<std::string, 2> names{"alpha", "bravo"};
  for (std::size_t i = 0; i < 2; ++i) {
    Config c;
    c.name = names[i];
    c.domain = names[i] + ".example";
    c.pmul_id = PmulId{0x0A420001 + static_cast<std::uint32_t>(i)};
    c.deliver.maildir = "/m/{local}";
    BearerConfig b;
    b.name = "hf";
    b.kind = "modem";
    b.rate_bps = rate_bps;
    b.half_duplex = true;
    b.hf.address = address(i);
    c.bearers.push_back(b);
    auto peer = fleet_peer(names[1 - i], 2 - static_cast<unsigned>(i), {"hf"});
    peer.hf_address = address(1 - i);
    c.peers.push_back(peer);
    if (change) change(c);
    ships_[i] = std::make_unique<Ship>(std::move(c), 100 + i);
  }
}

void HfFleet::start() {
  for (std::size_t i = 0; i < 2; ++i) restart(i);
}

void HfFleet::crash(std::size_t i) {
  ships_[i]->crash();
  queues_[i] = {};
  held_[i] = 0;
  std::erase_if(due_, [i](const auto& d) { return d.second.ship == i; });
}

void HfFleet::restart(std::size_t i) {
  ships_[i]->start(now_);
  set_up(i, true);
}

void HfFleet::set_up(std::size_t i, bool up) {
  queues_[i].up = up;
  if (!up) {
    queues_[i].waiting.clear();
    held_[i] = 0;
    std::erase_if(due_, [i](const auto& d) { return d.second.ship == i && d.second.counted; });
  }
  ships_[i]->node().handle(event::BearerState{0, up}, now_);
  settle();
}

void HfFleet::submit(std::size_t octets, int mt_priority) {
  mail::Envelope envelope;
  envelope.from = "ops@alpha.example";
  envelope.mt_priority = mt_priority;
  mail::Recipient r;
  r.address = "u@bravo.example";
  envelope.recipients.push_back(std::move(r));
  const auto number = std::to_string(++messages_);
  std::string message = "From: ops@alpha.example\r\nMessage-ID: <m" + number + "@alpha.example>\r\n\r\n";
  Rng words(static_cast<std::uint64_t>(messages_));
  while (message.size() < octets) {
    Bytes line;
    for (int i = 0; i < 30; ++i) line.push_back(static_cast<std::uint8_t>(words.below(256)));
    message += to_hex(line) + "\r\n";
  }
  auto& node = ships_[0]->node();
  const smtp::Client client{"127.0.0.1", "client.example", "ESMTP", 1};
  node.on_mail(client, envelope, now_);
  node.on_rcpt(client, envelope, envelope.recipients.front(), now_);
  node.on_message(client, std::move(envelope), to_bytes(message), now_);
  settle();
}

boost::json::object HfFleet::command(std::size_t at, const boost::json::object& request) {
  auto answer = ships_[at]->node().command(request, now_);
  settle();
  return answer;
}

std::size_t HfFleet::count(bool (Sent::*what)() const, std::size_t from) const {
  return static_cast<std::size_t>(
      std::count_if(sent.begin(), sent.end(), [&](const Sent& s) { return s.from == from && (s.*what)(); }));
}

void HfFleet::tell_flow(std::size_t i) {
  const bool open = queues_[i].up && held_[i] < room;
  if (open == queues_[i].flow) return;
  queues_[i].flow = open;
  ships_[i]->node().handle(event::BearerFlow{0, open}, now_);
}

void HfFleet::transmit(std::size_t i) {
  auto& q = queues_[i];
  while (q.up && held_[i] < room) {
    auto datagram = ships_[i]->node().poll_transmit(0, now_);
    if (!datagram) return;
    ++held_[i];
    q.busy_until = std::max(q.busy_until, now_) + air_time(datagram->octets.size() + 36, rate_bps);
    auto pdu = acp142::decode(datagram->octets);
    sent.push_back({i, now_, *datagram, std::move(pdu->pdu)});
    const auto what = fate ? fate(sent.back()) : Fate{};
    Datagram in{address(i), 0, datagram->octets};
    in.arq = datagram->arq;
    const bool ours = datagram->peer == address(1 - i) || s5066::from_bearer_address(datagram->peer).group;
    if (what.arrives && ours) due_.emplace(q.busy_until, Due{1 - i, event::DatagramIn{0, in}, false});
    const auto told = q.busy_until + (datagram->arq ? confirmation : Duration{0});
    due_.emplace(told, Due{i, event::DatagramDone{0, datagram->ticket, what.ok}, true});
  }
}

void HfFleet::settle() {
  for (std::size_t i = 0; i < 2; ++i) {
    auto& ship = *ships_[i];
    if (!ship.running()) continue;
    for (bool busy = true; busy;) {
      busy = false;
      for (auto& action : ship.node().drain(now_)) {
        if (auto* report = std::get_if<action::Report>(&action)) {
          ship.reports.push_back(std::move(*report));
          continue;
        }
        auto& d = std::get<action::Deliver>(action);
        event::DeliveryResult result{d.delivery, {}, {}};
        for (const auto& r : d.envelope.recipients) {
          ship.mailbox.push_back({r.address, std::string(as_text(d.octets)), now_, d.envelope.from, {}});
          result.recipients.push_back(
              {event::DeliveryResult::PerRecipient::Outcome::delivered, "2.0.0", "stored", true});
        }
        ship.node().handle(std::move(result), now_);
        busy = true;
      }
      const auto before = sent.size();
      transmit(i);
      tell_flow(i);
      busy = busy || sent.size() != before;
    }
  }
}

Time HfFleet::next_event() const {
  auto next = due_.empty() ? never : due_.begin()->first;
  for (const auto& ship : ships_)
    if (ship->running()) next = std::min(next, ship->node().next_wake());
  return next;
}

bool HfFleet::run_until(const std::function<bool()>& condition, Duration most) {
  const auto end = now_ + most;
  std::size_t turns = 0;
  settle();
  while (!condition()) {
    const auto next = next_event();
    if (next > end) {
      now_ = end;
      return condition();
    }
    turns = next <= now_ ? turns + 1 : 0;
    spins = std::max(spins, turns);
    if (spins > 1000) return false;
    now_ = std::max(now_, next);
    while (!due_.empty() && due_.begin()->first <= now_) {
      auto due = std::move(due_.begin()->second);
      due_.erase(due_.begin());
      if (due.counted && held_[due.ship] > 0) --held_[due.ship];
      if (ships_[due.ship]->running()) ships_[due.ship]->node().handle(std::move(due.event), now_);
    }
    for (auto& ship : ships_)
      if (ship->running() && ship->node().next_wake() <= now_) ship->node().handle(event::Tick{}, now_);
    settle();
  }
  return true;
}

void HfFleet::run(Duration d) {
  run_until([] { return false; }, d);
}

}  // namespace longwire::engine
