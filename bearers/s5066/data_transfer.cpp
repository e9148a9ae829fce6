#include "bearers/s5066/data_transfer.hpp"

#include "base/limits.hpp"
#include "bearers/s5066/data_transfer_impl.hpp"

#include <algorithm>
#include <utility>

namespace longwire::s5066 {

DataTransfer::Impl::Impl(DataTransferConfig c, std::uint64_t seed)
    : config(std::move(c)), floor({config.half_duplex, config.turnaround, config.slot_time, config.slots}, seed) {
  config.window = std::clamp(config.window, 1U, window_limit);
  config.max_segment = std::min(config.max_segment, largest_segment);
  config.ack_copies = std::max(config.ack_copies, 1U);
}

Connection* DataTransfer::Impl::find(Address peer) {
  const auto at = connections.find(peer.value);
  return at == connections.end() ? nullptr : &at->second;
}

Connection& DataTransfer::Impl::station(Address peer) {
  if (auto* known = find(peer)) return *known;
  if (connections.size() >= limits::s5066_stations) {
    auto oldest = connections.end();
    for (auto at = connections.begin(); at != connections.end(); ++at)
      if (!at->second.connected && (oldest == connections.end() || at->second.last_heard < oldest->second.last_heard))
        oldest = at;
    if (oldest != connections.end()) connections.erase(oldest);
  }
  return connections
      .emplace(std::piecewise_construct, std::forward_as_tuple(peer.value),
               std::forward_as_tuple(Address{peer.value, false}, config, urgent))
      .first->second;
}

void DataTransfer::Impl::connection_made(Address peer) {
  auto& c = station(peer);
  // A second time while nothing went either way is an anomaly of no consequence (tables C-14..). After
  // traffic it means that the peer has started anew: old windows would take its data for copies.
  if (c.connected && !c.used) return;
  if (c.connected) {
    reject(c.tx.reset(), "connection_lost");
    reject(c.urgent_tx.reject_all(), "connection_lost");
  }
  c.connected = true;
  c.used = false;
  c.rate.set(start_index());
  c.exchange.clear();
  c.management.abandon();  // a message of that exchange: nobody waits for its answer any more
  c.rx.reset(0);
  c.urgent_rx.reset();
  c.resync.clear();
  c.ack.clear();
  c.urgent_ack.clear();
  c.answered();
}

void DataTransfer::Impl::forget(Connection& c, std::string_view reason) {
  reject(c.tx.reject_all(), reason);
  reject(c.urgent_tx.reject_all(), reason);
  c.connected = c.used = false;
  c.rx = {};
  c.urgent_rx.reset();
  c.resync.clear();
  c.management.clear();
  c.exchange.clear();
  c.ack.clear();
  c.urgent_ack.clear();
  c.answered();
}

void DataTransfer::Impl::connection_terminated(Address peer) {
  auto* c = find(peer);
  if (c != nullptr && c->connected) forget(*c, "not_connected");
}

void DataTransfer::Impl::lose(Connection& c, std::string_view reason) {
  const auto peer = c.peer;
  const bool was = c.connected;
  forget(c, "connection_lost");
  if (was) tell(dts::ConnectionLost{peer, reason});
}

void DataTransfer::Impl::reject(const std::vector<std::uint64_t>& tickets, std::string_view reason) {
  for (const auto ticket : tickets) tell(dts::Rejected{ticket, reason});
}

bool DataTransfer::Impl::accept(const CPduRequest& request, Time now) {
  const bool arq = request.service == Service::arq || request.service == Service::expedited_arq;
  const auto no = [&](std::string_view reason) {
    tell(dts::Rejected{request.ticket, reason});
    return false;
  };
  if (request.c_pdu.size() > limits::s5066_c_pdu_octets) return no("too_large");
  if (request.expiry <= now) return no("ttl_expired");
  if (queued_c_pdus() >= limits::s5066_queued_c_pdus ||
      queued_octets() + request.c_pdu.size() > limits::s5066_queued_octets)
    return no("queue_full");
  if (!arq) return true;
  const auto* c = request.dest.group ? nullptr : find(request.dest);
  return c != nullptr && c->connected ? true : no("not_connected");
}

void DataTransfer::Impl::send(CPduRequest request, Time now) {
  if (!accept(request, now)) return;
  const auto dest = request.dest;
  const auto service = request.service;
  QueuedCPdu queued{std::move(request), ++serial};
  switch (service) {
    case Service::arq:
      return find(dest)->tx.enqueue(std::move(queued));
    case Service::expedited_arq:
      return find(dest)->urgent_tx.enqueue(std::move(queued));
    case Service::non_arq:
      return regular.enqueue(std::move(queued));
    case Service::expedited_non_arq:
      // Asked again and nobody heard since: both may have called each other at the same moment.
      if (!dest.group && expected_reply_from > Time{}) floor.nobody_answered(now);
      return urgent.enqueue(std::move(queued));
  }
}

void DataTransfer::Impl::cancel(std::uint64_t ticket) {
  bool found = regular.cancel(ticket) || urgent.cancel(ticket);
  for (auto& [address, c] : connections) found = found || c.tx.cancel(ticket) || c.urgent_tx.cancel(ticket);
  if (found) tell(dts::Rejected{ticket, "cancelled"});
}

void DataTransfer::Impl::tick(Time now) {
  reject(regular.expire(now), "ttl_expired");
  reject(urgent.expire(now), "ttl_expired");
  for (auto& [address, c] : connections) {
    reject(c.tx.expire(now), "ttl_expired");
    reject(c.urgent_tx.expire(now), "ttl_expired");
    if (c.urgent_tx.closed() && now >= c.urgent_settled) c.urgent_tx.open();
  }
  for (auto* sender : {&regular, &urgent}) {
    if (!over.active) sender->close_windows(now);
    for (const auto ticket : sender->take_sent()) tell(dts::Sent{ticket});
  }
  receiver.tick(now);
  hand_up_non_arq();
  if (emcon || (over.active && config.half_duplex) || floor.carrier()) return;
  for (auto& [address, c] : connections)
    if (c.awaiting && now >= c.answer_by) silence(c, now);
}

void DataTransfer::Impl::silence(Connection& c, Time now) {
  c.awaiting = false;
  floor.nobody_answered(now);
  if (++c.silent_overs >= config.max_silent_overs) return lose(c, "no_answer");
  c.rate.silence();
  if (config.autobaud) adapt_rate(c, now);
  if (!exchange_silence(c)) return lose(c, "rate_change_failed");
  if (!c.management.on_silence()) return lose(c, "rate_change_failed");
  if (!c.resync.on_silence(config.ack_copies)) return lose(c, "reset_failed");
  // A poll costs a round trip: what takes no longer than that is sent again at once.
  const auto round_trip = 2 * (timing.lead + timing.tail) + timing.delay;
  const auto octets = static_cast<std::size_t>(to_seconds(round_trip) * waveform.rate_bps / 8);
  c.tx.on_silence(octets);
  c.urgent_tx.on_silence(octets);
}

void DataTransfer::Impl::set_emcon(bool on) {
  emcon = on;
  if (!on) return;
  for (auto& [address, c] : connections) {
    if (c.awaiting) expect_nothing(c);
    c.warnings.clear();
  }
}

// Silence begins while an answer is due: what was under way is asked about after its end.
void DataTransfer::Impl::expect_nothing(Connection& c) {
  c.awaiting = false;
  c.tx.on_silence(0);
  c.urgent_tx.on_silence(0);
  c.resync.repeat(config.ack_copies);
  c.management.repeat();
}

void DataTransfer::Impl::reset(Time now) {
  if (over.active) over_ended(false, now);
  reject(regular.reject_all(), "connection_lost");
  reject(urgent.reject_all(), "connection_lost");
  for (auto& [address, c] : connections) forget(c, "connection_lost");
  scanner = {};
}

bool DataTransfer::Impl::owes_answers() const {
  return std::any_of(connections.begin(), connections.end(), [](const auto& entry) {
    const auto& c = entry.second;
    return c.warnings.pending() || c.management.owes_answer() ||
           (c.urgent_ack.due() && c.may_send(DPduType::expedited_ack)) ||
           (c.resync.owes_answer() && c.may_send(DPduType::reset)) ||
           (c.ack.due() && !c.resync.pending() && c.may_send(DPduType::ack_only));
  });
}

bool DataTransfer::Impl::has_traffic() const {
  if (regular.anything(held()) || urgent.anything([](Address) { return false; })) return true;
  return std::any_of(connections.begin(), connections.end(), [&](const auto& entry) {
    const auto& c = entry.second;
    const auto rule = rule_for(c);
    return c.management.wants_to_send() || (c.resync.wants_to_send() && c.may_send(DPduType::reset)) ||
           (c.may_send(DPduType::expedited_data) && c.urgent_tx.offer(rule, largest_segment)) ||
           (c.may_send(DPduType::data_only) && c.tx.offer(rule, largest_segment));
  });
}

bool DataTransfer::Impl::awaits_answer() const {
  return std::any_of(connections.begin(), connections.end(), [](const auto& e) { return e.second.awaiting; });
}

std::uint8_t DataTransfer::Impl::urgency() const {
  int most = 0;
  const auto count = [&](const Offer& offer) { most = std::max<int>(most, offer.priority); };
  for (const auto& [address, c] : connections) {
    const auto rule = rule_for(c);
    if (c.may_send(DPduType::expedited_data))
      if (const auto offer = c.urgent_tx.offer(rule, largest_segment)) count(*offer);
    if (c.may_send(DPduType::data_only))
      if (const auto offer = c.tx.offer(rule, largest_segment)) count(*offer);
  }
  if (const auto offer = regular.offer(rule_for_non_arq(), largest_segment, held())) count(*offer);
  urgent.for_each_request([&](const CPduRequest& request) {
    // A link is as urgent as what is to go over it.
    most = std::max(most, request.for_link ? (demand ? demand(request.dest) : 0) : int{request.priority});
  });
  return static_cast<std::uint8_t>(std::min(most, 15));
}

Time DataTransfer::Impl::next_over() const {
  if (emcon || over.active) return never;
  if (owes_answers()) return floor.answers_from(config.self);
  // Half duplex: who has asked listens; tick() ends that.
  if ((config.half_duplex && awaits_answer()) || !has_traffic()) return never;
  return floor.new_traffic_from(urgency());
}

Time DataTransfer::Impl::next_wake() const {
  auto wake = std::min({next_over(), receiver.next_wake(), regular.next_expiry(), urgent.next_expiry()});
  for (const auto& [address, c] : connections) {
    wake = std::min({wake, c.tx.next_expiry(), c.urgent_tx.next_expiry()});
    if (c.urgent_tx.closed()) wake = std::min(wake, c.urgent_settled);
    if (c.awaiting && !emcon && !floor.carrier() && !(over.active && config.half_duplex))
      wake = std::min(wake, c.answer_by);
  }
  return wake;
}

std::size_t DataTransfer::Impl::queued_c_pdus() const {
  auto sum = regular.queued_c_pdus() + urgent.queued_c_pdus();
  for (const auto& [address, c] : connections) sum += c.tx.queued_c_pdus() + c.urgent_tx.queued_c_pdus();
  return sum;
}

std::size_t DataTransfer::Impl::queued_octets() const {
  auto sum = regular.queued_octets() + urgent.queued_octets();
  for (const auto& [address, c] : connections) sum += c.tx.queued_octets() + c.urgent_tx.queued_octets();
  return sum;
}

// --- DataTransfer -----------------------------------------------------------------------------------

DataTransfer::DataTransfer(DataTransferConfig config, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(std::move(config), seed)) {}
DataTransfer::~DataTransfer() = default;

void DataTransfer::connection_made(Address peer, Time) { impl_->connection_made(peer); }
void DataTransfer::connection_terminated(Address peer, Time) { impl_->connection_terminated(peer); }
bool DataTransfer::in_use(Address peer) const {
  const auto* c = impl_->find(peer);
  return c != nullptr && c->connected && c->used;
}
void DataTransfer::send(CPduRequest request, Time now) { impl_->send(std::move(request), now); }
void DataTransfer::cancel(std::uint64_t ticket, Time) { impl_->cancel(ticket); }
void DataTransfer::deliver_errors(bool on) { impl_->receiver.deliver_errors(on); }
void DataTransfer::on_octets(ByteView octets, Time now) { impl_->on_octets(octets, now); }
void DataTransfer::on_signal(double snr_db, Time) { impl_->snr_db = snr_db; }

void DataTransfer::send_eow(Address peer, Eow eow, Time) {
  auto& c = impl_->station(peer);
  if (c.eows.size() < limits::s5066_pending_warnings) c.eows.push_back(eow);
}

void DataTransfer::on_carrier(bool on, Time now, std::optional<modem::Waveform> heard) {
  auto& d = *impl_;
  if (on && heard) d.heard_waveform = heard;
  if (!on && d.floor.carrier()) {
    // What comes out of the modem after the carrier has gone was still in its interleaver.
    for (auto& [address, c] : d.connections)
      if (c.awaiting) c.answer_by = std::max(c.answer_by, now + d.timing.delay + std::chrono::milliseconds{200});
  }
  d.floor.carrier(on, now);
}

bool DataTransfer::wants_over(Time now) const { return impl_->next_over() <= now; }
modem::Waveform DataTransfer::next_waveform(Time) const { return impl_->next_waveform(); }
std::optional<modem::Waveform> DataTransfer::receive_waveform() const { return impl_->receive_waveform(); }

modem::Waveform DataTransfer::begin_over(const modem::Timing& timing, Time now) {
  impl_->begin_over(timing, now);
  return impl_->next_waveform();
}

std::optional<Bytes> DataTransfer::next_d_pdu(Time now) { return impl_->next_d_pdu(now); }
void DataTransfer::over_ended(bool complete, Time now) { impl_->over_ended(complete, now); }

void DataTransfer::set_timing(const modem::Timing& timing, modem::Waveform waveform) {
  impl_->waveform = waveform;
  if (!impl_->base_index) impl_->base_index = impl_->index_of(waveform, 0);
  impl_->set_timing(timing);
}

void DataTransfer::set_emcon(bool silent, Time) { impl_->set_emcon(silent); }
void DataTransfer::reset(Time now) { impl_->reset(now); }
void DataTransfer::set_demand(std::function<int(Address)> demand) { impl_->demand = std::move(demand); }
std::vector<DataTransferEvent> DataTransfer::take_events() { return std::exchange(impl_->events, {}); }
Time DataTransfer::next_wake() const { return impl_->next_wake(); }
void DataTransfer::tick(Time now) { impl_->tick(now); }
std::size_t DataTransfer::queued_c_pdus() const { return impl_->queued_c_pdus(); }
std::size_t DataTransfer::queued_octets() const { return impl_->queued_octets(); }

}  // namespace longwire::s5066
