#include "bearers/s5066/client_session.hpp"

#include <algorithm>

namespace longwire::s5066 {

namespace {

// A client asks at most every 120 s (A.2.1.16 (3)). One that answers our answers would make an
// endless exchange of it.
constexpr Duration answer_spacing = std::chrono::seconds{10};
constexpr unsigned most_unanswered = 2;
constexpr std::size_t longest_frame = 5 + 65'535;  // A.2.2.2: 16 bits of size

}  // namespace

void ClientSession::bind(const Binding& binding) {
  binding_ = binding;
  expedited_ = 0;
  bind_by_ = never;
}

void ClientSession::feed(ByteView octets, Time now) {
  if (closing_) return;
  last_heard_ = now;
  unread_octets_ += octets.size();
  reader_.feed(octets);
}

std::optional<Result<Primitive>> ClientSession::next() {
  if (closing_) return std::nullopt;
  auto found = reader_.next();
  if (found) unread_octets_ = 0;
  return found;
}

bool ClientSession::babbles() {
  if (unread_octets_ <= longest_frame) return false;
  unread_octets_ = 0;
  return true;
}

void ClientSession::post(const Primitive& primitive) {
  if (overflowed_) return;
  const auto octets = encode(primitive);
  if (output_.size() + octets.size() > output_limit_) {
    // There is no flow control towards clients (A.2.1.13 (4)): one that does not read is cut off.
    overflowed_ = closing_ = true;
    output_.clear();
    return;
  }
  output_.insert(output_.end(), octets.begin(), octets.end());
}

void ClientSession::update_flow(std::size_t high) {
  if (!binding_ || closing_) return;
  if (flow_open_ && queued_octets_ > high) {
    flow_open_ = false;
    post(DataFlowOff{});
  } else if (!flow_open_ && queued_octets_ <= high / 2) {
    flow_open_ = true;
    post(DataFlowOn{});
  }
}

void ClientSession::on_keep_alive(Time now) {
  if (asked_ != never && unanswered_ > 0) {  // the answer to ours is not answered
    unanswered_ = 0;
    return;
  }
  if (answered_ != Time{} && now < answered_ + answer_spacing) return;
  answered_ = now;
  post(KeepAlive{});
}

Time ClientSession::next_wake(Duration interval) const {
  if (closing_) return never;
  const auto last = asked_ == never ? last_heard_ : std::max(asked_, last_heard_);
  return std::min(bind_by_, last + interval);
}

bool ClientSession::tick(Duration interval, Time now) {
  const auto last = asked_ == never ? last_heard_ : std::max(asked_, last_heard_);
  if (now < last + interval) return true;
  if (asked_ != never && last_heard_ > asked_) unanswered_ = 0;
  if (unanswered_ >= most_unanswered) return false;
  ++unanswered_;
  asked_ = now;
  post(KeepAlive{});
  return true;
}

}  // namespace longwire::s5066
