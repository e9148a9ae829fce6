#include "bearers/s5066/channel_access.hpp"

#include "base/limits.hpp"

#include <boost/json/object.hpp>

#include <algorithm>
#include <type_traits>

namespace longwire::s5066 {

namespace {

constexpr std::uint64_t first_control_ticket = std::uint64_t{1} << 63;
constexpr std::uint8_t control_priority = 15;
constexpr Time held = Time::max() - Duration{1};           // a deadline that silence has stopped
constexpr Duration answer_life = std::chrono::minutes{2};  // a later answer answers nothing: the caller repeats

bool control_ticket(std::uint64_t ticket) { return ticket > first_control_ticket; }
// Types 0 to 6; the others need no connection, so a WARNING about them says nothing about one.
bool connection_related(std::uint8_t type) { return type <= static_cast<std::uint8_t>(DPduType::management); }
bool arq(Service s) { return s == Service::arq || s == Service::expedited_arq; }

// Blocks counted from the C_PDU's start, counted from behind its header.
void drop_header(std::vector<std::pair<std::uint16_t, std::uint16_t>>& blocks) {
  for (auto& [at, size] : blocks) {
    if (at >= c_pdu_header) at = static_cast<std::uint16_t>(at - c_pdu_header);
    else if (size > 0) --size;
  }
}
bool covers_header(const std::vector<std::pair<std::uint16_t, std::uint16_t>>& blocks) {
  return std::any_of(blocks.begin(), blocks.end(), [](const auto& b) { return b.first == 0 && b.second > 0; });
}

}  // namespace

std::string_view ca::to_string(Cause cause) {
  switch (cause) {
    case Cause::by_us:
      return "by_us";
    case Cause::by_remote:
      return "by_remote";
    case Cause::not_answering:
      return "not_answering";
    case Cause::inactive:
      return "inactive";
    case Cause::modem:
      return "modem";
    case Cause::remade:
      return "remade";
  }
  return "";
}

bool ChannelAccess::linked(Address peer) const {
  const auto it = links_.find(peer);
  return it != links_.end() && it->second.state == State::made;
}

bool ChannelAccess::exclusive(Address peer) const {
  const auto it = links_.find(peer);
  return it != links_.end() && it->second.state == State::made && it->second.exclusive;
}

std::size_t ChannelAccess::links(bool exclusive) const { return peers(exclusive).size(); }

std::vector<Address> ChannelAccess::peers(bool exclusive) const {
  std::vector<Address> out;
  for (const auto& [peer, link] : links_)
    if (link.state == State::made && link.exclusive == exclusive) out.push_back(peer);
  return out;
}

std::size_t ChannelAccess::calling() const {
  return static_cast<std::size_t>(std::count_if(links_.begin(), links_.end(), [](const auto& l) {
    return l.second.state == State::calling && !l.second.exclusive;
  }));
}

std::uint64_t ChannelAccess::control(Address peer, CPdu pdu, Time now) {
  CPduRequest request;
  request.ticket = ++last_ticket_;
  request.dest = peer;
  request.service = Service::expedited_non_arq;  // B.3.2 (2)
  request.priority = control_priority;
  request.for_link = pdu.type == CPduType::request || pdu.type == CPduType::break_link;
  request.expiry = request.for_link ? never : now + answer_life;
  request.c_pdu = encode(pdu);
  const auto ticket = request.ticket;
  data_.send(std::move(request), now);
  return ticket;
}

void ChannelAccess::make_link(Address peer, bool exclusive, Time now) {
  auto it = links_.find(peer);
  if (it != links_.end() && it->second.state == State::breaking) {
    gone(it, it->second.cause, now);
    it = links_.end();
  }
  if (it != links_.end() && (it->second.exclusive || !exclusive)) {  // there is, or will be, such a one
    if (it->second.state == State::made) events_.emplace_back(ca::LinkMade{peer, it->second.exclusive, false});
    return;
  }
  const bool limit = exclusive && links(true) >= 2;  // B.3 (7)
  if (config_.broadcast_only || limit) {
    const auto why = limit ? c_reject::exclusive_link : c_reject::broadcast_only;
    events_.emplace_back(ca::LinkFailed{peer, exclusive, why});
    return;
  }
  // A nonexclusive link becomes an exclusive one. The far end starts its ARQ anew on the request, so do we.
  if (it != links_.end()) {
    if (it->second.ticket != 0) data_.cancel(it->second.ticket, now);
    if (it->second.state == State::made) gone(it, ca::Cause::remade, now);
    else links_.erase(it);
  }
  auto& link = links_[peer];
  link.exclusive = exclusive;
  if (!config_.link_protocol && !needs_protocol_.contains(peer)) {
    link.outside = true;
    made(peer, link, false, now);
    return;
  }
  call(link);
  start_next(now);
}

void ChannelAccess::call(PhysicalLink& link) {
  link.deadline = never;
  link.turn = ++last_turn_;
}

void ChannelAccess::start_next(Time now) {
  if (silent_) return;  // goes out when the silence ends
  auto next = links_.end();
  for (auto it = links_.begin(); it != links_.end(); ++it) {
    const auto& link = it->second;
    if (link.state == State::made) continue;
    if (link.turn == 0) return;  // its answer is awaited
    if (next == links_.end() || link.turn < next->second.turn) next = it;
  }
  if (next == links_.end()) return;
  auto& link = next->second;
  link.turn = 0;
  ++link.sent;
  CPdu pdu;
  if (link.state == State::breaking) {
    pdu.type = CPduType::break_link;
    pdu.reason = link.break_reason;
  } else {
    pdu.type = CPduType::request;
    pdu.exclusive = link.exclusive;
  }
  link.ticket = control(next->first, std::move(pdu), now);
}

void ChannelAccess::made(Address peer, PhysicalLink& link, bool called, Time now) {
  if (link.ticket != 0) data_.cancel(link.ticket, now);
  link.state = State::made;
  link.called = called;
  link.ticket = 0;
  link.turn = 0;
  link.data_seen = false;
  link.deadline = silence_end(link, now);
  const bool exclusive = link.exclusive;
  data_.connection_made(peer, now);
  if (exclusive) break_nonexclusive(peer, now);  // B.3.2.1 (19)
  events_.emplace_back(ca::LinkMade{peer, exclusive, called});
}

void ChannelAccess::gone(Links::iterator it, ca::Cause cause, Time now) {
  const auto [peer, link] = *it;
  links_.erase(it);
  if (link.ticket != 0) data_.cancel(link.ticket, now);
  if (link.state == State::made) data_.connection_terminated(peer, now);
  events_.emplace_back(ca::LinkBroken{peer, link.exclusive, cause});
}

void ChannelAccess::start_break(Address peer, PhysicalLink& link, std::uint8_t reason, ca::Cause cause, Time now) {
  link.state = State::breaking;
  link.break_reason = reason;
  link.cause = cause;
  link.sent = 0;
  data_.connection_terminated(peer, now);
  call(link);
  start_next(now);
}

void ChannelAccess::break_link(Address peer, std::uint8_t reason, Time now) {
  const auto it = links_.find(peer);
  if (it == links_.end()) return;
  switch (it->second.state) {
    case State::calling:
      gone(it, ca::Cause::by_us, now);
      return;
    case State::breaking:
      return;
    case State::made:
      if (it->second.outside) gone(it, ca::Cause::by_us, now);  // ends with the frequency: nothing to exchange
      else start_break(peer, it->second, reason, ca::Cause::by_us, now);
      return;
  }
}

void ChannelAccess::break_nonexclusive(Address except, Time now) {
  std::vector<Address> others;
  for (const auto& [peer, link] : links_)
    if (!link.exclusive && peer != except) others.push_back(peer);
  for (const auto& peer : others) break_link(peer, c_break::higher_priority_pending, now);
}

void ChannelAccess::outside_link(Address peer, bool up, Time now) {
  const auto it = links_.find(peer);
  if (!up) {
    needs_protocol_.erase(peer);
    if (it != links_.end()) gone(it, ca::Cause::by_remote, now);
    return;
  }
  if (it != links_.end() && it->second.state == State::made) return;
  auto& link = links_[peer];
  link.outside = true;
  made(peer, link, false, now);
}

void ChannelAccess::send(CPduRequest request, Time now) {
  CPdu pdu;
  pdu.s_pdu = std::move(request.c_pdu);
  request.c_pdu = encode(pdu);
  if (arq(request.service)) unconfirmed_[request.ticket] = request.dest;
  data_.send(std::move(request), now);
}

void ChannelAccess::cancel(std::uint64_t ticket, Time now) {
  unconfirmed_.erase(ticket);
  data_.cancel(ticket, now);
}

void ChannelAccess::modem_lost(Time now) {
  while (!links_.empty()) gone(links_.begin(), ca::Cause::modem, now);
  needs_protocol_.clear();
}

void ChannelAccess::set_silent(bool silent, Time now) {
  if (silent == silent_) return;
  silent_ = silent;
  for (auto& [peer, link] : links_) {
    if (link.state == State::made) {
      link.deadline = silence_end(link, now);
      continue;
    }
    // An exchange cannot go on in silence, and an old request must not be the first thing after it.
    if (silent && link.turn == 0) {
      if (link.ticket != 0) data_.cancel(link.ticket, now);
      link.ticket = 0;
      call(link);
    }
  }
  start_next(now);
}

void ChannelAccess::on_event(DataTransferEvent event, Time now) {
  std::visit(
      [&](auto& e) {
        using E = std::decay_t<decltype(e)>;
        if constexpr (std::is_same_v<E, dts::Indication>) on_indication(std::move(e), now);
        else if constexpr (std::is_same_v<E, dts::Confirmed>)
          pass_on(e.ticket, ca::Confirmed{e.ticket, unconfirmed_[e.ticket]}, true, now);
        else if constexpr (std::is_same_v<E, dts::Sent>) {
          if (control_ticket(e.ticket)) on_control_ticket(e.ticket, now);
          else pass_on(e.ticket, ca::Sent{e.ticket}, false, now);
        } else if constexpr (std::is_same_v<E, dts::Rejected>) {
          if (control_ticket(e.ticket)) {
            on_control_ticket(e.ticket, now);
            return;
          }
          const auto peer = unconfirmed_.find(e.ticket);
          const auto lost = peer != unconfirmed_.end() && e.reason == "not_connected";
          const auto where = lost ? peer->second : Address{};
          pass_on(e.ticket, ca::Rejected{e.ticket, e.reason}, false, now);
          if (lost) on_lost(where, false, now);  // both sublayers must agree on what is linked
        } else if constexpr (std::is_same_v<E, dts::ConnectionLost>) {
          on_lost(e.peer, e.reason == "not_connected_there", now);
        } else if constexpr (std::is_same_v<E, dts::WarningReceived>) {
          if (e.reason == warning_reason::not_connected && connection_related(e.received_type))
            on_lost(e.peer, true, now);
        }
      },
      event);
  start_next(now);
}

void ChannelAccess::pass_on(std::uint64_t ticket, ChannelEvent event, bool confirmed, Time now) {
  if (const auto it = unconfirmed_.find(ticket); it != unconfirmed_.end()) {
    // What the peer has acknowledged proves that it knows of the link.
    if (const auto link = links_.find(it->second); confirmed && link != links_.end()) proved(link->second, now);
    unconfirmed_.erase(it);
  }
  events_.push_back(std::move(event));
}

// B.3.2.1 (16): data must come over a link that was made for us. An exclusive one must stay in use too: its
// caller may be gone, and nobody else gets ARQ data through while it stands.
Time ChannelAccess::silence_end(const PhysicalLink& link, Time now) const {
  if (!link.called || (link.data_seen && !link.exclusive)) return never;
  if (silent_) return held;
  return now + (link.data_seen ? config_.called_exclusive_idle : config_.called_data_timer);
}

void ChannelAccess::proved(PhysicalLink& link, Time now) {
  link.data_seen = true;
  if (link.state == State::made) link.deadline = silence_end(link, now);
}

void ChannelAccess::on_heard(Address peer, Time now) {
  const auto it = links_.find(peer);
  if (it == links_.end() || it->second.state != State::made || !it->second.data_seen) return;
  it->second.deadline = silence_end(it->second, now);
}

void ChannelAccess::on_control_ticket(std::uint64_t ticket, Time now) {
  for (auto& [peer, link] : links_) {
    if (link.ticket != ticket) continue;
    link.ticket = 0;
    link.deadline = now + timer();  // of the answer; the channel may have been busy for long before
    return;
  }
}

void ChannelAccess::on_lost(Address peer, bool not_connected_there, Time now) {
  const auto it = links_.find(peer);
  if (it == links_.end() || it->second.state != State::made) return;
  if (it->second.outside && not_connected_there) {  // B.3 (3.1): run the protocol and send again
    if (needs_protocol_.size() >= limits::s5066_outside_peers) needs_protocol_.clear();
    needs_protocol_.insert(peer);
  }
  gone(it, ca::Cause::not_answering, now);
}

void ChannelAccess::on_indication(dts::Indication in, Time now) {
  if (in.with_errors && (covers_header(in.errored) || covers_header(in.missing))) {
    events_.emplace_back(ca::Discarded{in.from, "bad_c_pdu_header"});
    return;
  }
  auto pdu = decode_c_pdu(in.c_pdu);
  if (!pdu) {
    events_.emplace_back(ca::Discarded{in.from, pdu.error().name});
    return;
  }
  if (pdu->type != CPduType::data) {
    if (arq(in.service) || in.dest.group || in.with_errors)
      events_.emplace_back(ca::Discarded{in.from, "wrong_service"});  // B.3.2 (2): these go by D_PDU 8
    else on_control(in.from, *pdu, now);
    return;
  }
  if (const auto it = links_.find(in.from); it != links_.end() && it->second.state == State::made && arq(in.service))
    proved(it->second, now);  // B-16: no other data belongs to the link
  drop_header(in.errored);
  drop_header(in.missing);
  events_.emplace_back(ca::Received{in.from, in.dest, in.service, in.with_errors, std::move(in.errored),
                                    std::move(in.missing), std::move(pdu->s_pdu)});
}

void ChannelAccess::on_control(Address peer, const CPdu& pdu, Time now) {
  const auto it = links_.find(peer);
  const bool known = it != links_.end();
  switch (pdu.type) {
    case CPduType::data:
      return;
    case CPduType::request:
      on_request(peer, pdu.exclusive, now);
      return;
    case CPduType::accepted:
      // Too late, or told twice: the called side forgets a link that carries no data.
      if (known && it->second.state == State::calling) made(peer, it->second, false, now);
      return;
    case CPduType::rejected:
      if (known && it->second.state == State::calling) {
        const bool exclusive = it->second.exclusive;
        if (it->second.ticket != 0) data_.cancel(it->second.ticket, now);
        links_.erase(it);
        events_.emplace_back(ca::LinkFailed{peer, exclusive, pdu.reason});
      }
      return;
    case CPduType::break_link:  // B.3.2.2: broken at once, and confirmed even when we know of no link
      if (known && it->second.state == State::made) gone(it, ca::Cause::by_remote, now);
      else if (known && it->second.state == State::breaking) gone(it, it->second.cause, now);
      if (!silent_) control(peer, {CPduType::break_confirm, false, 0, {}}, now);
      return;
    case CPduType::break_confirm:
      if (known && it->second.state == State::breaking) gone(it, it->second.cause, now);
      return;
  }
}

std::optional<std::uint8_t> ChannelAccess::refusal(Address peer, bool exclusive) const {
  if (config_.broadcast_only) return c_reject::broadcast_only;
  std::size_t others_exclusive = 0, others = 0;
  for (const auto& [address, link] : links_) {
    if (address == peer || link.state == State::breaking) continue;
    if (link.exclusive) ++others_exclusive;
    else if (link.state == State::made) ++others;
  }
  if (exclusive) return others_exclusive < 2 ? std::nullopt : std::optional{c_reject::exclusive_link};  // B.3.2.1 (9)
  if (others_exclusive > 0) return c_reject::exclusive_link;
  if (others >= config_.max_nonexclusive_links) return c_reject::unknown;
  return std::nullopt;
}

void ChannelAccess::on_request(Address peer, bool exclusive, Time now) {
  if (silent_) return;  // nobody can be answered; the caller repeats
  if (const auto reason = refusal(peer, exclusive)) {
    control(peer, {CPduType::rejected, false, *reason, {}}, now);
    return;
  }
  const auto it = links_.find(peer);
  if (it != links_.end()) {
    const auto& link = it->second;
    if (link.state == State::made && link.exclusive == exclusive && !link.data_seen && !data_.in_use(peer)) {
      control(peer, {CPduType::accepted, false, 0, {}}, now);  // our answer was lost (B.3.2.1 (15))
      return;
    }
    // The caller of a standing link does not repeat its request once it has sent or answered data: a part of
    // a C_PDU is enough to tell, and old windows would acknowledge what its new life sends.
    // The peer has restarted or wants another kind of link: its ARQ begins anew, so does ours.
    if (link.state == State::made) gone(it, ca::Cause::remade, now);
    else if (link.state == State::breaking) gone(it, link.cause, now);
  }
  control(peer, {CPduType::accepted, false, 0, {}}, now);
  auto& link = links_[peer];  // when both called: this answers ours too
  link.exclusive = exclusive;
  link.outside = false;
  made(peer, link, true, now);
}

void ChannelAccess::expired(Links::iterator it, Time now) {
  const auto peer = it->first;
  auto& link = it->second;
  if (link.state == State::made) {
    start_break(peer, link, c_break::no_more_data, ca::Cause::inactive, now);
    return;
  }
  if (link.sent <= config_.link_retries) {
    call(link);  // behind the others that wait
    return;
  }
  if (link.state == State::breaking) {
    gone(it, link.cause, now);  // B.3.2.2 (7): broken anyway
    return;
  }
  const bool exclusive = link.exclusive;
  links_.erase(it);
  events_.emplace_back(ca::LinkFailed{peer, exclusive, std::nullopt});
}

void ChannelAccess::tick(Time now) {
  for (auto it = links_.begin(); it != links_.end();) {
    const auto due = it++;
    if (due->second.deadline <= now) expired(due, now);
  }
  start_next(now);
}

Time ChannelAccess::next_wake() const {
  Time at = never;
  for (const auto& [peer, link] : links_) at = std::min(at, link.deadline);
  return at;
}

boost::json::array ChannelAccess::status() const {
  boost::json::array out;
  for (const auto& [peer, link] : links_) {
    const auto* state = link.state == State::made ? "made" : link.state == State::calling ? "calling" : "breaking";
    out.push_back(boost::json::object{
        {"peer", to_string(peer)}, {"state", state}, {"exclusive", link.exclusive}, {"called", link.called}});
  }
  return out;
}

}  // namespace longwire::s5066
