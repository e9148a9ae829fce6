#include "bearers/s5066/expedited.hpp"

#include <algorithm>

namespace longwire::s5066 {

void ExpeditedSender::enqueue(QueuedCPdu c_pdu) {
  const auto before = std::find_if(waiting_.begin(), waiting_.end(), [&](const QueuedCPdu& other) {
    return other.request.priority < c_pdu.request.priority;
  });
  waiting_.insert(before, std::move(c_pdu));
  start_next();
}

void ExpeditedSender::start_next() {
  if (waiting_.empty() || !arq_.idle() || closed_) return;
  (void)arq_.reject_all();  // FSN 0 again
  id_ = static_cast<std::uint8_t>((id_ + 1) % 16);
  waiting_.front().request.in_order = false;
  arq_.enqueue(std::move(waiting_.front()));
  waiting_.pop_front();
}

void ExpeditedSender::open() {
  closed_ = false;
  start_next();
}

ExpeditedData ExpeditedSender::take(const SegmentRule& rule, std::size_t most) {
  auto part = arq_.take(rule, most);
  return {part.start, part.end, id_, part.fsn, std::move(part.segment)};
}

ArqSender::Answer ExpeditedSender::on_ack(const AckPart& ack) {
  auto answer = arq_.on_ack(ack);
  if (answer.in_sync && answer.acknowledged > 0 && arq_.idle()) {
    last_end_ = arq_.edges().lwe;
    closed_ = !half_duplex_;
  }
  start_next();
  return answer;
}

bool ExpeditedSender::cancel(std::uint64_t ticket) {
  if (waiting_.remove_if([&](const QueuedCPdu& c) { return c.request.ticket == ticket; }) > 0) return true;
  if (arq_.edges().in_use() != 0 || arq_.edges().lwe != 0 || !arq_.cancel(ticket)) return false;
  start_next();
  return true;
}

std::vector<std::uint64_t> ExpeditedSender::expire(Time now) {
  std::vector<std::uint64_t> tickets;
  const auto expired = [&](const QueuedCPdu& c) { return c.request.expiry <= now; };
  for (const auto& c : waiting_)
    if (expired(c)) tickets.push_back(c.request.ticket);
  waiting_.remove_if(expired);
  if (arq_.edges().in_use() == 0 && arq_.edges().lwe == 0) {
    for (const auto ticket : arq_.expire(now)) tickets.push_back(ticket);
    start_next();
  }
  return tickets;
}

Time ExpeditedSender::next_expiry() const {
  Time first = never;
  for (const auto& c : waiting_) first = std::min(first, c.request.expiry);
  if (arq_.edges().in_use() == 0 && arq_.edges().lwe == 0) first = std::min(first, arq_.next_expiry());
  return first;
}

std::vector<std::uint64_t> ExpeditedSender::reject_all() {
  auto tickets = arq_.reject_all();
  for (const auto& c : waiting_) tickets.push_back(c.request.ticket);
  waiting_.clear();
  closed_ = false;
  id_ = 15;
  last_end_.reset();
  return tickets;
}

std::size_t ExpeditedSender::queued_octets() const {
  auto sum = arq_.queued_octets();
  for (const auto& c : waiting_) sum += c.request.c_pdu.size();
  return sum;
}

ArqReceiver::Taken ExpeditedReceiver::on_data(const ExpeditedData& data) {
  // Another ID: the sender has all acknowledgements for the one before, or gave it up.
  if (id_ != data.c_pdu_id) {
    // A bad segment does not open a C_PDU: nothing of it is received.
    arq_ = {};
    id_ = data.c_pdu_id;
  }
  DataPart part;
  part.start = data.start;
  part.end = data.end;
  part.fsn = data.fsn;
  part.segment = data.segment;
  return arq_.on_data(part);
}

void ExpeditedReceiver::reset() {
  arq_ = {};
  id_.reset();
}

}  // namespace longwire::s5066
