#include "acp142/coded_book.hpp"

#include "acp142/fec_code.hpp"
#include "base/limits.hpp"

#include <algorithm>

namespace longwire::acp142 {

CodedBook::CodedBook(const Bytes& message, std::size_t fragment_octets, BlockMap map)
    : message_(message),
      fragment_octets_(fragment_octets),
      map_(map),
      digest_(message_digest(message)),
      sent_(map.blocks),
      next_row_(map.blocks) {
  for (std::size_t block = 0; block < map_.blocks; ++block) rows_left_.push_back(map_.rows(block));
}

void CodedBook::resume(std::size_t row) {
  any_parity_ = true;  // perhaps: what is asked is how many symbols are there, of either kind
  for (std::size_t block = 0; block < map_.blocks; ++block)
    next_row_[block] = row % std::max<std::size_t>(map_.rows(block), 1);
}

FecInfo CodedBook::info(std::uint16_t first, std::uint16_t last) const {
  FecInfo info;
  info.message_octets = static_cast<std::uint32_t>(message_.size());
  info.symbol_octets = static_cast<std::uint16_t>(fragment_octets_);
  info.blocks = map_.blocks;
  info.digest = digest_;
  info.first = first;
  info.last = last;
  return info;
}

Bytes CodedBook::parity(std::size_t sequence) const {
  const auto block = map_.block_of(sequence);
  std::vector<fec::Symbol> sources;
  for (std::size_t column = 0; column < map_.sources(block); ++column) {
    const auto begin = (map_.source_pdu(block, column) - 1) * fragment_octets_;
    sources.push_back({column, ByteView(message_).subspan(begin, std::min(fragment_octets_, message_.size() - begin))});
  }
  return fec::parity(sources, fragment_octets_, map_.place_of(sequence));
}

std::size_t CodedBook::add() {
  auto& state = receivers_.emplace_back();
  for (std::size_t block = 0; block < map_.blocks; ++block) state.need.push_back(map_.sources(block));
  return receivers_.size() - 1;
}

void CodedBook::sent(std::size_t sequence, Time at) {
  sent_[map_.block_of(sequence)].push_back({static_cast<std::uint16_t>(sequence), at});
  if (map_.is_parity(sequence)) ++parity_sent_;
}

// The latest of that number.
void CodedBook::left(std::size_t sequence, Time at) {
  auto& all = sent_[map_.block_of(sequence)];
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Sent& one) { return one.sequence == sequence; });
  if (found != all.rend()) found->left = at;
}

void CodedBook::not_sent(std::size_t sequence) {
  auto& all = sent_[map_.block_of(sequence)];
  const auto found = std::find_if(all.rbegin(), all.rend(), [&](const Sent& one) { return one.sequence == sequence; });
  if (found == all.rend()) return;
  all.erase(std::next(found).base());
  if (map_.is_parity(sequence)) --parity_sent_;
}

void CodedBook::reported(std::size_t receiver, const Runs& listed, Time known, bool by_number) {
  auto& state = receivers_[receiver];
  state.known = known;
  std::fill(state.need.begin(), state.need.end(), 0);
  for (const auto& run : listed)
    for (std::size_t n = run.first; n <= run.last && n <= map_.total; ++n) ++state.need[map_.block_of(n)];
  if (!by_number) return;
  // Sources go first and in order: those not sent yet could not be listed.
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    const auto sources = map_.sources(block);
    const auto told = static_cast<std::size_t>(
        std::count_if(sent_[block].begin(), sent_[block].end(), [&](const Sent& one) { return one.left <= known; }));
    if (told < sources) state.need[block] = std::min(sources, state.need[block] + sources - told);
  }
}

std::size_t CodedBook::wanted(std::size_t receiver) const {
  std::size_t sum = 0;
  for (const auto need : receivers_[receiver].need) sum += need;
  return sum;
}

// Different symbols that it could not know of when it told its need. One sent before as well may be there already, so
// it does not count; neither does a copy.
std::size_t CodedBook::fresh(std::size_t block, const State& state, const std::vector<std::uint16_t>& pending) const {
  std::vector<bool> seen_sources(map_.sources(block));
  std::size_t fresh = 0;
  const auto look = [&](std::size_t sequence, bool counts) {
    if (map_.is_parity(sequence)) {  // never sent twice
      if (counts) ++fresh;
      return;
    }
    const auto place = map_.place_of(sequence);
    if (counts && !seen_sources[place]) ++fresh;
    seen_sources[place] = true;
  };
  for (const auto& one : sent_[block])
    if (one.left <= state.known) look(one.sequence, false);
  for (const auto& one : sent_[block])
    if (one.left > state.known) look(one.sequence, true);
  for (const auto sequence : pending)
    if (map_.block_of(sequence) == block) look(sequence, true);
  return fresh;
}

OverPlan CodedBook::plan(const std::vector<Receiver>& receivers, const std::vector<std::uint16_t>& pending,
                         const BlockTail& address, const ParityPrice& price) const {
  // A long message outlasts bursts, and its blocks are interleaved.
  constexpr std::size_t blocks_hit_by_bursts = 2;
  const auto bursts = map_.blocks <= blocks_hit_by_bursts;
  std::vector<std::vector<std::uint16_t>> pending_of(map_.blocks);
  for (const auto sequence : pending) pending_of[map_.block_of(sequence)].push_back(sequence);
  std::vector<BlockTail> tails;
  PerBlock most;
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    std::vector<BlockTail::Want> wants;
    for (const auto& receiver : receivers) {
      const auto& state = receivers_[receiver.index];
      auto losses = receiver.losses;
      if (!bursts) losses.burst = 0;
      if (receiver.worth_a_try > 0)
        wants.push_back({std::min(state.need[block], receiver.worth_a_try), losses, pending_of[block].size()});
      else wants.push_back({state.need[block], losses, fresh(block, state, pending_of[block])});
    }
    tails.emplace_back(std::move(wants), price.pdu * map_.blocks);
    // On a hopeless channel a round has an end all the same.
    most.push_back(std::min(rows_left_[block], 4 * map_.sources(block) + 8));
  }
  return over_plan(std::move(tails), most, address, price);
}

std::vector<std::size_t> CodedBook::exhausted(const std::vector<Receiver>& receivers) const {
  std::vector<std::size_t> blocks;
  for (std::size_t block = 0; block < map_.blocks; ++block)
    if (std::any_of(receivers.begin(), receivers.end(), [&](const Receiver& receiver) {
          return receivers_[receiver.index].need[block] > rows_left_[block];
        }))
      blocks.push_back(block);
  return blocks;
}

CodedBook::PerBlock CodedBook::carousel_part(Carousel carousel, unsigned repeat) const {
  PerBlock need;
  for (std::size_t block = 0; block < map_.blocks; ++block) need.push_back(map_.sources(block));
  carousel.gap *= map_.blocks;
  carousel.most = 8 * need.front() + 32;
  auto part = acp142::carousel(need, carousel);
  const auto parts = carousel.transmissions, at = std::min<std::size_t>(repeat, parts - 1);
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    const auto parity = part[block] - std::min(part[block], need[block]);
    part[block] = parity * (at + 1) / parts - parity * at / parts;
  }
  return part;
}

std::vector<std::uint16_t> CodedBook::take(const PerBlock& symbols) {
  std::vector<std::uint16_t> sequences;
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    const auto count = std::min(symbols[block], rows_left_[block]);
    rows_left_[block] -= count;
    for (std::size_t i = 0; i < count; ++i) {
      sequences.push_back(static_cast<std::uint16_t>(map_.parity_pdu(block, next_row_[block])));
      next_row_[block] = (next_row_[block] + 1) % map_.rows(block);  // after a restart it began in the midst
    }
  }
  std::sort(sequences.begin(), sequences.end());
  any_parity_ = any_parity_ || !sequences.empty();
  return sequences;
}

// ---- the size of fragments

namespace {

// Symbols until everybody has `total` of them: the mean, or what is needed for the delivery wanted.
double symbols_sent(std::size_t total, const std::vector<double>& losses, double delivery) {
  if (delivery > 0) {
    Carousel silent;
    silent.losses.reserve(losses.size());
    for (const auto loss : losses) silent.losses.push_back({loss, 0});
    silent.wanted = delivery;
    silent.most = 20 * total + 50;
    return static_cast<double>(carousel({total}, silent).front());
  }
  std::vector<BlockTail::Want> wants;
  wants.reserve(losses.size());
  for (const auto loss : losses) wants.push_back({total, {loss, 0}, 0});
  BlockTail block(std::move(wants), 0);
  double mean = 0;
  for (std::size_t sent = 0; sent < 20 * total + 50 && block.incomplete() > 1e-4; ++sent) {
    mean += block.incomplete();
    block.send(0);
  }
  return mean;
}

std::size_t even_share(std::size_t octets, std::size_t parts) {
  const auto share = (octets + parts - 1) / parts;
  return share + share % 2;
}

}  // namespace

std::size_t coded_fragment_octets(std::size_t message_octets, std::size_t room, std::size_t overhead,
                                  const std::vector<double>& losses, double delivery) {
  constexpr std::size_t few = 64;  // from here on the size makes little difference
  constexpr std::size_t least_octets = 64, receivers_looked_at = 32;
  room -= room % 2;
  if (room == 0 || message_octets == 0 || message_octets > limits::reception_octets) return 0;
  const auto fewest = (message_octets + room - 1) / room;
  if (fewest >= limits::data_pdus) return 0;
  auto best = even_share(message_octets, fewest);
  if (fewest < few && !losses.empty()) {
    auto worst = losses;
    std::sort(worst.rbegin(), worst.rend());
    worst.resize(std::min(worst.size(), receivers_looked_at));
    auto least = 1e300;
    for (auto parts = fewest; parts <= std::min(few, 4 * fewest); ++parts) {
      const auto size = even_share(message_octets, parts);
      if (parts > fewest && size < least_octets) break;
      const auto total = (message_octets + size - 1) / size;
      const auto air = symbols_sent(total, worst, delivery) * static_cast<double>(size + overhead);
      if (air >= least * 0.995) continue;
      least = air;
      best = size;
    }
  }
  const auto total = (message_octets + best - 1) / best;
  return blocks_for(total, best) != 0 ? best : 0;
}

}  // namespace longwire::acp142
