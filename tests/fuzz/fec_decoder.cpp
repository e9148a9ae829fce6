// A receiver of coded messages driven by a byte string: right, repeated, altered and foreign symbols in any order,
// hostile parameters, restarts from what it told to store. Whatever comes, a message that carries the right digest
// is delivered right, memory is bounded, and Acks decode.
#include "acp142/entity.hpp"
#include "acp142/fec_code.hpp"
#include "acp142/fec_info.hpp"
#include "base/limits.hpp"

#include <cstdlib>
#include <map>

namespace {

using namespace longwire;
using namespace longwire::acp142;

constexpr PmulId self{0x0A000001}, shore{0x0A000002};
constexpr Ipv4 shore_address{0x0A000002};
constexpr std::uint32_t id = 7;
const Time start = from_unix(1'700'000'000);

void require(bool condition) {
  if (!condition) std::abort();
}

struct World {
  explicit World(ByteReader& in) {
    symbol = 2 * (1 + in.u8() % 8U);
    message.resize(1 + in.u8() % 200U);
    for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i * 37 + symbol);
    map.total = static_cast<std::uint16_t>((message.size() + symbol - 1) / symbol);
    map.blocks = static_cast<std::uint16_t>(1 + in.u8() % map.total);
    half_duplex = (in.u8() & 1) != 0;
    restart();
  }

  void restart() {
    BearerTiming timing;
    timing.half_duplex = half_duplex;
    timing.max_pdu = 200;
    Peer peer;
    peer.id = shore;
    peer.coding = Coding::always;
    entity = std::make_unique<Entity>(self, timing, Parameters{}, std::vector<Peer>{peer}, 1);
    for (const auto& [key, state] : store) entity->restore(state, now);
    settle();
  }

  void settle() {
    for (auto notices = entity->take_notices(); !notices.empty(); notices = entity->take_notices())
      for (const auto& notice : notices) keep(notice);
    require(entity->receptions().size() <= 8);
    for (const auto& view : entity->receptions()) require(view.parity <= limits::data_pdus);
  }

  void keep(const Notice& notice) {
    if (const auto* n = std::get_if<notice::ReceptionOpened>(&notice)) {
      auto& state = store[n->key];
      state.key = n->key;
      state.expiry = n->expiry;
      state.total = n->total;
      state.destinations = n->destinations;
    }
    if (const auto* n = std::get_if<notice::FragmentReceived>(&notice))
      store.at(n->key).fragments.push_back({n->sequence, n->octets});
    if (const auto* n = std::get_if<notice::ReceptionClosed>(&notice)) store.erase(n->key);
    if (const auto* n = std::get_if<notice::Received>(&notice)) {
      if (was_coded(n->key)) require(n->octets == message);
      store.at(n->key).delivered = true;
      store.at(n->key).ack_owed = true;
      store.at(n->key).fragments.clear();
      entity->accept(n->key, now);
    }
  }

  // The true parameters were taken, so the digest of the message is known.
  bool was_coded(const ReceptionKey& key) const {
    for (const auto& fragment : store.at(key).fragments) {
      if (fragment.sequence != 0) continue;
      const auto taken = decode(Fec{coded_fec_id, fragment.octets}, store.at(key).total);
      return taken && taken->same_message(info());
    }
    return false;
  }

  Bytes symbol_of(std::size_t sequence) const {
    if (!map.is_parity(sequence)) {
      const auto begin = (sequence - 1) * symbol;
      return Bytes(message.begin() + static_cast<std::ptrdiff_t>(begin),
                   message.begin() + static_cast<std::ptrdiff_t>(std::min(begin + symbol, message.size())));
    }
    const auto block = map.block_of(sequence);
    std::vector<fec::Symbol> sources;
    for (std::size_t column = 0; column < map.sources(block); ++column) {
      const auto begin = (map.source_pdu(block, column) - 1) * symbol;
      sources.push_back({column, ByteView(message).subspan(begin, std::min(symbol, message.size() - begin))});
    }
    return fec::parity(sources, symbol, map.place_of(sequence));
  }

  void feed(const Pdu& pdu) {
    entity->on_frame(encode(pdu), shore_address, now);
    settle();
  }
  void address(const Fec& fec, bool extra) {
    feed(AddressPdu{extra, 6, Map::only, map.total, shore, id, to_unix32(start) + 36'000, fec, 0, {{self, 1, {}}}});
  }
  FecInfo info() const {
    FecInfo made;
    made.message_octets = static_cast<std::uint32_t>(message.size());
    made.symbol_octets = static_cast<std::uint16_t>(symbol);
    made.blocks = map.blocks;
    made.digest = message_digest(message);
    return made;
  }

  Bytes message;
  std::size_t symbol = 2;
  BlockMap map;
  bool half_duplex = false;
  Time now = start;
  std::unique_ptr<Entity> entity;
  std::map<ReceptionKey, ReceptionState> store;
};

void step(World& world, ByteReader& in) {
  const auto what = in.u8();
  const std::size_t sequence = 1 + in.u8() % (world.map.total + std::min(2U * world.map.total + 8U, 200U));
  switch (what % 8) {
    case 0: {
      auto info = world.info();
      info.first = static_cast<std::uint16_t>(sequence);
      info.last = static_cast<std::uint16_t>(sequence + in.u8());
      return world.address(encode(info), (what & 0x80) != 0);
    }
    case 1: {  // hostile parameters
      const auto octets = in.take(std::min<std::size_t>(fec_parameter_octets, in.remaining()));
      return world.address(Fec{coded_fec_id, Bytes(octets.begin(), octets.end())}, (what & 0x80) != 0);
    }
    case 2: {  // an altered symbol
      auto octets = world.symbol_of(sequence);
      octets[in.u8() % octets.size()] ^= static_cast<std::uint8_t>(1 + in.u8() % 255);
      return world.feed(DataPdu{6, static_cast<std::uint16_t>(sequence), shore, id, std::move(octets)});
    }
    case 3: {  // any octets under any number
      const auto octets = in.take(std::min<std::size_t>(in.u8() % 32, in.remaining()));
      return world.feed(DataPdu{6, static_cast<std::uint16_t>(1 + in.u16() % 65'535), shore, id,
                                Bytes(octets.begin(), octets.end())});
    }
    case 4:
      world.now += std::chrono::milliseconds{in.u16()};
      while (const auto frame = world.entity->poll_transmit(world.now)) {
        require(decode(frame->octets).has_value());
        world.entity->transmitted(world.now);
      }
      return world.settle();
    case 5:
      if ((what & 0x80) != 0) return world.restart();
      return world.feed(AddressPdu{(what & 0x40) != 0,
                                   6,
                                   Map::only,
                                   world.map.total,
                                   shore,
                                   id,
                                   to_unix32(start) + 36'000,
                                   {},
                                   0,
                                   {{self, 1, {}}}});
    default:
      return world.feed(DataPdu{6, static_cast<std::uint16_t>(sequence), shore, id, world.symbol_of(sequence)});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 2048) return 0;
  ByteReader in({data, size});
  World world(in);
  while (!in.at_end()) step(world, in);
  return 0;
}
