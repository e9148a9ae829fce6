// Coded transfers (docs/coded-p_mul.md): parity in place of repeats, for the destinations that decode.
#include "acp142/transfer.hpp"

#include <algorithm>

namespace longwire::acp142 {

namespace {

constexpr unsigned most_unanswered = 3;      // questions, before a peer is taken for one that does not decode
constexpr std::uint8_t urgent_priority = 2;  // FLASH and above

}  // namespace

// ---- who gets a code, and with what fragments

std::size_t Transfer::fragment_size() const {
  const auto room = context_.bearer.timing().max_pdu - data_header_octets;
  std::vector<double> losses;
  bool all_silent = true;
  for (const auto& destination : message_.destinations) {
    const auto& peer = *context_.peers.find(destination.id);
    if (!peer.gets_code() || message_.arq) continue;
    const auto loss = peer.loss_there >= 0 ? peer.loss_there : peer.sent.value();
    losses.push_back(peer.peer.emcon ? std::max(loss, context_.parameters.emcon_loss) : loss);
    all_silent = all_silent && peer.peer.emcon;
  }
  if (losses.empty()) return room;
  const auto overhead = data_header_octets + context_.bearer.timing().overhead;
  const auto delivery = all_silent ? context_.parameters.emcon_delivery : 0.0;
  const auto size = coded_fragment_octets(message_.octets.size(), room, overhead, losses, delivery);
  return size != 0 ? size : room;
}

void Transfer::set_up_code() {
  if (message_.arq || total_ < 2 || fragment_octets_ % 2 != 0) return;
  if (std::none_of(to_.begin(), to_.end(), [](const auto& to) { return to.peer->gets_code(); })) return;
  const auto blocks = blocks_for(total_, fragment_octets_);
  if (blocks == 0) return;
  code_.emplace(message_.octets, fragment_octets_, BlockMap{total_, blocks});
  for (auto& to : to_) {
    to.code = code_->add();
    set_coded(to, to.peer->gets_code());
  }
}

// What coded destinations lack is not counted by PDU.
void Transfer::set_coded(Receiving& to, bool coded) {
  if (to.coded == coded || !to.live()) return;
  to.coded = coded;
  for (auto n = to.acked.next_missing(1); n <= total_; n = to.acked.next_missing(n + 1))
    coded ? --lacking_[n] : ++lacking_[n];
}

bool Transfer::any_coded() const {
  return std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && to.coded; });
}

bool Transfer::wanted(std::size_t sequence) const {
  return (sequence <= total_ && lacking_[sequence] != 0) || (code_ && any_coded());
}

// It does not react to any FEC_Address_PDU: from now on it is served as the standard has it. The same for
// all when the bearer itself begins to repeat what is lost.
void Transfer::fall_back() {
  if (!code_) return;
  for (auto& to : to_) {
    if (!to.coded || (!message_.arq && (to.heard || to.unanswered < most_unanswered))) continue;
    set_coded(to, false);
    if (!message_.arq) to.peer->decodes = false;
  }
}

// ---- what goes into a round

void Transfer::queue_coded(Round kind) {
  if (kind == Round::update || kind == Round::poll) return;
  const auto sources = queue_.size();
  if (kind == Round::first) {
    queue_.clear();
    for (std::size_t n = 1; n <= total_; ++n) {
      queue_.push_back(static_cast<std::uint16_t>(n));
      queued_[n] = true;
    }
  }
  std::vector<CodedBook::Receiver> answering;
  std::vector<double> silent;
  std::size_t answers = 0;
  for (auto& to : to_) {
    if (!to.live()) continue;
    if (!to.emcon) ++answers;
    if (!to.coded) continue;
    if (kind == Round::full && !to.heard) {
      code_->nothing_arrived(to.code);
      to.unknown = false;
    }
    if (to.unknown && !to.emcon) continue;  // after a restart: first its answer
    if (!to.emcon) answering.push_back({to.code, loss_of(to)});
    else if (kind != Round::repair && kind != Round::redo)
      silent.push_back(std::max(loss_of(to), context_.parameters.emcon_loss));
  }
  CodedBook::PerBlock pending(code_->map().blocks);
  for (const auto n : queue_)
    if (n != address_mark) ++pending[code_->map().block_of(n)];
  ParityPrice price;
  const auto& bearer = context_.bearer;
  price.pdu = to_seconds(bearer.air(fragment_octets_ + data_header_octets));
  price.round = to_seconds(bearer.round_cost(answers) + bearer.turnaround());
  if (message_.priority <= urgent_priority) price.idle_weight /= 4;  // latency is bought with parity
  auto symbols = kind == Round::emcon ? CodedBook::PerBlock(pending.size()) : code_->plan(answering, pending, price);
  queue_silent_part(silent, symbols);
  const auto parity = code_->take(symbols);
  queue_.insert(queue_.end(), parity.begin(), parity.end());
  mark_addresses(kind == Round::first ? total_ : sources, parity.size());
}

void Transfer::queue_silent_part(const std::vector<double>& losses, CodedBook::PerBlock& symbols) const {
  if (losses.empty()) return;
  const auto part =
      code_->carousel_part(losses, context_.parameters.emcon_delivery, emcon_repeats_, context_.parameters.emcon_rtc);
  for (std::size_t block = 0; block < part.size(); ++block) symbols[block] = std::max(symbols[block], part[block]);
}

// Who loses the Address_PDU cannot decode before the next one: one stands where the first could have all
// sources, and one where everybody should have enough symbols.
void Transfer::mark_addresses(std::size_t sources, std::size_t parity) {
  const auto loss = worst_loss();
  if (loss < 0.03 || round_ != 1 || blind_ || parity == 0 || !somebody_can_answer()) return;
  const auto insert = [this](std::size_t at) {
    queue_.insert(queue_.begin() + static_cast<std::ptrdiff_t>(at), address_mark);
  };
  const auto enough = sources + static_cast<std::size_t>(static_cast<double>(sources) * loss / (1 - loss));
  if (enough > sources + 3 && enough + 3 < queue_.size()) insert(enough);
  insert(sources);
  // A long message would not be held so long without.
  constexpr std::size_t interval = 128;
  for (auto at = (sources - 1) / interval * interval; at >= interval; at -= interval) insert(at);
}

// Full duplex: what a receiver wants while the round goes on, or while others are waited for, joins it.
void Transfer::append_parity(Time now) {
  std::vector<CodedBook::Receiver> answering;
  for (const auto& to : to_)
    if (to.live() && to.coded && !to.emcon && !to.unknown) answering.push_back({to.code, loss_of(to)});
  CodedBook::PerBlock pending(code_->map().blocks);
  for (auto at = queue_at_; at < queue_.size(); ++at)
    if (queue_[at] != address_mark) ++pending[code_->map().block_of(queue_[at])];
  ParityPrice price;
  price.pdu = to_seconds(context_.bearer.air(fragment_octets_ + data_header_octets));
  price.round = to_seconds(context_.bearer.round_trip());
  const auto symbols = code_->plan(answering, pending, price);
  // What is under way may be enough: then the answers to the round are waited for.
  if (std::all_of(symbols.begin(), symbols.end(), [](auto n) { return n == 0; })) return;
  if (phase_ != Phase::sending) return start_round(Round::repair, now);
  const auto parity = code_->take(symbols);
  queue_.insert(queue_.end(), parity.begin(), parity.end());
  tail_.clear();
  tail_at_ = 0;
  tail_planned_ = false;
}

// ---- Acks and Address_PDUs

void Transfer::report_code(Receiving& to, const AckInfoEntry& entry, Time now) {
  const auto& bearer = context_.bearer;
  const auto earliest = bearer.earliest_answer() + (context_.queued() ? Duration{0} : bearer.ack());
  code_->reported(to.code, counted(entry), now - earliest, !code_->any_parity());
  to.unknown = false;
}

// Everybody stands in every list, so that nobody takes the one for the others for his Ack-Ack. Who decodes
// reads the last of them: what it answers to is the coded one.
std::vector<AddressPdu> Transfer::coded_address_parts(bool extra) const {
  AddressPdu part = ack_ack();
  part.extra = extra;
  const auto plain = std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && !to.coded; });
  // As long as there is no parity a plain Address_PDU is as good and shorter.
  if (!code_->any_parity()) return parts(std::move(part), address_header_octets);
  std::vector<AddressPdu> all;
  if (plain) all = parts(part, address_header_octets);
  std::uint16_t first = 0, last = 0;
  for (const auto n : queue_) {
    if (n == address_mark) continue;
    first = first == 0 ? n : std::min(first, n);
    last = std::max(last, n);
  }
  part.fec = encode(code_->info(first, last));
  for (auto& one : parts(std::move(part), fec_address_header_octets + fec_parameter_octets))
    all.push_back(std::move(one));
  return all;
}

}  // namespace longwire::acp142
