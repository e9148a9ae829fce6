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
      next_row_(map.blocks) {}

void CodedBook::resume(std::size_t row) {
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    next_row_[block] = row % std::max<std::size_t>(map_.rows(block), 1);
    sent_[block].assign(map_.sources(block), Time{});
  }
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
  receivers_.emplace_back();
  nothing_arrived(receivers_.size() - 1);
  return receivers_.size() - 1;
}

void CodedBook::nothing_arrived(std::size_t receiver) {
  auto& state = receivers_[receiver];
  state.need.clear();
  state.base.clear();
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    state.need.push_back(map_.sources(block));
    state.base.push_back(sent_[block].size());
  }
}

void CodedBook::sent(std::size_t sequence, Time at) {
  sent_[map_.block_of(sequence)].push_back(at);
  if (map_.is_parity(sequence)) ++parity_sent_;
}

void CodedBook::left(std::size_t sequence, Time at) {
  auto& times = sent_[map_.block_of(sequence)];
  if (!times.empty()) times.back() = at;
}

void CodedBook::not_sent(std::size_t sequence) {
  const auto block = map_.block_of(sequence);
  if (sent_[block].empty()) return;
  sent_[block].pop_back();
  if (map_.is_parity(sequence)) --parity_sent_;
  for (auto& state : receivers_) state.base[block] = std::min(state.base[block], sent_[block].size());
}

void CodedBook::reported(std::size_t receiver, const Runs& listed, Time known, bool by_number) {
  auto& state = receivers_[receiver];
  std::fill(state.need.begin(), state.need.end(), 0);
  for (const auto& run : listed)
    for (std::size_t n = run.first; n <= run.last && n <= map_.total; ++n) ++state.need[map_.block_of(n)];
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    const auto& times = sent_[block];
    state.base[block] = static_cast<std::size_t>(std::upper_bound(times.begin(), times.end(), known) - times.begin());
    const auto sources = map_.sources(block);
    // Sources go first and in order: those not sent yet could not be listed.
    if (by_number && state.base[block] < sources)
      state.need[block] = std::min(sources, state.need[block] + sources - state.base[block]);
  }
}

std::size_t CodedBook::wanted(std::size_t receiver) const {
  std::size_t sum = 0;
  for (const auto need : receivers_[receiver].need) sum += need;
  return sum;
}

OverPlan CodedBook::plan(const std::vector<Receiver>& receivers, const PerBlock& pending, const BlockTail& address,
                         const ParityPrice& price) const {
  std::vector<BlockTail> tails(map_.blocks);
  PerBlock most;
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    for (const auto& receiver : receivers) {
      const auto& state = receivers_[receiver.index];
      const auto before = receiver.silent ? 0 : sent_[block].size() - state.base[block];
      tails[block].add(state.need[block], receiver.losses, before + pending[block], price.pdu * map_.blocks);
    }
    // On a hopeless channel a round has an end all the same.
    most.push_back(map_.rows(block) == 0 ? 0 : 4 * map_.sources(block) + 8);
  }
  return over_plan(std::move(tails), most, address, price);
}

CodedBook::PerBlock CodedBook::carousel_part(Carousel carousel, unsigned repeat) const {
  PerBlock need;
  for (std::size_t block = 0; block < map_.blocks; ++block) need.push_back(map_.sources(block));
  carousel.gap *= map_.blocks;
  carousel.most = 8 * need.front() + 32;
  auto part = acp142::carousel(need, carousel);
  const auto parts = carousel.transmissions, at = std::min<std::size_t>(repeat, parts - 1);
  for (std::size_t block = 0; block < map_.blocks; ++block) {
    const auto parity = map_.rows(block) == 0 ? 0 : part[block] - std::min(part[block], need[block]);
    part[block] = parity * (at + 1) / parts - parity * at / parts;
  }
  return part;
}

std::vector<std::uint16_t> CodedBook::take(const PerBlock& symbols) {
  std::vector<std::uint16_t> sequences;
  for (std::size_t block = 0; block < map_.blocks; ++block)
    for (std::size_t i = 0; i < symbols[block]; ++i) {
      sequences.push_back(static_cast<std::uint16_t>(map_.parity_pdu(block, next_row_[block])));
      // When the numbers are used up they begin anew: who lost one can use it.
      next_row_[block] = (next_row_[block] + 1) % map_.rows(block);
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
    for (const auto loss : losses) silent.losses.push_back({loss, 0});
    silent.wanted = delivery;
    silent.most = 20 * total + 50;
    return static_cast<double>(carousel({total}, silent).front());
  }
  BlockTail block;
  for (const auto loss : losses) block.add(total, {loss, 0, 0}, 0, 0);
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
