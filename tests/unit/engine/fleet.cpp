#include "fleet.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace longwire::engine {

std::size_t Ship::count(std::string_view event) const {
  return static_cast<std::size_t>(
      std::count_if(reports.begin(), reports.end(), [event](const action::Report& r) { return r.name == event; }));
}

BearerConfig fleet_link(std::string name, std::uint64_t rate) {
  BearerConfig b;
  b.name = std::move(name);
  b.rate_bps = rate;
  b.group = fleet_group;
  b.latency = std::chrono::milliseconds{50};
  return b;
}

PeerConfig fleet_peer(std::string name, unsigned number, std::vector<std::string> bearers) {
  PeerConfig p;
  p.domains = {name + ".example"};
  p.name = std::move(name);
  p.pmul_id = PmulId{0x0A420000 + number};
  p.bearers = std::move(bearers);
  return p;
}

Ship& Fleet::add(const std::string& name, std::function<void(Config&)> change) {
  if (links.empty()) links.push_back(fleet_link("radio", 64'000));
  Config c;
  c.name = name;
  c.domain = name + ".example";
  const auto number = static_cast<unsigned>(ships_.size() + 1);
  c.pmul_id = PmulId{0x0A420000 + number};
  c.bearers = links;
  c.deliver.maildir = "/var/mail/{local}";
  if (change) change(c);
  addresses_[name] = Ipv4{c.pmul_id.value};
  return *ships_.emplace(name, std::make_unique<Ship>(std::move(c), 1000 * number)).first->second;
}

void Fleet::start() {
  std::vector<std::string> names;
  for (const auto& l : links) names.push_back(l.name);
  for (auto& [name, ship] : ships_) {
    auto& config = ship->config();
    if (config.peers.empty())
      for (auto& [other, theirs] : ships_) {
        if (other == name) continue;
        auto peer = fleet_peer(other, theirs->config().pmul_id.value & 0xFF, names);
        config.peers.push_back(std::move(peer));
      }
    ship->start(now_);
  }
}

void Fleet::drain(const std::string& name, Ship& ship) {
  (void)name;
  for (auto& action : ship.node().drain(now_)) {
    if (auto* deliver = std::get_if<action::Deliver>(&action)) ship.pending.push_back(std::move(*deliver));
    else ship.reports.push_back(std::get<action::Report>(std::move(action)));
  }
}

void Fleet::carry(const std::string& from, BearerIndex bearer, const Datagram& datagram) {
  for (const auto& [name, ship] : ships_) {
    if (name == from) continue;
    if (!datagram.peer.is_multicast() && addresses_.at(name) != datagram.peer) continue;
    if (cut && cut(from, name, bearer)) continue;
    if (rng_.chance(loss)) continue;
    air_.emplace(now_ + delay, InFlight{name, bearer, {addresses_.at(from), datagram.port, datagram.octets}});
  }
}

void Fleet::settle() {
  for (bool busy = true; busy;) {
    busy = false;
    for (auto& [name, ship] : ships_) {
      if (!ship->running()) continue;
      drain(name, *ship);
      while (!ship->pending.empty()) {
        auto d = std::move(ship->pending.front());
        ship->pending.pop_front();
        event::DeliveryResult result{d.delivery, {}, {}};
        for (const auto& r : d.envelope.recipients) {
          using Outcome = event::DeliveryResult::PerRecipient::Outcome;
          auto answer = ship->server ? ship->server(r)
                                     : event::DeliveryResult::PerRecipient{Outcome::delivered, "2.0.0", "stored", true};
          if (answer.outcome == Outcome::delivered)
            ship->mailbox.push_back(
                {r.address, std::string(as_text(d.octets)), now_, d.envelope.from, d.envelope.mt_priority});
          result.recipients.push_back(std::move(answer));
        }
        ship->node().handle(std::move(result), now_);
        busy = true;
      }
      for (BearerIndex b = 0; b < ship->config().bearers.size(); ++b)
        while (auto datagram = ship->node().poll_transmit(b, now_)) {
          if (heard) heard(*datagram);
          ship->octets_sent += datagram->octets.size();
          ++ship->datagrams_sent;
          carry(name, b, *datagram);
          busy = true;
        }
    }
  }
}

Time Fleet::next_event() const {
  Time next = air_.empty() ? never : air_.begin()->first;
  for (const auto& [name, ship] : ships_)
    if (ship->running()) next = std::min(next, ship->node().next_wake());
  return next;
}

bool Fleet::run_until(const std::function<bool()>& condition, Duration most) {
  const auto end = now_ + most;
  settle();
  while (!condition()) {
    const auto next = next_event();
    if (next > end) {
      now_ = end;
      return condition();
    }
    now_ = std::max(now_, next);
    for (auto at = air_.begin(); at != air_.end() && at->first <= now_; at = air_.erase(at)) {
      auto& ship = *ships_.at(at->second.to);
      if (ship.running()) ship.node().handle(event::DatagramIn{at->second.bearer, at->second.datagram}, now_);
    }
    for (auto& [name, ship] : ships_)
      if (ship->running() && ship->node().next_wake() <= now_) ship->node().handle(event::Tick{}, now_);
    settle();
  }
  return true;
}

void Fleet::run(Duration d) {
  run_until([] { return false; }, d);
}

smtp::Reply Fleet::submit(const std::string& at, mail::Envelope envelope, const std::string& message) {
  auto& node = ships_.at(at)->node();
  const smtp::Client client{"127.0.0.1", "client.example", "ESMTP", 1};
  auto reply = node.on_mail(client, envelope, now_);
  if (!reply.positive()) return reply;
  for (const auto& r : envelope.recipients) {
    const auto answer = node.on_rcpt(client, envelope, r, now_);
    if (!answer.positive()) return answer;
  }
  reply = node.on_message(client, std::move(envelope), to_bytes(message), now_);
  settle();
  return reply;
}

smtp::Reply Fleet::submit(const std::string& at, const std::vector<std::string>& to, int mt_priority,
                          std::size_t body_octets) {
  mail::Envelope envelope;
  envelope.from = "ops@" + at + ".example";
  envelope.mt_priority = mt_priority;
  for (const auto& ship : to) {
    mail::Recipient r;
    r.address = "u@" + ship + ".example";
    envelope.recipients.push_back(std::move(r));
  }
  const auto number = std::to_string(++messages_);
  std::string message = "From: ops@" + at + ".example\r\nSubject: number " + number + "\r\nMessage-ID: <m" + number +
                        "@" + at + ".example>\r\n\r\n";
  // Incompressible, so that the length on the air is what the test means.
  Rng words(static_cast<std::uint64_t>(messages_));
  while (message.size() < body_octets) {
    Bytes line;
    for (int i = 0; i < 30; ++i) line.push_back(static_cast<std::uint8_t>(words.below(256)));
    message += to_hex(line) + "\r\n";
  }
  return submit(at, std::move(envelope), message);
}

void Fleet::step_clock(const std::string& name, Duration by) {
  now_ += by;
  ships_.at(name)->node().handle(event::ClockStepped{by}, now_);
  settle();
}

boost::json::object Fleet::command(const std::string& at, const boost::json::object& request) {
  auto answer = ships_.at(at)->node().command(request, now_);
  settle();
  return answer;
}

}  // namespace longwire::engine
