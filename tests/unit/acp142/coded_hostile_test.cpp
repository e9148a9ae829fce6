// Hostile and broken peers against the receiver of coded messages: what they make it keep, compute and believe.
#include "acp142/entity.hpp"
#include "acp142/fec_code.hpp"
#include "acp142/fec_info.hpp"
#include "base/limits.hpp"
#include "base/rng.hpp"
#include "station_store.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace longwire::acp142 {
namespace {

using testing::StationStore;

constexpr PmulId self{0x0A420001}, shore{0x0A420009};
constexpr Ipv4 shore_address{0x0A420009};
constexpr std::uint32_t id = 5;
const Time start = from_unix(1'700'000'000);

// A message, its symbols, and a receiver that gets what it is given.
struct Bench {
  Bench(std::size_t octets, std::size_t symbol, std::uint16_t blocks = 1)
      : text(octets), map{static_cast<std::uint16_t>((octets + symbol - 1) / symbol), blocks} {
    Rng rng(octets);
    for (auto& octet : text) octet = static_cast<std::uint8_t>(rng.next());
    info = {static_cast<std::uint32_t>(octets), static_cast<std::uint16_t>(symbol), blocks, message_digest(text), 0, 0};
    restart();
  }

  void restart() {
    Peer peer;
    peer.id = shore;
    peer.coding = Coding::always;
    entity.emplace(self, BearerTiming{}, Parameters{}, std::vector<Peer>{peer}, 1);
    store.restore(*entity, start);
    collect();
  }

  Bytes symbol(std::size_t sequence) const {
    const std::size_t size = info.symbol_octets;
    const auto source = [&](std::size_t n) {
      return ByteView(text).subspan((n - 1) * size, info.octets_of(n, map.total));
    };
    if (!map.is_parity(sequence)) return Bytes(source(sequence).begin(), source(sequence).end());
    const auto block = map.block_of(sequence);
    std::vector<fec::Symbol> sources;
    for (std::size_t column = 0; column < map.sources(block); ++column)
      sources.push_back({column, source(map.source_pdu(block, column))});
    return fec::parity(sources, size, map.place_of(sequence));
  }

  void plain(std::uint32_t message = id) {
    feed(AddressPdu{false, 6, Map::only, map.total, shore, message, to_unix32(start) + 3600, {}, 0, {{self, 1, {}}}});
  }
  void coded(const FecInfo& parameters) {
    feed(AddressPdu{
        false, 6, Map::only, map.total, shore, id, to_unix32(start) + 3600, encode(parameters), 0, {{self, 1, {}}}});
  }
  void coded() { coded(info); }
  void data(std::size_t sequence, Bytes octets) {
    feed(DataPdu{6, static_cast<std::uint16_t>(sequence), shore, id, std::move(octets)});
  }
  void data(std::size_t sequence) { data(sequence, symbol(sequence)); }
  void feed(const Pdu& pdu) {
    entity->on_frame(encode(pdu), shore_address, start);
    collect();
  }
  void collect() {
    reasons.clear();
    for (const auto& notice : entity->take_notices()) {
      store.apply(notice);
      if (const auto* n = std::get_if<notice::Rejected>(&notice)) reasons.emplace_back(n->reason);
      if (const auto* n = std::get_if<notice::FragmentReceived>(&notice)) stored += n->octets.size();
      if (const auto* n = std::get_if<notice::Received>(&notice)) {
        received.push_back(n->octets);
        stored_before_delivery = stored;
        entity->accept(n->key, start);
        collect();
      }
    }
  }
  std::size_t parity_held() const { return entity->receptions().empty() ? 0 : entity->receptions().front().parity; }

  Bytes text;
  BlockMap map;
  FecInfo info;
  StationStore store;
  std::optional<Entity> entity;
  std::vector<std::string> reasons;  // of the latest PDU
  std::vector<Bytes> received;
  std::size_t stored = 0, stored_before_delivery = 0;
};

// ---- numbers

// Rows end at 0x7FFF: the point of a later one would not be an element of the field.
TEST(CodedHostile, ARowBeyondTheFieldIsNeverDecodedWith) {
  Bench bench(40, 20);
  bench.plain();
  bench.data(65'535, Bytes(20, 1));  // row 65532, taken for parity as the code is not known yet
  bench.data(1);
  bench.coded();
  EXPECT_TRUE(bench.received.empty());
  EXPECT_EQ(bench.parity_held(), 0U);
  bench.data(65'535, Bytes(20, 1));
  EXPECT_EQ(bench.reasons, std::vector<std::string>{"conflicting_data"});
  bench.data(3 + 0x7FFF);  // the last row
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

TEST(CodedHostile, NorAfterARestart) {
  Bench bench(40, 20);
  bench.plain();
  bench.data(65'535, Bytes(20, 1));
  bench.data(1);
  bench.store.apply(notice::FragmentReceived{{shore, id}, 0, encode(bench.info).parameters});
  bench.restart();
  EXPECT_TRUE(bench.received.empty());
  bench.data(3);
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

TEST(CodedHostile, TheHighestNumberOfAllIsARowWhereItFits) {
  Bench bench(2 * 40'000, 2, 40);  // 40000 sources in 40 blocks; 65535 is row 638 of block 14
  bench.coded();
  const auto block = bench.map.block_of(65'535);
  ASSERT_EQ(bench.map.place_of(65'535), 638U);
  for (std::size_t n = 1; n <= bench.map.total; ++n)
    if (n != bench.map.source_pdu(block, 7)) bench.data(n);
  bench.data(65'535);
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

// ---- order

TEST(CodedHostile, SymbolsBeforeAnyAddress) {
  Bench bench(95, 10, 2);  // the last source has 5 octets
  for (const std::size_t n : {11U, 12U, 13U, 14U, 3U, 4U, 5U, 6U, 7U, 8U}) bench.data(n);
  bench.coded();
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

TEST(CodedHostile, PlainAddressFirstAndParityBeforeTheCode) {
  Bench bench(95, 10, 3);
  bench.plain();
  for (std::size_t n = 11; n <= 20; ++n) bench.data(n);  // parity alone: ten symbols, as many as there are sources
  bench.coded();
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

// Parity of a message that its own Data_PDUs complete is of no use to anybody any more.
TEST(CodedHostile, NothingIsKeptOfWhatCameBeforeTheAddressOnceTheMessageIsComplete) {
  Bench bench(30, 10);
  for (std::size_t n = 1; n <= 3; ++n) bench.data(n);
  for (std::size_t n = 4; n <= 6; ++n) bench.data(n, Bytes(10, 9));
  bench.plain();
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
  EXPECT_EQ(bench.parity_held(), 0U);
  EXPECT_EQ(bench.stored, bench.stored_before_delivery) << "stored after the message was delivered";
}

// ---- contradictions

// They are not even parameters: the message is served as the standard has it.
TEST(CodedHostile, WithParametersThatCannotBeItIsAPlainMessage) {
  Bench bench(95, 10);
  auto wrong = bench.info;
  wrong.symbol_octets = 11;
  bench.coded(wrong);
  EXPECT_EQ(bench.reasons, std::vector<std::string>{"bad_fec_parameters"});
  bench.plain();
  for (std::size_t n = 1; n <= 10; ++n) bench.data(n);
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

TEST(CodedHostile, ParametersThatContradictTheSourcesAreRefused) {
  Bench bench(95, 10);
  bench.plain();
  bench.data(1);
  auto other = bench.info;
  other.symbol_octets = 12;
  other.message_octets = 10 * 12;
  bench.coded(other);
  EXPECT_EQ(bench.reasons, std::vector<std::string>{"bad_fec_parameters"});
  bench.coded();
  EXPECT_TRUE(bench.reasons.empty());
  other = bench.info;
  other.blocks = 2;
  bench.coded(other);
  EXPECT_EQ(bench.reasons, std::vector<std::string>{"message_id_reused"});
  bench.map.total = 11;
  bench.plain();
  EXPECT_EQ(bench.reasons, std::vector<std::string>{"message_id_reused"}) << "Total has changed";
}

// As long as the code is not known parity is a guess: a large plain message finds its room all the same.
TEST(CodedHostile, ParityTakesNoRoomFromThePlainMessage) {
  constexpr std::size_t symbol = 65'000;
  Bench bench(limits::reception_octets / symbol * symbol, symbol);
  bench.plain();
  for (std::size_t n = 1; n <= 10; ++n) bench.data(bench.map.total + n, Bytes(symbol, 1));
  EXPECT_EQ(bench.parity_held(), 10U);
  for (std::size_t n = 1; n <= bench.map.total; ++n) bench.data(n);
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

TEST(CodedHostile, AnAckAckOfAnotherCodeShowsNothing) {
  Bench bench(95, 10);
  Peer peer;
  peer.id = shore;
  peer.coding = Coding::automatic;
  Entity sender(self, BearerTiming{}, Parameters{}, {peer}, 1);
  AddressPdu over{false, 6, Map::only, 1, shore, 77, to_unix32(start), Fec{5, Bytes(3)}, 0, {}};
  sender.on_frame(encode(over), shore_address, start);
  Outgoing out;
  out.message_id = 1;
  out.expiry = start + std::chrono::hours{1};
  out.destinations = {{shore, 1}};
  out.octets = Bytes(20'000, 1);
  ASSERT_EQ(sender.send(out, start), "");
  EXPECT_EQ(sender.transfers().front().blocks, 0U) << "taken for a peer that decodes our code";
}

// In a mixed group each coded Address_PDU has a plain one before it, which begins nothing: the mark tells the loss
// that there is.
TEST(CodedHostile, APlainAddressBesideTheCodedOneIsNoLoss) {
  Bench bench(300, 10);
  bench.info.first = 1;
  bench.info.last = 50;
  for (std::size_t n = 1; n <= 29; ++n) {
    if (n % 5 == 1) {
      bench.plain();
      bench.coded();
    }
    bench.data(n);
  }
  bench.feed(
      AddressPdu{true, 6, Map::only, 30, shore, id, to_unix32(start) + 3600, encode(bench.info), 0, {{self, 1, {}}}});
  const auto frame = bench.entity->poll_transmit(start + std::chrono::seconds{1});
  ASSERT_TRUE(frame.has_value());
  const auto ack = std::get<AckPdu>(decode(frame->octets).value().pdu);
  const auto mark = decode_mark(ack.mark);
  ASSERT_TRUE(mark && mark->loss >= 0);
  EXPECT_LT(mark->loss, 0.01) << "nothing was lost";
  EXPECT_EQ(ack.entries.front().missing, (std::vector<MissingItem>{{1, 1}})) << "one symbol, whichever";
}

// ---- bounds

TEST(CodedHostile, ManySmallBlocksAreSolvedInOneGo) {
  Bench bench(2 * 1024, 2, 1024);  // as many blocks as sources: each parity PDU is the copy of a source, scaled
  bench.plain();
  for (std::size_t n = 1; n <= 1024; ++n) bench.data(bench.map.total + n);
  EXPECT_EQ(bench.parity_held(), 1024U);
  bench.coded();
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
}

// So that no datagram sets off more than the decoding of one block of the largest size.
TEST(CodedHostile, BeforeTheCodeIsKnownNoMoreParityIsKeptThanForOneBlock) {
  Bench many(2 * 5000, 2, 5);
  many.plain();
  for (std::size_t n = 1; n < limits::fec_block_symbols; ++n) many.data(many.map.total + n, Bytes(2, 1));
  EXPECT_EQ(many.parity_held(), limits::fec_block_symbols - 1);
  many.data(many.map.total + limits::fec_block_symbols, Bytes(2, 1));
  EXPECT_EQ(many.parity_held(), limits::fec_block_symbols);
  many.data(many.map.total + limits::fec_block_symbols + 1, Bytes(2, 1));
  EXPECT_EQ(many.parity_held(), limits::fec_block_symbols);
  Bench large(60 * 65'000, 65'000, 2);
  large.plain();
  constexpr std::size_t fit = limits::fec_block_octets / 65'000, rest = limits::fec_block_octets - fit * 65'000;
  for (std::size_t n = 1; n <= fit; ++n) large.data(large.map.total + n, Bytes(65'000, 1));
  large.data(large.map.total + fit + 1, Bytes(rest + 1, 1));
  EXPECT_EQ(large.parity_held(), fit);
  large.data(large.map.total + fit + 1, Bytes(rest, 1));
  EXPECT_EQ(large.parity_held(), fit + 1);
}

TEST(CodedHostile, NoMoreIsKeptThanTheMessageNeedsOnceTheCodeIsKnown) {
  Bench bench(1000, 10, 2);
  bench.coded();
  for (std::size_t n = 101; n <= 600; n += 2) bench.data(n);  // one block alone: solved by its fifty
  EXPECT_EQ(bench.parity_held(), 0U);
  for (std::size_t n = 102; n < 102 + 2 * 49; n += 2) bench.data(n);
  EXPECT_EQ(bench.parity_held(), 49U);
}

// The largest message of all leaves its parity no less room than its sources.
TEST(CodedHostile, TheLargestMessageIsDecodedFromParity) {
  constexpr std::size_t symbol = 65'518;  // the longest that a Data_PDU holds
  Bench bench(limits::reception_octets, symbol, 16);
  ASSERT_NE(limits::reception_octets % symbol, 0U);
  bench.coded();
  EXPECT_TRUE(bench.reasons.empty());
  for (std::size_t n = 1; n < bench.map.total; ++n) bench.data(n);  // all but the short one
  bench.data(bench.map.parity_pdu(bench.map.block_of(bench.map.total), 3));
  ASSERT_EQ(bench.received.size(), 1U);
  EXPECT_EQ(bench.received.front(), bench.text);
  Bench beyond(limits::reception_octets + 1, symbol, 16);
  beyond.coded();
  EXPECT_EQ(beyond.reasons, std::vector<std::string>{"fec_too_large"});
}

// Wrong digests are counted for as long as the message is known: three times its symbols are decoded, not more.
TEST(CodedHostile, AMessageIsDecodedThreeTimesAtMost) {
  Bench bench(100, 10);
  auto wrong = bench.info;
  wrong.digest ^= 1;
  std::size_t bad = 0;
  for (std::size_t i = 0; i < limits::fec_wrong_digests - 1; ++i) {
    bench.coded(wrong);
    for (std::size_t n = 11; n <= 20; ++n) bench.data(n);
    bad += bench.reasons == std::vector<std::string>{"bad_digest"} ? 1U : 0U;
  }
  EXPECT_EQ(bad, limits::fec_wrong_digests - 1);
  Bench genuine = std::move(bench);
  genuine.coded();
  for (std::size_t n = 11; n <= 20; ++n) genuine.data(n);
  ASSERT_EQ(genuine.received.size(), 1U) << "one time is left for the right one";
  EXPECT_EQ(genuine.received.front(), genuine.text);
}

}  // namespace
}  // namespace longwire::acp142
