// Coded messages on the receiving side (docs/coded-p_mul.md): parity, decoding, and the guard against a
// wrong symbol, which decoding would spread over the message.
#include "acp142/fec_code.hpp"
#include "acp142/receiver.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

using Stage = Reception::Stage;

namespace {

constexpr std::uint16_t parameters_fragment = 0;  // no Data_PDU has this number

BlockMap map_of(const Reception& reception) { return {reception.have.total(), reception.fec->blocks}; }

// Numbers whose row is beyond the field cannot be told from parity as long as the code is not known.
bool fits_code(const Reception& reception, std::uint16_t sequence, std::size_t octets) {
  return octets == reception.fec->symbol_octets && map_of(reception).place_of(sequence) < fec::most_rows;
}

std::size_t lacking(const Reception& reception, std::size_t block) {
  if (reception.complete()) return 0;
  const auto sources = map_of(reception).sources(block);
  const std::size_t held = block < reception.held.size() ? reception.held[block] : 0;
  return sources - std::min(sources, held);
}

std::size_t lacking(const Reception& reception) {
  std::size_t sum = 0;
  for (std::size_t block = 0; block < reception.fec->blocks; ++block) sum += lacking(reception, block);
  return sum;
}

// Before the code is known parity is a guess. No more is kept of it than one block can need: otherwise the
// FEC_Address_PDU would be one datagram that sets off the decoding of a whole message.
bool room_for_guess(const Reception& reception, std::size_t octets) {
  const auto& parity = reception.parity;
  if (parity.size() >= std::min<std::size_t>(reception.have.total(), limits::fec_block_symbols)) return false;
  for (const auto& symbol : parity) octets += symbol.second.size();
  return octets <= limits::fec_block_octets && reception.octets + octets <= limits::reception_octets;
}

// The parity of one block, without a look at all of the others: a message may have as many blocks as PDUs.
std::vector<std::uint16_t> parity_of(const Reception& reception, std::size_t block) {
  const auto map = map_of(reception);
  std::vector<std::uint16_t> numbers;
  for (auto at = reception.parity.begin(); at != reception.parity.end();) {
    const auto ahead = (block + map.blocks - map.block_of(at->first)) % map.blocks;
    if (ahead == 0) {
      numbers.push_back((at++)->first);
      continue;
    }
    if (at->first + ahead > limits::data_pdus) break;
    at = reception.parity.lower_bound(static_cast<std::uint16_t>(at->first + ahead));
  }
  return numbers;
}

}  // namespace

// False when the parameters contradict what is known: the PDU is then to be dropped.
bool Receiver::learn_code(Reception& reception, const AddressPdu& pdu, Ipv4 from) {
  const auto code = decode(*pdu.fec, pdu.total);
  if (!code || reception.stage != Stage::open) return code.has_value();
  if (reception.fec) {
    if (reception.fec->same_message(*code)) return true;
    context_.reject("message_id_reused", from, 22);
    return false;
  }
  const auto fits = [&](const auto& fragment) {
    return fragment.second.size() == code->octets_of(fragment.first, pdu.total);
  };
  if (!std::all_of(reception.fragments.begin(), reception.fragments.end(), fits)) {
    context_.reject("bad_fec_parameters", from, 22);
    return false;
  }
  reception.fec = *code;
  reception.fec->first = reception.fec->last = 0;
  drop_misfits(reception);
  context_.tell(notice::FragmentReceived{reception.key, parameters_fragment, encode(*reception.fec).parameters});
  count_symbols(reception);
  if (reception.stage == Stage::open && reception.have.full()) complete(reception, from);
  return true;
}

void Receiver::count_symbols(Reception& reception) {
  const auto map = map_of(reception);
  reception.held.assign(map.blocks, 0);
  for (const auto& [sequence, octets] : reception.fragments) ++reception.held[map.block_of(sequence)];
  for (const auto& [sequence, octets] : reception.parity) ++reception.held[map.block_of(sequence)];
  for (std::size_t block = 0; block < map.blocks; ++block) solve(reception, block);
}

void Receiver::new_coded_round(Reception& reception, const AddressPdu& pdu) {
  reception.coded_round = pdu.fec.has_value() && reception.fec.has_value();
  if (!reception.coded_round) return;
  const auto code = decode(*pdu.fec, pdu.total);
  if (!code || code->last == reception.round_last) return;  // the same round: an Address_PDU in its midst
  reception.round_last = code->last;
  reception.place_known = code->first != 0;
  const auto sources_first = code->first != 0 && code->first <= pdu.total;
  if (sources_first && (code->first > 1 || reception.last_sequence > pdu.total)) reception.repairs = true;
  reception.round_acked = false;
  reception.told_early = false;
  // Unless we are in its midst already, and have only now heard what it is.
  const auto last = reception.last_sequence;
  if (code->first != 0 && (last < code->first || last > code->last))
    reception.last_sequence = static_cast<std::uint16_t>(code->first - 1);
}

bool Receiver::store_parity(Reception& reception, std::uint16_t sequence, Bytes octets, Ipv4 from) {
  if (sources_.at(reception.key.source).peer->peer.coding == Coding::off) return false;
  const auto known = reception.parity.find(sequence);
  if (known != reception.parity.end()) {
    if (known->second != octets) context_.reject("conflicting_data", from, 16);
    return false;
  }
  if (reception.fec) {
    const auto map = map_of(reception);
    const auto block = map.block_of(sequence);
    if (!fits_code(reception, sequence, octets.size())) {
      context_.reject("conflicting_data", from, 16);
      return false;
    }
    if (reception.held[block] >= map.sources(block)) return false;  // solved
  } else if (!room_for_guess(reception, octets.size())) {
    return false;
  }
  reception.octets += octets.size();
  context_.tell(notice::FragmentReceived{reception.key, sequence, octets});
  reception.parity.emplace(sequence, std::move(octets));
  if (!reception.fec) return true;
  const auto block = map_of(reception).block_of(sequence);
  ++reception.held[block];
  solve(reception, block);
  if (reception.have.full()) complete(reception, from);
  return true;
}

void Receiver::drop_parity(Reception& reception, std::uint16_t sequence) {
  const auto at = reception.parity.find(sequence);
  reception.octets -= at->second.size();
  reception.parity.erase(at);
}

void Receiver::drop_misfits(Reception& reception) {
  std::erase_if(reception.parity, [&](const auto& symbol) {
    if (fits_code(reception, symbol.first, symbol.second.size())) return false;
    reception.octets -= symbol.second.size();
    return true;
  });
}

// A guess takes no room from the Data_PDUs themselves.
void Receiver::drop_all_parity(Reception& reception) {
  for (const auto& [sequence, octets] : reception.parity) reception.octets -= octets.size();
  reception.parity.clear();
}

// As many symbols as the block has sources give the sources that are missing.
void Receiver::solve(Reception& reception, std::size_t block) {
  const auto map = map_of(reception);
  const auto columns = map.sources(block);
  if (reception.held[block] < columns) return;
  std::vector<fec::Symbol> sources, parities;
  std::vector<std::size_t> missing;
  for (std::size_t column = 0; column < columns; ++column) {
    const auto at = reception.fragments.find(static_cast<std::uint16_t>(map.source_pdu(block, column)));
    if (at == reception.fragments.end()) missing.push_back(column);
    else sources.push_back({column, at->second});
  }
  const auto numbers = parity_of(reception, block);
  for (const auto sequence : numbers)
    if (parities.size() < missing.size()) parities.push_back({map.place_of(sequence), reception.parity.at(sequence)});
  auto found = fec::recover(sources, parities, missing, reception.fec->symbol_octets);
  for (const auto sequence : numbers) drop_parity(reception, sequence);
  for (std::size_t i = 0; i < missing.size(); ++i) {
    const auto sequence = static_cast<std::uint16_t>(map.source_pdu(block, missing[i]));
    found[i].resize(reception.fec->octets_of(sequence, map.total));
    reception.octets += found[i].size();
    reception.have.insert(sequence);
    context_.tell(notice::FragmentReceived{reception.key, sequence, found[i]});
    reception.fragments.emplace(sequence, std::move(found[i]));
  }
}

// ---- the guard

bool Receiver::is_genuine(const Reception& reception, ByteView message) const {
  return message.size() == reception.fec->message_octets && message_digest(message) == reception.fec->digest;
}

// A PDU was wrong in spite of its checksum. Which one cannot be told, so all of them go.
void Receiver::start_again(Reception& reception, Ipv4 from) {
  context_.reject("bad_digest", from);
  if (++reception.wrong_digests >= limits::fec_wrong_digests) return give_up(reception);
  context_.tell(notice::ReceptionClosed{reception.key, "bad_digest"});
  reception.fragments.clear();
  reception.parity.clear();
  reception.octets = 0;
  reception.highest = 0;
  reception.have = SequenceSet(reception.have.total());
  reception.fec.reset();  // it may be what was wrong
  reception.held.clear();
  tell_opened(reception);
}

// ---- after a restart

void Receiver::restore_code(Reception& reception, ReceptionState& state) {
  if (sources_.at(state.key.source).peer->peer.coding == Coding::off || reception.stage != Stage::open) return;
  for (auto& fragment : state.fragments) {
    if (fragment.sequence == parameters_fragment) {
      const auto code = decode(Fec{coded_fec_id, fragment.octets}, state.total);
      if (code) reception.fec = *code;
    } else if (fragment.sequence > state.total) {
      reception.octets += fragment.octets.size();
      reception.parity.emplace(fragment.sequence, fragment.octets);
    }
  }
  reception.coded_round = reception.fec.has_value();
  if (reception.fec) return drop_misfits(reception);
  const auto most = std::min<std::size_t>(state.total, limits::fec_block_symbols);
  while (reception.parity.size() > most) drop_parity(reception, std::prev(reception.parity.end())->first);
}

// ---- what is asked for

// So many symbols of each block, whichever: the numbers of its first sources stand for them, as these
// make few ranges whatever the number of blocks.
std::vector<MissingItem> Receiver::wanted_symbols(const Reception& reception) const {
  const auto map = map_of(reception);
  SequenceSet asked(map.total);
  for (std::size_t block = 0; block < map.blocks; ++block)
    for (std::size_t n = reception.held[block]; n < map.sources(block); ++n)
      asked.insert(map.source_pdu(block, n - reception.held[block]));
  return missing_items(asked.runs(), true);
}

// What a plain list says. Parity that is held stands for as many sources: who repeats the ones listed completes the
// blocks, and so does who counts them.
Runs Receiver::missing_runs(const Reception& reception, std::size_t up_to) const {
  if (!reception.fec || reception.parity.empty()) return reception.have.missing_runs(up_to);
  const auto map = map_of(reception);
  SequenceSet asked(map.total);
  for (std::size_t block = 0; block < map.blocks; ++block) {
    auto left = lacking(reception, block);
    for (auto n = map.source_pdu(block, 0); left > 0 && n <= up_to; n += map.blocks) {
      if (reception.have.contains(n)) continue;
      --left;
      asked.insert(n);
    }
  }
  return asked.runs();
}

std::size_t Receiver::symbols_to_come(const Reception& reception) const {
  if (!reception.coded_round || reception.last_sequence >= reception.round_last) return 0;
  return static_cast<std::size_t>(reception.round_last - reception.last_sequence);
}

void Receiver::view_code(const Reception& reception, ReceptionView& view) {
  view.blocks = reception.fec->blocks;
  view.wrong_digests = reception.wrong_digests;
  view.wanted = lacking(reception);
  for (std::size_t block = 0; block < view.blocks; ++block)
    if (lacking(reception, block) == 0) ++view.blocks_decoded;
}

// Full duplex: an Ack now is there when the round ends, so that what is missing joins it.
bool Receiver::time_to_tell(const Reception& reception, const Source& source) const {
  const auto to_come = symbols_to_come(reception);
  if (reception.told_early || to_come == 0 || !reception.fec) return false;
  const auto time_left = static_cast<Duration::rep>(to_come) * spacing(reception, source);
  if (time_left > context_.bearer.round_trip() + context_.bearer.full_pdu()) return false;
  return !covered(reception, source);
}

// What is to come in this round should do, whoever asked for it.
bool Receiver::covered(const Reception& reception, const Source& source) const {
  if (!reception.fec) return false;
  const auto to_come = static_cast<double>(symbols_to_come(reception));
  return static_cast<double>(lacking(reception)) <= to_come * (1 - source.peer->received.value());
}

// Nothing is marked towards a peer that coding is off with.
std::uint16_t Receiver::mark(const PeerState& peer) const {
  if (peer.peer.coding == Coding::off) return 0;
  AckMark mark;
  if (peer.received.measured()) {
    mark.loss = peer.received.value();
    mark.burst = peer.bursts.seconds(mark.loss);
  }
  return encode(mark);
}

}  // namespace longwire::acp142
