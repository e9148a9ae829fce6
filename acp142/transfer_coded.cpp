// Coded transfers (docs/coded-p_mul.md): parity in place of repeats, for the destinations that decode.
#include "acp142/transfer.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

namespace {

// Questions, before a peer is taken for one that does not decode (any more, when it has shown that it does).
constexpr unsigned most_unanswered = 3, most_unanswered_by_decoder = 8;
constexpr std::uint8_t urgent_priority = 2;  // FLASH and above
constexpr double loss_worth_an_address = 0.03;

// What the operator says, unless the channel has shown to be clearly worse.
double silent_loss(double measured, const Parameters& stated) {
  constexpr double clearly = 1.5;  // an estimate from a message or two is as far off by chance
  return measured > clearly * stated.emcon_loss ? measured : stated.emcon_loss;
}

}  // namespace

// ---- who gets a code, and with what fragments

// In a group in which somebody does not decode the repeats for him are copies, which serve everybody. What parity
// spares are the repeats of PDUs that all of those have and one that decodes has lost, less the parity that he needs
// instead: in PDUs
//
//     total x (1 - loss)^plain x ((1 - (1 - loss)^coded) - loss)
//
// Parity has to cover the worst case of the moment, which costs about one and a half standard deviations of what is
// lost. A very short message is another matter where losses are heavy: there it is copies and Address_PDUs in the first
// over that count, and the plan for coded receivers has more of them.
// Who has `always` is not asked whether it pays.
bool Transfer::coding_pays() const {
  constexpr double sigmas = 1.5, heavy = 0.33, few = 4;
  double plain = 0, coded = 0, loss = 0;
  for (const auto& destination : message_.destinations) {
    const auto& peer = *context_.peers.find(destination.id);
    if (peer.peer.emcon) continue;
    const auto decodes = peer.gets_code() && !peer.ignores_code;
    if (decodes && peer.peer.coding == Coding::always) return true;
    ++(decodes ? coded : plain);
    loss += std::clamp(peer.loss(), 0.0, 0.8);
  }
  if (plain == 0 || coded == 0) return true;
  loss /= plain + coded;
  const auto room = static_cast<double>(context_.bearer.timing().max_pdu - data_header_octets);
  const auto total = std::ceil(static_cast<double>(message_.octets.size()) / room);
  if (total <= few && loss > heavy) return true;
  const auto arrive = 1 - loss;
  return total * std::pow(arrive, plain) * (arrive - std::pow(arrive, coded)) >
         sigmas * std::sqrt(total * loss * arrive);
}

// Silent receivers share the parity among themselves.
bool Transfer::coded_from_the_start(const PeerState& peer) const {
  return peer.gets_code() && (coding_pays_ || peer.peer.emcon);
}

std::size_t Transfer::fragment_size() const {
  const auto room = context_.bearer.timing().max_pdu - data_header_octets;
  std::vector<double> losses;
  bool all_silent = true;
  for (const auto& destination : message_.destinations) {
    const auto& peer = *context_.peers.find(destination.id);
    if (!coded_from_the_start(peer) || message_.arq) continue;
    losses.push_back(peer.peer.emcon ? silent_loss(peer.loss(), context_.parameters) : peer.loss());
    all_silent = all_silent && peer.peer.emcon;
  }
  if (losses.empty()) return room;
  const auto overhead = data_header_octets + context_.bearer.timing().overhead;
  const auto delivery = all_silent ? context_.parameters.emcon_delivery : 0.0;
  const auto size = coded_fragment_octets(message_.octets.size(), room, overhead, losses, delivery);
  return size != 0 ? size : room;
}

void Transfer::set_up_code() {
  if (message_.arq || fragment_octets_ % 2 != 0) return;
  if (std::none_of(to_.begin(), to_.end(), [this](const auto& to) { return coded_from_the_start(*to.peer); })) return;
  const auto blocks = blocks_for(total_, fragment_octets_);
  if (blocks == 0) return;
  code_.emplace(message_.octets, fragment_octets_, BlockMap{total_, blocks});
  parity_lost_.assign(blocks, 0);
  for (auto& to : to_) {
    to.code = code_->add();
    set_coded(to, coded_from_the_start(*to.peer));
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

// Somebody who can answer is served as the standard has it: a complete repeat may be what reaches him. Who decodes
// answers a question, and then gets what he lacks.
bool Transfer::any_plain_answers() const {
  return std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && !to.emcon && !to.coded; });
}

bool Transfer::wanted(std::size_t sequence) const {
  if (sequence > total_) return any_coded();
  return lacking_[sequence] != 0 || (for_coded_[sequence] && any_coded());
}

// It does not react to any FEC_Address_PDU: from now on it is served as the standard has it. The same for
// all when the bearer itself begins to repeat what is lost.
void Transfer::fall_back() {
  if (!code_) return;
  for (auto& to : to_) {
    const auto patience = to.peer->decodes ? most_unanswered_by_decoder : most_unanswered;
    if (!to.coded || (!message_.arq && to.unanswered < patience)) continue;
    set_coded(to, false);
    if (!message_.arq) context_.learn_decodes(*to.peer, false);
  }
}

// ---- what goes into a round

void Transfer::queue_coded(Round kind) {
  if (kind == Round::update || kind == Round::poll) return;
  std::vector<CodedBook::Receiver> answering;
  std::vector<Losses> silent;
  BlockTail address;
  coded_receivers(kind, answering, silent, address);
  queue_sources(kind, answering, !silent.empty());
  std::vector<std::uint16_t> pending;
  std::copy_if(queue_.begin(), queue_.end(), std::back_inserter(pending), [](auto n) { return n != address_mark; });
  const auto sources = queue_.size();
  const auto price = parity_price();
  OverPlan plan{CodedBook::PerBlock(code_->map().blocks), {}};
  if (kind != Round::emcon) plan = code_->plan(answering, pending, address, price);
  queue_silent_part(kind, silent, plan.symbols);
  const auto parity = code_->take(plan.symbols);
  queue_.insert(queue_.end(), parity.begin(), parity.end());
  if (kind == Round::emcon || (kind == Round::first && answering.empty())) return insert_silent_addresses(silent);
  if (parity.empty()) return;
  plain_head_ = kind == Round::first && clean_so_far(answering);
  if (plain_head_ && (plan.addresses.empty() || plan.addresses.front() != 0))
    plan.addresses.insert(plan.addresses.begin(), 0);
  for (auto at = plan.addresses.rbegin(); at != plan.addresses.rend(); ++at) insert_address(sources + *at);
  // A long message would not be held so long without.
  constexpr std::size_t interval = 128;
  if (round_ == 1 && worst_loss() >= loss_worth_an_address)
    for (auto at = (sources - 1) / interval * interval; at >= interval; at -= interval) insert_address(at);
}

// Who gets parity in this round: those that answer, those that are silent, and who of the former may not know the
// message.
void Transfer::coded_receivers(Round kind, std::vector<CodedBook::Receiver>& answering, std::vector<Losses>& silent,
                               BlockTail& address) const {
  std::vector<BlockTail::Want> strangers;
  for (const auto& to : to_) {
    if (!to.live() || !to.coded) continue;
    if (to.emcon) {
      if (kind != Round::repair) silent.push_back(silent_losses(to));
    } else if (!to.unknown) {  // after a restart: first its answer
      answering.push_back({to.code, losses_of(to), worth_a_try(to)});
      if (!to.heard) strangers.push_back({1, losses_of(to), 1});  // the one that begins the round, a message ago
    }
  }
  address = BlockTail(std::move(strangers), 0);
}

// Full duplex, no answer: the line would be silent until the next question is answered, and whoever comes out of a fade
// then has these at once. Who comes out of EMCON was probably served by the carousel.
std::size_t Transfer::worth_a_try(const Receiving& to) const {
  const auto& bearer = context_.bearer;
  constexpr unsigned longer_than_a_fade = 6;  // questions: it may be switched off
  if (bearer.half_duplex() || to.unanswered == 0 || to.unanswered > longer_than_a_fade || !to.peer->decodes) return 0;
  if (to.released) return 0;
  const auto pdu = bearer.air(fragment_octets_ + data_header_octets);
  return static_cast<std::size_t>(bearer.round_trip() / std::max(pdu, Duration{1})) + 1;
}

// The sources that coded receivers are to get: all of them once; to silent ones those that have not gone out for
// certain, as a repeat has parity alone; and where the parity numbers are used up, as only they help then.
void Transfer::queue_sources(Round kind, const std::vector<CodedBook::Receiver>& answering, bool any_silent) {
  const auto add = [this](std::size_t n) {
    for_coded_[n] = true;
    if (!queued_[n]) queue_.push_back(static_cast<std::uint16_t>(n));
    queued_[n] = true;
  };
  for (std::size_t n = 1; n <= total_; ++n)
    if (kind == Round::first || (any_silent && !gone_out_[n])) add(n);
  if (kind == Round::first || kind == Round::emcon) return;
  const auto& map = code_->map();
  for (const auto block : code_->exhausted(answering))
    for (std::size_t column = 0; column < map.sources(block); ++column) add(map.source_pdu(block, column));
}

// All of them probably get every source PDU: parity is an insurance, and what tells of it comes after the sources, so
// that a clean channel costs no time.
bool Transfer::clean_so_far(const std::vector<CodedBook::Receiver>& receivers) const {
  auto everything = 1.0;
  for (const auto& receiver : receivers) everything *= std::pow(1 - receiver.losses.loss, total_);
  return !receivers.empty() && everything > 0.5;
}

void Transfer::insert_address(std::size_t at) {
  queue_.insert(queue_.begin() + static_cast<std::ptrdiff_t>(at), address_mark);
}

ParityPrice Transfer::parity_price() const {
  const auto& bearer = context_.bearer;
  const auto answers = static_cast<std::size_t>(
      std::count_if(to_.begin(), to_.end(), [](const auto& to) { return to.live() && !to.emcon; }));
  ParityPrice price;
  price.pdu = to_seconds(bearer.air(fragment_octets_ + data_header_octets));
  price.address =
      to_seconds(bearer.air(fec_address_header_octets + fec_parameter_octets + to_.size() * destination_entry_octets));
  price.round = to_seconds(bearer.round_cost(answers) + bearer.turnaround());
  price.idle_weight = idle_weight();
  return price;
}

// What air time that delays nobody counts against time that is saved.
double Transfer::idle_weight() const {
  // With receivers that need copies no air time is idle: it delays their repairs.
  if (context_.parameters.parity_aim == ParityAim::air_time || any_plain_answers()) return 1;
  auto weight = 0.1;
  if (!context_.bearer.half_duplex()) weight /= 4;        // while answers are under way the line would be silent
  if (message_.priority <= urgent_priority) weight /= 4;  // latency is bought with parity
  return weight;
}

Losses Transfer::losses_of(const Receiving& to) const {
  constexpr double doubt = 0.3;
  const auto loss = loss_of(to);
  return {loss, to.peer->burst_there, doubt, to.peer->doubted_loss(loss)};
}

Losses Transfer::silent_losses(const Receiving& to) const {
  const auto known = losses_of(to);
  return {silent_loss(known.loss, context_.parameters),
          std::max(known.burst, to_seconds(context_.parameters.emcon_burst))};
}

Carousel Transfer::carousel_for(const std::vector<Losses>& silent) const {
  Carousel carousel;
  carousel.losses = silent;
  carousel.wanted = context_.parameters.emcon_delivery;
  carousel.transmissions = context_.parameters.emcon_rtc + 1U;
  carousel.gap = to_seconds(context_.bearer.air(fragment_octets_ + data_header_octets));
  return carousel;
}

void Transfer::queue_silent_part(Round kind, const std::vector<Losses>& silent, CodedBook::PerBlock& symbols) {
  const auto lost = std::exchange(parity_lost_, CodedBook::PerBlock(symbols.size()));
  if (silent.empty()) return;
  auto part = lost;
  const auto carousel = carousel_for(silent);
  const auto add_share = [&](unsigned transmission) {
    const auto share = code_->carousel_part(carousel, transmission);
    for (std::size_t block = 0; block < part.size(); ++block) part[block] += share[block];
  };
  if (kind == Round::first || kind == Round::emcon) {
    add_share(emcon_repeats_);
    if (std::exchange(first_share_lost_, false)) add_share(0);
  }
  for (std::size_t block = 0; block < part.size(); ++block) symbols[block] = std::max(symbols[block], part[block]);
}

// One begins the round and one ends it; who loses them all cannot use the rest.
void Transfer::insert_silent_addresses(const std::vector<Losses>& silent) {
  if (silent.empty() || queue_.empty()) return;
  auto carousel = carousel_for(silent);
  const auto between = carousel_addresses(carousel, carousel.gap * static_cast<double>(queue_.size())) - 2;
  const auto pdus = queue_.size();
  for (auto i = between; i > 0; --i) insert_address(pdus * i / (between + 1));
}

// Full duplex: what a receiver wants while the round goes on, or while others are waited for, joins it.
void Transfer::append_parity(Time now) {
  std::vector<CodedBook::Receiver> answering;
  for (const auto& to : to_)
    if (to.live() && to.coded && !to.emcon && !to.unknown) answering.push_back({to.code, losses_of(to), 0});
  std::vector<std::uint16_t> pending;
  for (auto at = queue_at_; at < queue_.size(); ++at)
    if (queue_[at] != address_mark) pending.push_back(queue_[at]);
  auto price = parity_price();
  price.round = to_seconds(context_.bearer.round_trip());
  const auto symbols = code_->plan(answering, pending, {}, price).symbols;
  // What is under way may be enough: then the answers to the round are waited for.
  if (std::all_of(symbols.begin(), symbols.end(), [](auto n) { return n == 0; })) return;
  if (phase_ != Phase::sending) return start_round(Round::repair, now);
  const auto parity = code_->take(symbols);
  queue_.insert(queue_.end(), parity.begin(), parity.end());
  // Who does not know the code cannot use any of it and asks on: this round would have no end, and no Address_PDU.
  if (plain_told_ && now >= tell_code_at_) insert_address(queue_at_);
  tail_.clear();
  tail_at_ = 0;
  tail_planned_ = false;
}

// ---- Acks and Address_PDUs

void Transfer::report_code(Receiving& to, const AckInfoEntry& entry, Time now) {
  const auto& bearer = context_.bearer;
  const auto earliest = bearer.earliest_answer() + (context_.queued() ? Duration{0} : bearer.ack());
  code_->reported(to.code, counted(entry), now - earliest, now - earliest < code_told_at_);
  to.unknown = false;
}

// Everybody stands in every list, so that nobody takes the one for the others for his Ack-Ack. Who decodes
// reads the last of them: what it answers to is the coded one.
std::vector<AddressPdu> Transfer::coded_address_parts(bool extra) const {
  AddressPdu part = ack_ack();
  part.extra = extra;
  const auto plain = std::any_of(to_.begin(), to_.end(), [](const auto& to) { return to.live() && !to.coded; });
  // As long as there is no parity a plain Address_PDU is as good and shorter.
  if (!code_->any_parity() || plain_head_) return parts(part, address_header_octets);
  std::vector<AddressPdu> all;
  if (plain) all = parts(part, address_header_octets);
  std::uint16_t first = 0, last = 0;
  for (const auto n : queue_) {
    if (n == address_mark) continue;
    first = first == 0 ? n : std::min(first, n);
    last = std::max(last, n);
  }
  part.fec = encode(code_->info(first, last));
  for (auto& one : parts(part, fec_address_header_octets + fec_parameter_octets)) all.push_back(std::move(one));
  return all;
}

}  // namespace longwire::acp142
