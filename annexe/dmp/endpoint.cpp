#include "annexe/dmp/endpoint.hpp"

#include "annexe/dmp/received_ids.hpp"
#include "annexe/dmp/times.hpp"
#include "base/limits.hpp"
#include "base/precedence.hpp"
#include "base/rng.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace longwire::dmp {

namespace {

constexpr std::uint8_t reason_ok = 0, reason_unspecified = 1, reason_checksum = 2;  // 4.8

// Clocks differ: a peer whose clock is that far ahead must still find the right period of the submission time.
constexpr Duration clock_margin = std::chrono::minutes{15};
// A notice that nobody answered. Its datagram is repeated, so it may come up again.
constexpr Duration undecided_most = std::chrono::minutes{5};
constexpr std::uint8_t least_urgent = 15;

// 4.4: the action precedence of the double values counts.
std::uint8_t priority_of(const Pdu& pdu) {
  const auto* message = std::get_if<Message>(&pdu.content);
  if (message == nullptr) return row(Precedence::routine).pmul;
  if (!message->military) return row(Precedence::priority).pmul;
  constexpr std::uint8_t double_priority = 6;
  const int mmhs = message->precedence < double_priority ? message->precedence : message->precedence - 4;
  return row(from_mmhs(mmhs)).pmul;
}

using PeerId = std::pair<Ipv4, std::uint16_t>;

// A repetition out of turn, since the peer got a wrong checksum: one between two regular times, or a peer that
// always says so would be answered without end.
enum class Hurry : std::uint8_t { no, due, done };

struct Sending {
  Outgoing message;
  std::uint64_t order = 0;
  Time next{};      // of the next repetition
  Time deadline{};  // the expiry, or when its submission time goes stale
  Duration retry{};
  Hurry hurry = Hurry::no;
};
struct Answer {
  PeerId about;
  int version = 2;
  std::uint8_t reason = reason_ok;
  std::uint8_t priority = least_urgent;
};
struct Undecided {
  DatagramKey key;
  int version = 2;
  bool answer = true;  // it has a checksum
  std::uint8_t priority = least_urgent;
  Time since{};
};

}  // namespace

struct Endpoint::Impl {
  Timing timing;
  Rng rng;
  bool silent = false;
  std::uint64_t next_order = 0;
  std::map<std::uint64_t, Sending> sendings;  // by ticket
  std::map<PeerId, std::uint64_t> tickets;
  std::deque<Answer> answers;
  std::map<PeerId, Undecided> undecided;
  ReceivedIds received;
  std::vector<Notice> notices;
  std::size_t rejections = 0;  // among the notices

  Impl(const Timing& t, std::uint64_t seed) : timing(t), rng(seed) {}

  void erase(std::map<std::uint64_t, Sending>::iterator at) {
    tickets.erase({at->second.message.to, at->second.message.id});
    sendings.erase(at);
  }

  void expire(Time now) {
    for (auto at = sendings.begin(); at != sendings.end();) {
      const auto current = at++;
      if (current->second.deadline > now) continue;
      const bool expired = current->second.message.expiry <= now;
      notices.emplace_back(notice::Failed{current->first, expired ? "expired" : "stale"});
      erase(current);
    }
  }

  // The most urgent that is due, then the one that waits longest; end() if none is.
  std::map<std::uint64_t, Sending>::const_iterator due(Time now) const {
    auto best = sendings.end();
    for (auto at = sendings.begin(); at != sendings.end(); ++at) {
      const auto& s = at->second;
      if (s.next > now || s.deadline <= now) continue;
      if (best == sendings.end() ||
          std::pair(s.message.priority, s.order) < std::pair(best->second.message.priority, best->second.order))
        best = at;
    }
    return best;
  }
  std::deque<Answer>::const_iterator due_answer() const {
    return std::min_element(answers.begin(), answers.end(),
                            [](const Answer& a, const Answer& b) { return a.priority < b.priority; });
  }

  void answer(Answer one) {
    const auto same =
        std::find_if(answers.begin(), answers.end(), [&one](const Answer& a) { return a.about == one.about; });
    if (same != answers.end()) {
      // The id of a broken datagram proves nothing against an answer that stands.
      if (one.reason != reason_checksum) *same = one;
      return;
    }
    if (answers.size() >= limits::dmp_acks) answers.pop_front();
    answers.push_back(one);
  }

  void reject(Ipv4 from, std::string_view reason, std::size_t offset) {
    if (rejections >= limits::dmp_notices) return;
    ++rejections;
    notices.emplace_back(notice::Rejected{from, reason, offset});
  }

  void on_invalid(ByteView octets, Ipv4 from, const Error& why);
  void on_ack(const Ack& ack, Ipv4 from, Time now);
  void on_pdu(Pdu pdu, ByteView octets, Ipv4 from, Time now);
  void decide(Ipv4 from, std::uint16_t id, std::uint8_t reason, Time now);
  Frame frame_of(const std::deque<Answer>::const_iterator& at, Time now);
  Frame frame_of(Sending& sending, Time now);
};

// D-02: a wrong checksum is answered so that the repetition comes at once. A datagram whose checksum is right but
// which cannot be read will not be better next time: it is refused, so that its sender can do something else.
void Endpoint::Impl::on_invalid(ByteView octets, Ipv4 from, const Error& why) {
  reject(from, why.name, why.offset);
  const auto id = peek_id(octets);
  constexpr std::uint8_t bit_checksum = 0x08;
  if (!id || (octets[1] & bit_checksum) == 0) return;
  const auto reason = why.name == "bad_checksum" ? reason_checksum : reason_unspecified;
  answer({{from, *id}, (octets[0] & 7) + 1, reason, row(Precedence::priority).pmul});
}

void Endpoint::Impl::on_ack(const Ack& ack, Ipv4 from, Time now) {
  const auto ticket = tickets.find({from, ack.id});
  if (ticket == tickets.end()) return;  // of an earlier repetition, or nothing of ours
  const auto at = sendings.find(ticket->second);
  if (ack.reason == reason_checksum) {
    if (at->second.hurry != Hurry::no) return;
    at->second.hurry = Hurry::due;
    at->second.next = now;
    return;
  }
  if (ack.reason == reason_ok) notices.emplace_back(notice::Acknowledged{at->first});
  else notices.emplace_back(notice::Failed{at->first, "refused"});
  erase(at);
}

void Endpoint::Impl::on_pdu(Pdu pdu, ByteView octets, Ipv4 from, Time now) {
  const auto& e = pdu.envelope;
  const DatagramKey key{e.id, submission_code(e.submission)};
  const PeerId about{from, e.id};
  const auto priority = priority_of(pdu);
  if (const auto reason = received.find(from, key, now)) {
    if (e.checksum) answer({about, e.version, *reason, priority});
    return;
  }
  const auto waiting = undecided.find(about);
  if (waiting != undecided.end()) {
    if (now - waiting->second.since < undecided_most) return;
    undecided.erase(waiting);
  }
  if (undecided.size() >= limits::dmp_undecided) {
    reject(from, "too_many_undecided", 0);
    return;
  }
  undecided.emplace(about, Undecided{key, e.version, e.checksum, priority, now});
  notices.emplace_back(notice::Received{from, about.second, std::move(pdu), Bytes(octets.begin(), octets.end())});
}

void Endpoint::Impl::decide(Ipv4 from, std::uint16_t id, std::uint8_t reason, Time now) {
  const auto at = undecided.find({from, id});
  if (at == undecided.end()) return;
  const auto one = at->second;
  undecided.erase(at);
  received.add(from, one.key, reason, now);
  if (one.answer) answer({{from, id}, one.version, reason, one.priority});
}

Frame Endpoint::Impl::frame_of(const std::deque<Answer>::const_iterator& at, Time now) {
  const auto one = *at;
  answers.erase(at);
  Ack ack;
  ack.version = one.version;
  ack.reason = one.reason;
  ack.id = one.about.second;
  // After the longest pause the datagram is repeated and answered anew.
  return {one.about.first, one.priority, now + timing.retry_most, encode(ack).value()};
}

Frame Endpoint::Impl::frame_of(Sending& sending, Time now) {
  // Up to a quarter more, so that two stations do not meet again and again.
  const auto spread = static_cast<std::uint64_t>(std::max<Duration::rep>(sending.retry.count() / 4, 1));
  sending.next = now + sending.retry + Duration{static_cast<Duration::rep>(rng.below(spread))};
  if (sending.hurry != Hurry::due) sending.retry = std::min(sending.retry * 2, timing.retry_most);
  sending.hurry = sending.hurry == Hurry::due ? Hurry::done : Hurry::no;
  return {sending.message.to, sending.message.priority, sending.deadline, sending.message.octets};
}

Endpoint::Endpoint(Timing timing, std::uint64_t seed) : impl_(std::make_unique<Impl>(timing, seed)) {}
Endpoint::~Endpoint() = default;
Endpoint::Endpoint(Endpoint&&) noexcept = default;

bool Endpoint::send(Outgoing message, Time now) {
  auto& i = *impl_;
  if (message.octets.size() > i.timing.max_datagram || message.to.is_multicast()) return false;
  const PeerId about{message.to, message.id};
  if (i.sendings.contains(message.ticket) || i.tickets.contains(about)) return false;
  if (i.sendings.size() >= limits::dmp_waiting) return false;
  const auto decoded = decode(message.octets, now);
  const auto* pdu = decoded ? std::get_if<Pdu>(&*decoded) : nullptr;
  if (pdu == nullptr || pdu->envelope.id != message.id || !pdu->envelope.checksum) return false;
  Sending sending;
  sending.deadline = std::min(message.expiry, pdu->envelope.submission + submission_age_most - clock_margin);
  sending.order = i.next_order++;
  sending.next = now;
  sending.retry = std::max(i.timing.retry, Duration{1});
  sending.message = std::move(message);
  i.tickets.emplace(about, sending.message.ticket);
  const auto ticket = sending.message.ticket;
  i.sendings.emplace(ticket, std::move(sending));
  return true;
}

void Endpoint::cancel(std::uint64_t ticket) {
  const auto at = impl_->sendings.find(ticket);
  if (at != impl_->sendings.end()) impl_->erase(at);
}

void Endpoint::on_datagram(ByteView octets, Ipv4 from, Time now) {
  auto decoded = decode(octets, now);
  if (!decoded) impl_->on_invalid(octets, from, decoded.error());
  else if (const auto* ack = std::get_if<Ack>(&*decoded)) impl_->on_ack(*ack, from, now);
  else impl_->on_pdu(std::get<Pdu>(*std::move(decoded)), octets, from, now);
}

void Endpoint::accept(Ipv4 from, std::uint16_t id, Time now) { impl_->decide(from, id, reason_ok, now); }
void Endpoint::refuse(Ipv4 from, std::uint16_t id, Time now) { impl_->decide(from, id, reason_unspecified, now); }
void Endpoint::forget(Ipv4 from, std::uint16_t id) { impl_->undecided.erase({from, id}); }

void Endpoint::remember(Ipv4 from, std::uint16_t id, Time submission, bool accepted, Time now) {
  impl_->received.add(from, {id, submission_code(submission)}, accepted ? reason_ok : reason_unspecified, now);
}

void Endpoint::set_emcon(bool silent, Time now) {
  impl_->silent = silent;
  tick(now);
}

void Endpoint::tick(Time now) { impl_->expire(now); }

std::optional<Frame> Endpoint::poll_transmit(Time now) {
  auto& i = *impl_;
  i.expire(now);
  if (i.silent) return std::nullopt;
  const auto answer = i.due_answer();
  const auto message = i.due(now);
  const bool has_message = message != i.sendings.end();
  if (answer != i.answers.end() && (!has_message || answer->priority <= message->second.message.priority))
    return i.frame_of(answer, now);
  if (!has_message) return std::nullopt;
  return i.frame_of(i.sendings.find(message->first)->second, now);
}

std::optional<std::uint8_t> Endpoint::next_priority(Time now) const {
  const auto& i = *impl_;
  if (i.silent) return std::nullopt;
  std::optional<std::uint8_t> best;
  if (const auto answer = i.due_answer(); answer != i.answers.end()) best = answer->priority;
  if (const auto message = i.due(now); message != i.sendings.end())
    best = std::min(best.value_or(least_urgent), message->second.message.priority);
  return best;
}

Time Endpoint::next_wake() const {
  const auto& i = *impl_;
  if (!i.silent && !i.answers.empty()) return Time{};
  Time wake = never;
  for (const auto& [ticket, s] : i.sendings) wake = std::min({wake, s.deadline, i.silent ? never : s.next});
  return wake;
}

std::vector<Notice> Endpoint::take_notices() {
  impl_->rejections = 0;
  return std::exchange(impl_->notices, {});
}

std::size_t Endpoint::waiting() const { return impl_->sendings.size(); }

}  // namespace longwire::dmp
