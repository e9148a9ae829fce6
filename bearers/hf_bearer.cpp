#include "bearers/hf_bearer.hpp"

#include "bearers/hf_bearer_impl.hpp"
#include "bearers/hf_unit_size.hpp"

#include <algorithm>
#include <utility>

namespace longwire::bearers {

namespace {

// Another's node sends what it has in one over, but what it has cannot be taken back.
constexpr Duration longest_ahead = std::chrono::seconds{60};
constexpr int most_shuttles = 64;  // our own clients and node answer each other once or twice

s5066::SisClientConfig client_of(const HfBearerConfig& config, bool arq) {
  using s5066::Confirmation;
  using s5066::TransmissionMode;
  s5066::SisClientConfig out;
  out.sap = arq ? config.rcop_sap : config.udop_sap;
  out.rank = config.rank;
  out.service = arq ? s5066::DeliveryMode{TransmissionMode::arq, Confirmation::node, true, 0}
                    : s5066::DeliveryMode{TransmissionMode::non_arq, Confirmation::none, true, 0};
  // In one process silence is no sign of trouble.
  if (config.stack) out.keep_alive = std::chrono::hours{24 * 365};
  return out;
}

// What an operator asks first, out of the whole.
void add_stack(boost::json::object& out, boost::json::object stack) {
  const auto& transfer = stack.at("transfer").as_object();
  const auto& modem = stack.at("modem").as_object();
  std::int64_t window = 0, retransmissions = 0;
  for (const auto& station : transfer.at("stations").as_array()) {
    window += station.at("window").to_number<std::int64_t>();
    retransmissions += station.at("retransmissions").to_number<std::int64_t>();
  }
  boost::json::array linked;
  for (const auto& link : stack.at("links").as_array())
    if (link.at("state") == "made") linked.push_back(link.at("peer"));
  out["modem"] = modem.at("state");
  out["window"] = window;
  out["retransmissions"] = retransmissions;
  out["overs"] = modem.at("overs");
  if (const auto* snr = transfer.if_contains("snr_db")) out["snr_db"] = *snr;
  out["links"] = std::move(linked);
  out["stack"] = std::move(stack);
}

}  // namespace

HfBearer::Impl::Impl(HfBearerConfig settings, std::unique_ptr<modem::Modem> the_modem, std::uint64_t seed, Time now)
    : config(std::move(settings)), modem(std::move(the_modem)), now_(now) {
  for (std::size_t i = 0; i < ends_in_use(); ++i) ends.emplace_back(client_of(config, i == 1), i == 1);
  port_modem = dynamic_cast<modem::PortModem*>(modem.get());
  if (!config.stack || modem == nullptr) return;
  stack = std::make_unique<s5066::Stack>(*config.stack, *modem, seed, now);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    clients[i] = stack->connect(now, true);
    ends[i].opened(now);
  }
}

std::string_view HfBearer::Impl::why_down() const {
  if (modem && !modem->up()) return "modem_down";
  for (const auto& end : ends)
    if (!end.up()) return end.why_down;
  if (own_node()) return {};  // what it says of itself we have told it, or know from the modem
  return node_state.why_down();
}

std::uint32_t HfBearer::Impl::rate() const {
  const auto rate = modem ? modem->waveform().rate_bps : config.rate_bps;
  return std::max<std::uint32_t>(rate, 1);
}

// About two overs for each precedence: one that is being sent or confirmed, one to follow without a pause.
unsigned HfBearer::Impl::room_below(Time now) const {
  if (silent || !up()) return 0;
  if (std::any_of(ends.begin(), ends.end(), [](const SisEnd& end) { return !end.sis.flow_open(); })) return 0;
  const auto over = static_cast<std::size_t>(to_seconds(config.max_over) * rate() / 8);
  const auto most = std::max(2 * over, 4 * hf_max_pdu(1023));
  const bool ahead = !own_node() && busy_until - now >= std::min(config.max_over, longest_ahead);
  auto below = priorities;
  for (; below > 0; --below) {
    const auto load = queue.load(static_cast<std::uint8_t>(priorities - below));
    if (load.units < config.most_outstanding && load.octets < (ahead ? 1 : most)) break;
  }
  return below;
}

// While the owner has not been told how urgent a unit must be, none is taken.
bool HfBearer::Impl::ready(Time now) const {
  const auto room = room_below(now);
  return room == priorities || (room > 0 && room == told_room);
}

void HfBearer::Impl::run(Time now) {
  now_ = now;
  if (own_node()) shuttle(now);
  for (std::size_t i = 0; i < ends.size(); ++i) {
    ends[i].sis.tick(now);
    take_events(ends[i], now);
    if (own_node() && ends[i].wants_close(now)) reconnect(i, now);
  }
  if (own_node()) shuttle(now);
  node_state.run(now);
  settle(now);
  tell_changes(now);
}

void HfBearer::Impl::shuttle(Time now) {
  stack->run(now);
  for (int turn = 0; turn < most_shuttles; ++turn) {
    bool moved = false;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (!ends[i].open()) continue;
      const auto out = ends[i].sis.take_output();
      if (!out.empty()) stack->feed(clients[i], out, now);
      const auto in = stack->take_output(clients[i]);
      if (!in.empty()) ends[i].sis.feed(in, now);
      moved = moved || !out.empty() || !in.empty();
      take_events(ends[i], now);
    }
    if (!moved) break;
    stack->run(now);
  }
  for (auto& r : stack->take_reports()) report(r.level, r.name, std::move(r.fields));
}

void HfBearer::Impl::reconnect(std::size_t end, Time now) {
  stack->disconnect(clients[end], now);
  ends[end].closed(now);
  take_events(ends[end], now);
  clients[end] = stack->connect(now, true);
  ends[end].opened(now);
}

// What the node was given must not be sent later: it forgets what clients it has lost wanted. (Another's
// node that is off or silent itself sees to that by itself.)
void HfBearer::Impl::purge(std::string_view reason, Time now) {
  const bool any = queue.size() != 0;
  for (const auto& unit : queue.take_all()) {
    ends[unit.arq ? 1 : 0].sis.forget(unit.ticket);
    finish(unit, false, reason);
  }
  busy_until = now;
  if (!any) return;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (own_node()) reconnect(i, now);
    else if (silent) ends[i].reopen(now);
  }
}

void HfBearer::Impl::tell_changes(Time now) {
  const auto why = why_down();
  // One reason is told of a bearer that never was up too: no other connection will mend it.
  if (why.empty() != told_up || (why == "mtu_too_small" && why != told_why)) {
    told_up = why.empty();
    told_why = why;
    if (!told_up) purge(why, now);
    events.emplace_back(hf::State{told_up, why});
  }
  const auto room = room_below(now);
  if (room == told_room) return;
  told_room = room;
  events.emplace_back(hf::Flow{room == priorities, room});
}

Time HfBearer::Impl::next_wake() const {
  auto next = queue.next_wake();
  for (const auto& end : ends) next = std::min(next, end.next_wake(now_));
  next = std::min(next, stack ? stack->next_wake() : node_state.next_wake());
  // Room comes with time at another's node.
  if (!own_node() && up() && !silent && told_room != priorities && busy_until > now_)
    next =
        std::min(next, std::max(now_ + std::chrono::milliseconds{1},
                                busy_until - std::min(config.max_over, longest_ahead) + std::chrono::milliseconds{1}));
  return next;
}

boost::json::object HfBearer::Impl::status(Time now) const {
  const auto why = why_down();
  boost::json::object ignored_units, rejected_units;
  for (const auto& [reason, n] : ignored_) ignored_units[reason] = n;
  for (const auto& [reason, n] : rejected_) rejected_units[reason] = n;
  boost::json::object out{{"state", why.empty() ? silent ? "silent" : "up" : "down"},
                          {"reason", why},
                          {"node", own_node() ? "own" : "other"},
                          {"rate_bps", rate()},
                          {"outstanding", queue.size()},
                          {"outstanding_octets", queue.octets()},
                          {"units_out", counts.units_out},
                          {"arq_out", counts.arq_out},
                          {"confirmed", counts.confirmed},
                          {"failed", counts.failed},
                          {"units_in", counts.units_in},
                          {"ignored", std::move(ignored_units)},
                          {"rejected", std::move(rejected_units)}};
  if (stack) add_stack(out, stack->status(now));
  return out;
}

// ---- the outside

HfBearer::HfBearer(HfBearerConfig config, std::unique_ptr<modem::Modem> modem, std::uint64_t seed, Time now)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(modem), seed, now)) {}
HfBearer::~HfBearer() = default;

bool HfBearer::up() const { return impl_->up(); }
bool HfBearer::ready() const { return impl_->ready(impl_->now_); }

void HfBearer::send(HfUnit unit, Time now) {
  impl_->now_ = now;
  impl_->send(std::move(unit), now);
}

std::size_t HfBearer::max_pdu() const {
  const auto segment = impl_->config.max_segment != 0 ? impl_->config.max_segment : hf_segment(impl_->config.rate_bps);
  return std::max(hf_least_pdu, hf_max_pdu(segment));
}

void HfBearer::set_emcon(bool silent, Time now) {
  if (silent == impl_->silent) return;
  impl_->silent = silent;
  if (impl_->stack) impl_->stack->set_emcon(silent, now);
  if (silent) impl_->purge("emcon", now);
}

std::size_t HfBearer::ports() const {
  if (impl_->own_node()) return impl_->port_modem != nullptr ? 1 : 0;
  return impl_->ends_in_use();
}

void HfBearer::port_opened(std::size_t port, Time now) {
  if (port >= ports()) return;
  if (impl_->own_node()) return impl_->port_modem->port_opened(now);
  impl_->ends[port].opened(now);
}

void HfBearer::port_closed(std::size_t port, std::string_view why, Time now) {
  if (port >= ports()) return;
  if (impl_->own_node()) return impl_->port_modem->port_closed(why, now);
  impl_->ends[port].closed(now);
  impl_->ends[port].why_down = "not_connected";
  impl_->node_state.reset();
}

void HfBearer::on_bytes(std::size_t port, ByteView octets, Time now) {
  if (port >= ports()) return;
  if (impl_->own_node()) return impl_->port_modem->on_bytes(octets, now);
  impl_->ends[port].sis.feed(octets, now);
}

Bytes HfBearer::take_bytes(std::size_t port) {
  if (port >= ports()) return {};
  return impl_->own_node() ? impl_->port_modem->take_bytes() : impl_->ends[port].sis.take_output();
}

bool HfBearer::wants_close(std::size_t port) const {
  if (port >= ports()) return false;
  return impl_->own_node() ? impl_->port_modem->wants_close() : impl_->ends[port].wants_close(impl_->now_);
}

bool HfBearer::ptt() const { return impl_->port_modem != nullptr && impl_->port_modem->ptt(); }
s5066::Stack* HfBearer::stack() { return impl_->stack.get(); }
void HfBearer::run(Time now) { impl_->run(now); }
Time HfBearer::next_wake() const { return impl_->next_wake(); }
std::vector<HfEvent> HfBearer::take_events() { return std::exchange(impl_->events, {}); }
boost::json::object HfBearer::status(Time now) const { return impl_->status(now); }

}  // namespace longwire::bearers
