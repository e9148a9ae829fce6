#include "tests/unit/s5066/stack_world.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace longwire::s5066::testing {

namespace {

constexpr Duration detect = std::chrono::milliseconds{60};
constexpr Duration propagation = std::chrono::milliseconds{5};
constexpr Duration fifo = std::chrono::milliseconds{400};

}  // namespace

// --- the modem -----------------------------------------------------------------------------------

bool FakeModem::set_waveform(modem::Waveform waveform, Time) {
  waveform_ = waveform;
  return true;
}
modem::Timing FakeModem::timing(modem::Waveform) const { return world_.timing; }

void FakeModem::key(Time now) {
  ASSERT_FALSE(keyed_);
  ASSERT_TRUE(up_);
  keyed_ = true;
  ending_ = started_told_ = false;
  first_bit_ = line_free_ = now + world_.timing.lead;
  ++world_.nodes_[index_].keyings;
  world_.overs_.push_back({index_, now, never});
  world_.carrier(index_, true, now + detect);
}

bool FakeModem::wants_octets(Time now) const { return keyed_ && !ending_ && line_free_ - now < fifo; }

void FakeModem::transmit(ByteView octets, Time now) {
  if (!keyed_ || ending_) return;
  const auto first = std::max(line_free_, now);
  line_free_ = first + air_time(octets.size(), waveform_.rate_bps);
  world_.nodes_[index_].octets_handed += octets.size();
  const auto over = world_.overs_.size() - 1;
  const auto start = world_.overs_[over].start;
  const auto last = line_free_;
  world_.agenda_.emplace(last + world_.timing.delay + propagation,
                         [this, start, first, last, b = Bytes(octets.begin(), octets.end())]() mutable {
                           // What was still in the modem when the carrier was cut never went out.
                           for (const auto& o : world_.overs_)
                             if (o.from == index_ && o.start == start && o.end < last) return;
                           world_.deliver(index_, first, last, std::move(b));
                         });
}

void FakeModem::end(Time) { ending_ = true; }

void FakeModem::abort(Time now) {
  if (keyed_) finish(false, "aborted", now);
}

void FakeModem::finish(bool complete, std::string_view reason, Time now) {
  keyed_ = false;
  const auto over =
      std::find_if(world_.overs_.rbegin(), world_.overs_.rend(), [&](const auto& o) { return o.from == index_; });
  over->end = now;
  world_.carrier(index_, false, std::max(now, over->start + detect) + propagation);
  events_.emplace_back(modem::event::OverEnded{complete, reason});
}

void FakeModem::tick(Time now) {
  if (keyed_ && !started_told_ && now >= first_bit_) {
    started_told_ = true;
    events_.emplace_back(modem::event::OverStarted{});
  }
  if (keyed_ && ending_ && now >= line_free_ + world_.timing.tail) finish(true, "", now);
}

Time FakeModem::next_wake() const {
  if (!keyed_) return never;
  if (ending_) return line_free_ + world_.timing.tail;
  return line_free_ - fifo + Duration{1};
}

void FakeModem::set_up(bool up, Time now) {
  if (up == up_) return;
  if (!up && keyed_) finish(false, "port lost", now);
  up_ = up;
  events_.emplace_back(modem::event::Up{up, up ? "" : "unplugged"});
}

// --- the world -----------------------------------------------------------------------------------

std::size_t StackWorld::add(StackConfig config) {
  const auto i = nodes_.size();
  config.transfer.self = address(i);
  auto& node = nodes_.emplace_back();
  node.config = config;
  node.modem = std::make_unique<FakeModem>(*this, i);
  node.stack = std::make_unique<Stack>(config, *node.modem, rng_.next(), now_);
  return i;
}

void StackWorld::restart(std::size_t i) {
  auto& node = nodes_[i];
  node.clients.clear();
  node.modem->abort(now_);
  (void)node.modem->take_events();
  node.stack = std::make_unique<Stack>(node.config, *node.modem, rng_.next(), now_);
}

void StackWorld::modem_up(std::size_t i, bool up) {
  nodes_[i].modem->set_up(up, now_);
  attend(i);
}

void StackWorld::emcon(std::size_t i, bool silent) {
  nodes_[i].stack->set_emcon(silent, now_);
  attend(i);
}

void StackWorld::bind(bench::Client& client, std::size_t at, std::uint8_t sap, DeliveryMode mode, std::uint8_t rank) {
  client = bench::Client{};
  client.id = stack(at).connect(now_);
  nodes_[at].clients[client.id] = &client;
  say(client, at, BindRequest{sap, rank, mode});
  ASSERT_EQ(client.count<BindAccepted>(), 1U);
}

void StackWorld::say(bench::Client& client, std::size_t at, const Primitive& primitive) {
  stack(at).feed(client.id, encode(primitive), now_);
  attend(at);
}

void StackWorld::drop(bench::Client& client, std::size_t at) {
  nodes_[at].clients.erase(client.id);
  stack(at).disconnect(client.id, now_);
  attend(at);
}

std::vector<StackReport> StackWorld::reports(std::size_t i, std::string_view name) const {
  std::vector<StackReport> out;
  if (const auto it = reports_.find(i); it != reports_.end())
    for (const auto& r : it->second)
      if (r.name == name) out.push_back(r);
  return out;
}

std::string StackWorld::story() const {
  auto out = story_;
  for (const auto& node : nodes_) out += boost::json::serialize(node.stack->status(now_)) + '\n';
  return out;
}

void StackWorld::attend(std::size_t i) {
  auto& node = nodes_[i];
  node.stack->run(now_);
  for (auto& [id, client] : node.clients) {
    const auto asked = client->count<KeepAlive>();
    client->take(node.stack->take_output(id));
    if (client->answers_keep_alive && client->count<KeepAlive>() > asked)
      node.stack->feed(id, encode(Primitive{KeepAlive{}}), now_);
  }
  for (auto& report : node.stack->take_reports()) {
    story_ += std::to_string(to_seconds(now_ - from_unix(1'800'000'000))) + " station " + std::to_string(i) + ": " +
              std::string(report.name) + ' ' + boost::json::serialize(report.fields) + '\n';
    reports_[i].push_back(std::move(report));
  }
}

void StackWorld::carrier(std::size_t from, bool on, Time at) {
  agenda_.emplace(at, [this, from, on] {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (i == from || cut.contains({from, i})) continue;
      auto& modem = *nodes_[i].modem;
      const bool before = modem.carriers_ > 0;
      if (on) ++modem.carriers_;
      else if (modem.carriers_ > 0) --modem.carriers_;
      if (before == (modem.carriers_ > 0) || !modem.up_) continue;
      modem.events_.emplace_back(modem::event::Carrier{on, {}, 20.0});
      attend(i);
    }
  });
}

void StackWorld::deliver(std::size_t from, Time first, Time last, Bytes octets) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (i == from || cut.contains({from, i}) || !nodes_[i].modem->up_) continue;
    // Deaf while it transmits, and confused by two carriers.
    const bool disturbed = std::any_of(overs_.begin(), overs_.end(), [&](const Over& o) {
      return o.from != from && o.start < last && o.end > first && (o.from == i || !cut.contains({o.from, i}));
    });
    if (disturbed || (loss > 0 && rng_.chance(loss))) continue;
    if (!autobaud && nodes_[i].modem->waveform_ != nodes_[from].modem->waveform_) continue;
    auto heard = octets;
    if (spoil) spoil(heard);
    nodes_[i].modem->events_.emplace_back(modem::event::Received{std::move(heard)});
    attend(i);
  }
}

void StackWorld::step(Time to) {
  now_ = to;
  while (!agenda_.empty() && agenda_.begin()->first <= now_) {
    const auto what = std::move(agenda_.begin()->second);
    agenda_.erase(agenda_.begin());
    what();
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].stack->next_wake() <= now_) attend(i);
}

bool StackWorld::until(const std::function<bool()>& done, Duration most) {
  const auto end = now_ + most;
  while (!done()) {
    auto next = agenda_.empty() ? never : agenda_.begin()->first;
    for (const auto& node : nodes_) next = std::min(next, node.stack->next_wake());
    next = std::max(next, now_ + Duration{1});
    if (next > end) {
      step(end);
      return done();
    }
    step(next);
  }
  return true;
}

void StackWorld::pass(Duration d) {
  (void)until([] { return false; }, d);
}

}  // namespace longwire::s5066::testing
