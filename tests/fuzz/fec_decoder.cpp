// A receiver of coded messages driven by a byte string: right, repeated, altered and foreign symbols in any order,
// numbers at the edges of the code, hostile parameters, another Total, restarts from what it told to store, whole or
// damaged. Beside it stands a receiver with coding off that hears the same. Whatever comes, a message that carries
// the right digest is delivered right, memory is bounded, Acks decode, and coding that is off shows nowhere.
#include "acp142/entity.hpp"
#include "acp142/fec_code.hpp"
#include "acp142/fec_info.hpp"
#include "base/limits.hpp"

#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>

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
    if (!standard) standard = std::make_unique<Entity>(self, timing, Parameters{}, std::vector<Peer>{peer}, 1);
    peer.coding = Coding::always;
    entity = std::make_unique<Entity>(self, timing, Parameters{}, std::vector<Peer>{peer}, 1);
    for (const auto& [key, state] : store) entity->restore(state, now);
    settle();
  }

  void settle() {
    for (auto notices = entity->take_notices(); !notices.empty(); notices = entity->take_notices())
      for (const auto& notice : notices) keep(notice);
    require(entity->receptions().size() <= 8);
    for (const auto& view : entity->receptions()) {
      require(view.parity <= (view.delivered ? 0U : view.total));
      if (view.blocks == 0) continue;
      require(view.received + view.parity <= view.total && view.blocks_decoded <= view.blocks);
      require(view.wanted == view.total - view.received - view.parity);
    }
    settle_standard();
  }

  void settle_standard() {
    for (const auto& notice : standard->take_notices())
      if (const auto* n = std::get_if<notice::Received>(&notice)) standard->accept(n->key, now);
    for (const auto& view : standard->receptions()) require(view.parity == 0 && view.blocks == 0);
  }

  void transmit() {
    while (const auto frame = entity->poll_transmit(now)) {
      require(decode(frame->octets).has_value());
      entity->transmitted(now);
    }
    while (const auto frame = standard->poll_transmit(now)) {
      const auto pdu = decode(frame->octets).value().pdu;
      require(std::get<AckPdu>(pdu).mark == 0);
      standard->transmitted(now);
    }
    settle();
  }

  // What is on the disk is not what was written.
  void damage(ByteReader& in) {
    for (auto& [key, state] : store) {
      if (state.fragments.empty()) continue;
      auto& fragment = state.fragments[in.u8() % state.fragments.size()];
      const auto how = in.u8();
      switch (how % 4) {
        case 0:
          fragment.octets.resize(how / 4);
          break;
        case 1:
          fragment.sequence = in.u16();
          break;
        case 2:
          state.fragments.push_back({fragment.sequence, Bytes(how / 4)});
          break;
        default:
          if (!fragment.octets.empty()) fragment.octets[how / 4 % fragment.octets.size()] ^= 1;
      }
    }
  }

  void keep(const Notice& notice) {
    if (const auto* n = std::get_if<notice::ReceptionOpened>(&notice)) {
      auto& state = store[n->key];
      state.key = n->key;
      state.expiry = n->expiry;
      state.total = n->total;
      state.destinations = n->destinations;
    }
    if (const auto* n = std::get_if<notice::FragmentReceived>(&notice)) {
      require(!store.at(n->key).delivered);
      store.at(n->key).fragments.push_back({n->sequence, n->octets});
    }
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

  Bytes symbol_of(std::size_t sequence) {
    const auto [at, fresh] = symbols.try_emplace(sequence);
    if (fresh) at->second = make_symbol(sequence);
    return at->second;
  }
  Bytes make_symbol(std::size_t sequence) const {
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
    const auto octets = encode(pdu);
    entity->on_frame(octets, shore_address, now);
    standard->on_frame(octets, shore_address, now);
    settle();
  }
  void address(const std::optional<Fec>& fec, bool extra, std::uint16_t total) {
    feed(AddressPdu{extra, 6, Map::only, total, shore, id, to_unix32(start) + 36'000, fec, 0, {{self, 1, {}}}});
  }
  void address(const Fec& fec, bool extra) { address(fec, extra, map.total); }

  // Where the numbers of sources, of rows and of PDUs end.
  std::uint16_t edge(unsigned which) const {
    const std::size_t past_rows = map.total + 1U + fec::most_rows * map.blocks;
    const std::array<std::size_t, 8> edges{65'535,        65'534,    past_rows,      past_rows - 1,
                                           past_rows + 1, map.total, map.total + 1U, 65'535U - map.blocks};
    return static_cast<std::uint16_t>(std::min<std::size_t>(edges[which % edges.size()], 65'535));
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
  std::unique_ptr<Entity> standard;  // coding is off there
  std::map<ReceptionKey, ReceptionState> store;
  std::map<std::size_t, Bytes> symbols;  // made so far
};

// One field of the parameters is another.
FecInfo altered(FecInfo info, ByteReader& in) {
  const auto field = in.u8();
  const auto value = in.u16();
  switch (field % 5) {
    case 0:
      info.message_octets = value;
      break;
    case 1:
      info.symbol_octets = value;
      break;
    case 2:
      info.blocks = value;
      break;
    case 3:
      info.last = value;
      break;
    default:
      info.digest ^= value;
  }
  return info;
}

void step(World& world, ByteReader& in) {
  const auto what = in.u8();
  const std::size_t sequence = 1 + in.u8() % (world.map.total + std::min(2U * world.map.total + 8U, 200U));
  const auto flag = (what & 0x80) != 0, second = (what & 0x40) != 0, third = (what & 0x20) != 0;
  switch (what % 8) {
    case 0: {
      auto info = world.info();
      info.first = static_cast<std::uint16_t>(sequence);
      info.last = static_cast<std::uint16_t>(sequence + in.u8());
      return world.address(encode(info), flag);
    }
    case 1: {  // hostile parameters
      if (second) return world.address(encode(altered(world.info(), in)), flag);
      const auto octets = in.take(std::min<std::size_t>(fec_parameter_octets, in.remaining()));
      const auto total = third ? in.u16() : world.map.total;
      return world.address(Fec{coded_fec_id, Bytes(octets.begin(), octets.end())}, flag, total);
    }
    case 2: {  // an altered symbol
      auto octets = world.symbol_of(sequence);
      octets[in.u8() % octets.size()] ^= static_cast<std::uint8_t>(1 + in.u8() % 255);
      return world.feed(DataPdu{6, static_cast<std::uint16_t>(sequence), shore, id, std::move(octets)});
    }
    case 3: {  // any octets under any number
      if (flag) return world.feed(DataPdu{6, world.edge(in.u8()), shore, id, Bytes(world.symbol, in.u8())});
      const auto octets = in.take(std::min<std::size_t>(in.u8() % 32, in.remaining()));
      return world.feed(DataPdu{6, static_cast<std::uint16_t>(1 + in.u16() % 65'535), shore, id,
                                Bytes(octets.begin(), octets.end())});
    }
    case 4:
      world.now += std::chrono::milliseconds{in.u16()};
      return world.transmit();
    case 5:
      if (flag && third) world.damage(in);
      if (flag) return world.restart();
      return world.address({}, second, third ? in.u16() : world.map.total);
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
