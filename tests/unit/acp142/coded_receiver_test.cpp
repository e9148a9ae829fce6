// What a coded message is on the wire, and one receiver by hand: hostile order, contradictions, what it tells of the
// channel (docs/coded-p_mul.md).
#include "acp142/coded_book.hpp"
#include "acp142/fec_info.hpp"
#include "acp142/loss_estimate.hpp"
#include "acp142/pdu.hpp"
#include "base/limits.hpp"
#include "coded_scene.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace longwire::acp142 {
namespace {

using namespace testing;

constexpr PmulId self{0x0A420001}, shore{0x0A420009};
constexpr Ipv4 shore_address{0x0A420009};
const Time start = from_unix(1'700'000'000);

Entity decoder(const BearerTiming& timing = sat64k()) {
  Peer peer;
  peer.id = shore;
  peer.coding = Coding::always;
  return Entity(self, timing, {}, {peer}, 1);
}
AddressPdu coded_address(std::uint16_t total, const Fec& fec) {
  return {false, 6, Map::only, total, shore, 5, to_unix32(start) + 3600, fec, 0, {{self, 1, {}}}};
}
std::string first_reason(Entity& entity) {
  for (const auto& notice : entity.take_notices())
    if (const auto* r = std::get_if<notice::Rejected>(&notice)) return std::string(r->reason);
  return {};
}

TEST(FecInfo, RoundTripAndDigest) {
  EXPECT_EQ(message_digest(as_bytes("123456789")), 0x995DC9BBDF1939FAULL);
  const FecInfo info{10'000, 500, 2, 0x0123456789ABCDEFULL, 1, 30};
  const auto fec = encode(info);
  EXPECT_EQ(fec.id, coded_fec_id);
  EXPECT_EQ(fec.parameters.size(), fec_parameter_octets);
  EXPECT_EQ(decode(fec, 20).value(), info);
}

TEST(AckMark, SaysLossAndBurstsWithinASeventhOfEach) {
  EXPECT_FALSE(decode_mark(0));
  EXPECT_FALSE(decode_mark(0xC000)) << "another FEC_ID";
  EXPECT_EQ(encode(AckMark{}), 0xC1F8);
  EXPECT_LT(decode_mark(0xC1F8)->loss, 0);
  for (const double loss : {0.0, 0.001, 0.05, 0.2, 0.4, 0.9}) {
    const auto read = decode_mark(encode(AckMark{loss, 0})).value();
    EXPECT_NEAR(read.loss, loss, 0.0005 + loss / 7);
    EXPECT_EQ(read.burst, 0);
  }
  for (const double burst : {0.25, 1.0, 3.0, 16.0}) {
    const auto read = decode_mark(encode(AckMark{0.2, burst})).value();
    EXPECT_GE(read.burst, burst / 1.5);
    EXPECT_LE(read.burst, burst * 1.5);
  }
  EXPECT_EQ(decode_mark(encode(AckMark{0.2, 1000}))->burst, 16);
}

TEST(BurstEstimate, TellsBurstsFromChance) {
  Rng rng(3);
  for (const double loss : {0.05, 0.2, 0.4}) {
    BurstEstimate chance, bursts;
    EXPECT_EQ(chance.seconds(loss), 0);
    for (int run = 0; run < 100; ++run) {
      unsigned lost = 1;
      while (rng.chance(loss)) ++lost;
      chance.observe_run(lost, 0.5);
      lost = 1;
      while (rng.chance(std::exp(-0.5 / 3))) ++lost;  // 3 s in the mean
      bursts.observe_run(lost, 0.5);
    }
    EXPECT_EQ(chance.seconds(loss), 0);
    EXPECT_NEAR(bursts.seconds(loss), 3, 0.8);
  }
}

TEST(FecInfo, WhatCannotBeIsRefused) {
  const auto reason = [](const FecInfo& info, std::uint16_t total) {
    const auto decoded = decode(encode(info), total);
    return decoded ? std::string() : std::string(decoded.error().name);
  };
  const FecInfo good{10'000, 500, 1, 1, 0, 0};
  EXPECT_EQ(reason(good, 20), "");
  EXPECT_EQ(reason(good, 21), "bad_fec_parameters");
  EXPECT_EQ(reason({10'000, 501, 1, 1, 0, 0}, 20), "bad_fec_parameters") << "odd symbols";
  EXPECT_EQ(reason({10'000, 0, 1, 1, 0, 0}, 20), "bad_fec_parameters");
  EXPECT_EQ(reason({0, 500, 1, 1, 0, 0}, 0), "bad_fec_parameters");
  EXPECT_EQ(reason({10'000, 500, 0, 1, 0, 0}, 20), "bad_fec_parameters");
  EXPECT_EQ(reason({10'000, 500, 21, 1, 0, 0}, 20), "bad_fec_parameters") << "a block without a source";
  EXPECT_EQ(reason({10'000, 500, 20, 1, 0, 0}, 20), "");
  EXPECT_EQ(reason({10'000, 500, 1, 1, 9, 8}, 20), "bad_fec_parameters");
  EXPECT_EQ(reason({10'000, 500, 1, 1, 0, 8}, 20), "bad_fec_parameters");
  EXPECT_EQ(reason({2 * 1024, 2, 1, 1, 0, 0}, 1024), "") << "the largest block";
  EXPECT_EQ(reason({2 * 1025, 2, 1, 1, 0, 0}, 1025), "fec_too_large");
  EXPECT_EQ(reason({2 * 1024 * 1024, 65'534, 1, 1, 0, 0}, 33), "fec_too_large") << "33 times 65534 octets";
  EXPECT_EQ(reason({32 * 65'534, 65'534, 1, 1, 0, 0}, 32), "");
  Fec other = encode(good);
  other.id = 194;
  EXPECT_EQ(decode(other, 20).error().name, "unknown_fec");
  other = encode(good);
  other.parameters.push_back(0);
  EXPECT_EQ(decode(other, 20).error().name, "bad_fec_parameters");
}

TEST(FecInfo, WhatIsWrongIsToldByFieldAndOctet) {
  struct Wrong {
    FecInfo info;
    std::uint16_t total;
    std::size_t at;  // in the FEC_Address_PDU, whose parameters begin at 22
    std::string text;
  };
  for (const auto& [info, total, at, text] : std::vector<Wrong>{
           {{0, 500, 1, 1, 0, 0}, 20, 22, "message_octets is 0, must be above zero"},
           {{10'000, 500, 1, 1, 0, 0}, 21, 22, "21 PDUs (Total_Number_of_PDUs) of 500 octets hold, not 20"},
           {{10'000, 501, 1, 1, 0, 0}, 20, 26, "symbol_octets is 501, must be even and above zero"},
           {{10'000, 500, 21, 1, 0, 0}, 20, 28, "blocks is 21, must be from 1 to 20"},
           {{10'000, 500, 1, 1, 0, 8}, 20, 38, "first is 0, must be above zero, as last is"},
           {{10'000, 500, 1, 1, 8, 0}, 20, 40, "last is 0, must be above zero, as first is"},
           {{10'000, 500, 1, 1, 9, 8}, 20, 40, "last is 8, must be at least first, 9"},
           {{2 * 1025, 2, 1, 1, 0, 0}, 1025, 28, "blocks is 1: one has 1025 PDUs, at most 1024 of that size"},
           {{30'000'000, 2000, 1, 1, 0, 0}, 15'000, 22, "message_octets is 30000000, at most"}}) {
    const auto decoded = decode(encode(info), total);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().offset, at) << text;
    EXPECT_NE(decoded.error().text.find(text), std::string::npos) << decoded.error().text;
  }
  const auto decoded = decode(Fec{coded_fec_id, {1, 2, 3}}, 20);
  EXPECT_EQ(decoded.error().offset, 20U);
  EXPECT_EQ(decoded.error().text, "length of the FEC parameters is 3, must be 20");
}

TEST(CodedReceiver, ContradictionsAreRejectedAndChangeNothing) {
  auto entity = decoder();
  const Bytes text(40, 0x55);
  const FecInfo info{40, 10, 1, message_digest(text), 1, 5};
  entity.on_frame(encode(coded_address(4, encode(info))), shore_address, start);
  EXPECT_EQ(first_reason(entity), "");
  auto other = info;
  other.digest ^= 1;
  entity.on_frame(encode(coded_address(4, encode(other))), shore_address, start);
  EXPECT_EQ(first_reason(entity), "message_id_reused");
  const auto data = [&](std::uint16_t sequence, Bytes octets) {
    entity.on_frame(encode(DataPdu{6, sequence, shore, 5, std::move(octets)}), shore_address, start);
    return first_reason(entity);
  };
  EXPECT_EQ(data(1, Bytes(9, 0x55)), "conflicting_data") << "a source has the size of a symbol";
  EXPECT_EQ(data(5, Bytes(12, 0x55)), "conflicting_data") << "and parity too";
  EXPECT_EQ(data(1, Bytes(10, 0x55)), "");
  EXPECT_EQ(data(1, Bytes(10, 0x56)), "conflicting_data");
  EXPECT_EQ(data(5, Bytes(10, 0x01)), "");
  EXPECT_EQ(data(5, Bytes(10, 0x02)), "conflicting_data");
  EXPECT_EQ(entity.receptions().front().parity, 1U);
}

TEST(CodedReceiver, AfterThreeWrongDigestsTheMessageIsRefused) {
  auto entity = decoder();
  const FecInfo info{20, 10, 1, 12'345, 1, 2};  // the digest of something else
  std::size_t told = 0;
  for (unsigned i = 0; i < limits::fec_wrong_digests + 2; ++i) {
    entity.on_frame(encode(coded_address(2, encode(info))), shore_address, start);
    for (std::uint16_t n = 1; n <= 2; ++n)
      entity.on_frame(encode(DataPdu{6, n, shore, 5, Bytes(10, 1)}), shore_address, start);
    for (const auto& notice : entity.take_notices()) {
      EXPECT_FALSE(std::holds_alternative<notice::Received>(notice));
      if (const auto* r = std::get_if<notice::Rejected>(&notice)) told += r->reason == "bad_digest" ? 1U : 0U;
    }
  }
  EXPECT_EQ(told, limits::fec_wrong_digests);
  EXPECT_TRUE(entity.receptions().empty());
}

// What the next Ack says of the loss, asked for at the end of a round.
double loss_told(Entity& entity, const FecInfo& info, std::uint16_t total) {
  auto question = coded_address(total, encode(info));
  question.extra = true;
  auto now = start + std::chrono::minutes{1};
  entity.on_frame(encode(question), shore_address, now);
  for (const auto end = now + std::chrono::minutes{5}; now < end; now += std::chrono::milliseconds{100})
    if (const auto frame = entity.poll_transmit(now); frame && frame->is_ack)
      if (const auto mark = decode_mark(std::get<AckPdu>(decode(frame->octets).value().pdu).mark)) return mark->loss;
  ADD_FAILURE() << "no Ack";
  return 1;
}

// A sender goes on with a far row after its restart, and a receiver does not know where it stopped: neither is a loss.
TEST(CodedReceiver, JumpsBetweenRoundsAreNoLosses) {
  const FecInfo first{400, 10, 1, 12'345, 1, 40}, second{400, 10, 1, 12'345, 7000, 7003};
  const auto hear = [](Entity& entity, std::uint16_t from, std::uint16_t to) {
    for (auto n = from; n <= to; ++n)
      if (n % 10 != 0) entity.on_frame(encode(DataPdu{6, n, shore, 5, Bytes(10, 1)}), shore_address, start);
  };
  auto entity = decoder();
  entity.on_frame(encode(coded_address(40, encode(first))), shore_address, start);
  hear(entity, 1, 39);
  hear(entity, 7001, 7002);  // the Address_PDU of this round was lost
  EXPECT_LT(loss_told(entity, second, 40), 0.15);

  auto restarted = decoder();
  ReceptionState state;
  state.key = {shore, 5};
  state.expiry = start + std::chrono::hours{1};
  state.total = 40;
  state.destinations = {self};
  state.fragments.push_back({0, encode(first).parameters});
  state.fragments.push_back({1, Bytes(10, 1)});
  restarted.restore(state, start);
  hear(restarted, 21, 39);
  EXPECT_LT(loss_told(restarted, first, 40), 0.15);
}

// Who lost the first Address_PDU of a plain message hears repairs for others next: what they leave out is no loss.
TEST(CodedReceiver, RepairsForOthersAreNoMeasure) {
  auto entity = decoder();
  const FecInfo info{400, 10, 1, 12'345, 0, 0};
  AddressPdu plain{false, 6, Map::only, 40, shore, 5, to_unix32(start) + 3600, {}, 0, {{self, 1, {}}}};
  const auto hear = [&](std::uint16_t n) {
    entity.on_frame(encode(DataPdu{6, n, shore, 5, Bytes(10, 1)}), shore_address, start);
  };
  for (std::uint16_t n = 1; n < 40; ++n) hear(n);
  entity.on_frame(encode(plain), shore_address, start);
  for (const std::uint16_t n : {std::uint16_t{13}, std::uint16_t{22}, std::uint16_t{36}}) hear(n);
  EXPECT_LT(loss_told(entity, info, 40), 0.15);
}

// The same among coded ones: in a later round, and where repairs join the first. The parity behind them tells again.
TEST(CodedReceiver, RepairsForOthersInACodedRoundAreNoLosses) {
  for (const auto joined : {false, true}) {
    auto entity = decoder();
    const FecInfo first{800, 20, 1, 12'345, 1, 39}, second{800, 20, 1, 12'345, 3, 61},
        question{800, 20, 1, 12'345, 0, 0};
    const auto hear = [&](unsigned n) {
      entity.on_frame(encode(DataPdu{6, static_cast<std::uint16_t>(n), shore, 5, Bytes(20, 1)}), shore_address, start);
    };
    entity.on_frame(encode(coded_address(40, encode(first))), shore_address, start);
    for (auto n = 1U; n < 30; ++n) hear(n);
    if (!joined) entity.on_frame(encode(coded_address(40, encode(second))), shore_address, start);
    for (const auto n : {3U, 11U, 22U, 60U, 61U}) hear(n);
    EXPECT_LT(loss_told(entity, question, 40), 0.1) << (joined ? "joined" : "a round of their own");
  }
}

// A copy of a datagram is none of them.
TEST(CodedReceiver, ACopyDoesNotEndTheMeasuring) {
  auto entity = decoder();
  const FecInfo first{8000, 20, 1, 12'345, 1, 420}, question{8000, 20, 1, 12'345, 0, 0};
  entity.on_frame(encode(coded_address(400, encode(first))), shore_address, start);
  for (unsigned n = 1; n <= 400; n += 2)
    for (auto copies = n == 1 ? 2 : 1; copies > 0; --copies)
      entity.on_frame(encode(DataPdu{6, static_cast<std::uint16_t>(n), shore, 5, Bytes(20, 1)}), shore_address, start);
  EXPECT_NEAR(loss_told(entity, question, 400), 0.5, 0.1);
}

// Of the second of two blocks the last source but one is decoded, and so above all that came; a plain question follows.
TEST(CodedReceiver, WhatWasDecodedAboveAllThatCameDoesNotSwallowTheAck) {
  constexpr std::uint16_t total = 20;
  Peer peer;
  peer.id = shore;
  peer.coding = Coding::always;
  Parameters parameters;
  parameters.extra_address = false;
  Entity entity(self, sat64k(), parameters, {peer}, 1);
  const auto message = coded_message(3, total * 100, 1).octets;
  const CodedBook book(message, 100, {total, 2});
  const auto hear = [&](const Pdu& pdu) { entity.on_frame(encode(pdu), shore_address, start); };
  hear(coded_address(total, encode(book.info(1, 60))));
  for (std::uint16_t n = 1; n <= 18; ++n) {
    const auto at = message.begin() + (n - 1) * 100;
    hear(DataPdu{6, n, shore, 5, Bytes(at, at + 100)});
  }
  hear(DataPdu{6, 21, shore, 5, book.parity(21)});
  hear(AddressPdu{false, 6, Map::only, total, shore, 5, to_unix32(start) + 3600, {}, 0, {{self, 1, {}}}});
  std::size_t acks = 0;
  for (auto now = start; now < start + std::chrono::minutes{2}; now += std::chrono::milliseconds{100})
    if (const auto frame = entity.poll_transmit(now); frame && frame->is_ack) ++acks;
  EXPECT_GT(acks, 0U);
}

TEST(CodedReceiver, ParityIsBoundedBeforeTheCodeIsKnown) {
  auto entity = decoder();
  AddressPdu plain{false, 6, Map::only, 10, shore, 5, to_unix32(start) + 3600, {}, 0, {{self, 1, {}}}};
  entity.on_frame(encode(plain), shore_address, start);
  for (std::uint16_t n = 11; n < 200; ++n)
    entity.on_frame(encode(DataPdu{6, n, shore, 5, Bytes(100, 1)}), shore_address, start);
  EXPECT_EQ(entity.receptions().front().parity, 10U);
}

}  // namespace
}  // namespace longwire::acp142
