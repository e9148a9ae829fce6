#include "bearers/s5066/sis_client.hpp"

#include <algorithm>
#include <utility>

namespace longwire::s5066 {

namespace {

constexpr Duration keep_alive_answer = std::chrono::seconds{10};  // A.2.1.16
constexpr std::size_t most_output = 64 * 1024;                    // beyond it keep-alives go unanswered

std::string_view bind_reason_name(std::uint8_t reason) {
  switch (reason) {
    case bind_reason::invalid_sap:
      return "invalid_sap";
    case bind_reason::sap_allocated:
      return "sap_allocated";
    case bind_reason::broadcast_session:
      return "broadcast_session";
    default:
      return "not_enough_resources";
  }
}

bool awaits_answer(const UnidataRequest& request) { return request.mode.confirmation != Confirmation::none; }

}  // namespace

// What a node says, primitive by primitive.
struct SisClient::Handler {
  SisClient& self;
  Time now;

  void operator()(const BindAccepted& p) {
    if (self.state_ != State::binding || p.sap != self.config_.sap) return self.invalid("unexpected_primitive");
    self.state_ = State::bound;
    self.bind_deadline_ = never;
    self.mtu_ = p.mtu;
    self.events_.emplace_back(sis::Bound{p.mtu});
  }
  void operator()(const BindRejected& p) {
    if (self.state_ != State::binding) return self.invalid("unexpected_primitive");
    self.end(bind_reason_name(p.reason), p.reason != bind_reason::invalid_sap);
  }
  void operator()(const UnbindIndication& p) {
    const auto name = unbind_reason_name(p.reason);
    self.end(name.empty() ? "unbound" : name, true);
  }
  void operator()(const SubnetAvailability& p) {
    self.events_.emplace_back(sis::Availability{p.node_status, p.reason});
  }
  void operator()(const DataFlowOn&) { flow(true); }
  void operator()(const DataFlowOff&) { flow(false); }
  void operator()(const KeepAlive&) { self.heard_keep_alive(now); }
  void operator()(UnidataIndication& p) {
    if (!self.bound()) return self.invalid("unexpected_primitive");
    self.events_.emplace_back(sis::Received{std::move(p)});
  }
  void operator()(const UnidataConfirm& p) {
    if (const auto ticket = self.take_awaited(p.expedited, p.dest_sap, p.dest, p.part))
      self.events_.emplace_back(sis::Confirmed{*ticket});
    else self.invalid("unexpected_confirm");
  }
  // A node may tell of U_PDUs for which nothing was asked too (2.8).
  void operator()(const UnidataRejected& p) {
    const auto ticket = self.take_awaited(p.expedited, p.dest_sap, p.dest, p.part);
    self.events_.emplace_back(sis::Rejected{ticket.value_or(0), p.reason});
  }
  void operator()(const ManagementMessage& p) {  // a minimal client receives and ignores it (2.8)
    if (!p.indication) self.invalid("unexpected_primitive");
  }
  // We never ask for hard links; a called one of type 2 names our SAP, and times out unanswered.
  void operator()(const HardLinkEstablished&) {}
  void operator()(const HardLinkRejected&) {}
  void operator()(const HardLinkTerminated&) {}
  void operator()(const HardLinkIndication&) {}
  template <class OfClients>
  void operator()(const OfClients&) {
    self.invalid("unexpected_primitive");
  }

  void flow(bool open) {
    if (std::exchange(self.flow_open_, open) != open) self.events_.emplace_back(sis::Flow{open});
  }
};

void SisClient::connected(Time now) {
  reader_ = {};
  output_.clear();
  state_ = State::binding;
  flow_open_ = true;  // 2.8
  wants_close_ = answers_keep_alive_ = false;
  invalid_ = 0;
  bind_deadline_ = now + config_.bind_timeout;
  ask_at_ = now + config_.keep_alive;
  answer_deadline_ = never;
  output(BindRequest{config_.sap, config_.rank, config_.service});
}

void SisClient::disconnected(Time /*now*/) {
  if (state_ == State::binding || state_ == State::bound) end("disconnected", true);
  state_ = State::closed;
  wants_close_ = false;
  output_.clear();
}

void SisClient::feed(ByteView octets, Time now) {
  if (state_ != State::binding && state_ != State::bound) return;
  ask_at_ = now + config_.keep_alive;
  reader_.feed(octets);
  while (auto next = reader_.next()) {
    if (!*next) invalid(next->error().name);
    else std::visit(Handler{*this, now}, **next);
    if (state_ != State::binding && state_ != State::bound) return;
  }
}

Bytes SisClient::take_output() { return std::exchange(output_, {}); }

void SisClient::output(const Primitive& primitive) {
  const auto frame = encode(primitive);
  output_.insert(output_.end(), frame.begin(), frame.end());
}

void SisClient::invalid(std::string_view error) {
  ++all_invalid_;
  events_.emplace_back(sis::Invalid{error});
  if (++invalid_ >= config_.max_invalid) end("stream_error", true);
}

void SisClient::end(std::string_view reason, bool retry) {
  state_ = State::ended;
  wants_close_ = true;
  mtu_ = 0;
  bind_deadline_ = ask_at_ = answer_deadline_ = never;
  for (const auto& lost : std::exchange(awaited_, {}))
    events_.emplace_back(sis::Rejected{lost.ticket, unidata_reason::not_responding, true});
  events_.emplace_back(sis::Unbound{reason, retry});
}

void SisClient::send(UnidataRequest request, std::uint64_t ticket, Time /*now*/) {
  if (!bound() || request.u_pdu.size() > mtu_) {
    const auto reason = bound() ? unidata_reason::too_large : unidata_reason::not_responding;
    events_.emplace_back(sis::Rejected{ticket, reason});
    return;
  }
  output(request);
  if (ticket == 0 || !awaits_answer(request)) return;
  awaited_.push_back({ticket, request.expedited, request.dest_sap, request.dest, std::move(request.u_pdu)});
}

void SisClient::forget(std::uint64_t ticket) {
  std::erase_if(awaited_, [ticket](const Awaited& a) { return a.ticket == ticket; });
}

// The node returns the first octets of the U_PDU, how many is its own affair (2.4).
std::optional<std::uint64_t> SisClient::take_awaited(bool expedited, std::uint8_t sap, Address dest, ByteView part) {
  const auto fits = [&](const Awaited& a) {
    return a.expedited == expedited && a.dest_sap == sap && a.dest == dest && part.size() <= a.u_pdu.size() &&
           std::equal(part.begin(), part.end(), a.u_pdu.begin());
  };
  const auto at = std::find_if(awaited_.begin(), awaited_.end(), fits);
  if (at == awaited_.end()) return {};
  const auto ticket = at->ticket;
  awaited_.erase(at);
  return ticket;
}

// One that follows a question of ours is its answer, and is not answered again (2.8).
void SisClient::heard_keep_alive(Time /*now*/) {
  if (answer_deadline_ != never) {
    answer_deadline_ = never;
    answers_keep_alive_ = true;
  } else if (output_.size() < most_output) {
    output(KeepAlive{});
  }
}

std::vector<SisEvent> SisClient::take_events() { return std::exchange(events_, {}); }

void SisClient::tick(Time now) {
  if (bind_deadline_ <= now) return end("bind_timeout", true);
  if (answer_deadline_ <= now) {
    answer_deadline_ = never;
    // A node that never answered one may not know how; TCP finds out whether it is there.
    if (answers_keep_alive_) return end("keep_alive_unanswered", true);
  }
  if (!bound() || ask_at_ > now) return;
  ask_at_ = now + config_.keep_alive;
  answer_deadline_ = now + keep_alive_answer;
  output(KeepAlive{});
}

Time SisClient::next_wake() const { return std::min({bind_deadline_, bound() ? ask_at_ : never, answer_deadline_}); }

}  // namespace longwire::s5066
