// Coded transfers between whole entities (docs/coded-p_mul.md): everybody gets the message, those that do not
// decode are unharmed, and a wrong symbol never makes a wrong message.
#include "acp142/fec_info.hpp"
#include "acp142/loss_estimate.hpp"
#include "acp142/pdu.hpp"
#include "base/limits.hpp"
#include "station_store.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace longwire::acp142 {
namespace {

using testing::group_address;
using testing::station_address;
using testing::station_id;
using testing::StationStore;
using testing::VirtualChannel;

Outgoing message(std::uint32_t id, std::size_t size, std::size_t receivers) {
  Outgoing out;
  out.message_id = id;
  out.expiry = Time{} + std::chrono::hours{24};
  if (receivers > 1) out.group = group_address;
  for (std::size_t i = 1; i <= receivers; ++i) out.destinations.push_back({station_id(i), id});
  Rng rng(id);
  out.octets.resize(size);
  for (auto& octet : out.octets) octet = static_cast<std::uint8_t>(rng.next());
  return out;
}

BearerTiming satcom(std::size_t max_pdu = 1472) {
  BearerTiming timing;
  timing.latency = std::chrono::milliseconds{300};
  timing.max_pdu = max_pdu;
  return timing;
}
BearerTiming hf(std::size_t max_pdu = 548) {
  using std::chrono::milliseconds;
  return {9600, true, milliseconds{2000}, milliseconds{20}, max_pdu, 28, Duration{0}};
}

Coding always(std::size_t /*at*/, std::size_t /*peer*/) { return Coding::always; }

template <class N>
std::size_t count(const VirtualChannel::Station& station) {
  std::size_t n = 0;
  for (const auto& notice : station.notices) n += std::holds_alternative<N>(notice) ? 1U : 0U;
  return n;
}
std::size_t rejected(const VirtualChannel::Station& station, std::string_view reason) {
  std::size_t n = 0;
  for (const auto& notice : station.notices)
    if (const auto* r = std::get_if<notice::Rejected>(&notice)) n += r->reason == reason ? 1U : 0U;
  return n;
}

// PDUs that station 0 puts on the air.
struct Traffic {
  std::size_t sources = 0, parity = 0, addresses = 0, coded_addresses = 0;

  void watch(VirtualChannel& channel) {
    channel.on_air = [this](std::size_t from, const Frame& frame) {
      if (from != 0) return;
      const auto pdu = decode(frame.octets).value().pdu;
      if (const auto* address = std::get_if<AddressPdu>(&pdu)) {
        if (address->fec) total = address->total;
        ++(address->fec ? coded_addresses : addresses);
      }
      if (const auto* data = std::get_if<DataPdu>(&pdu)) ++(total != 0 && data->sequence > total ? parity : sources);
    };
  }
  std::uint16_t total = 0;
};

void expect_delivered(VirtualChannel& channel, const Outgoing& sent) {
  for (std::size_t i = 1; i <= sent.destinations.size(); ++i) {
    const auto& received = channel.station(i).received;
    ASSERT_EQ(received.size(), 1U) << "station " << i;
    ASSERT_EQ(received.begin()->second.size(), 1U) << "station " << i;
    EXPECT_EQ(received.begin()->second.front().second, sent.octets) << "station " << i;
  }
  EXPECT_EQ(count<notice::Acknowledged>(channel.station(0)), sent.destinations.size());
  EXPECT_EQ(count<notice::TransferClosed>(channel.station(0)), 1U);
}

TEST(CodedTransfer, EveryReceiverGetsTheMessageOnce) {
  for (const auto& timing : {satcom(), hf(), satcom(69), hf(100)})
    for (const auto loss : {0.0, 0.05, 0.2, 0.4})
      for (const std::size_t receivers : {1U, 5U})
        for (const std::size_t size : {30U, 1000U, 10'001U}) {
          SCOPED_TRACE(std::to_string(timing.max_pdu) + " octets, loss " + std::to_string(loss) + ", " +
                       std::to_string(receivers) + " receivers, " + std::to_string(size));
          VirtualChannel channel({timing, loss}, 7);
          channel.coding = always;
          channel.add_stations(receivers + 1, {}, 7, loss);
          const auto sent = message(1, size, receivers);
          ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
          channel.run(Time{} + std::chrono::hours{20});
          expect_delivered(channel, sent);
        }
}

TEST(CodedTransfer, ALargeMessageOfSeveralBlocks) {
  VirtualChannel channel({satcom(80), 0.1}, 3);
  channel.coding = always;
  channel.add_stations(3, {}, 3, 0.1);
  Traffic traffic;
  traffic.watch(channel);
  const auto sent = message(1, 150'000, 2);
  ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
  channel.run(Time{} + std::chrono::hours{20});
  expect_delivered(channel, sent);
  EXPECT_GT(traffic.total, 2 * limits::fec_block_symbols);
  EXPECT_LT(traffic.sources + traffic.parity, traffic.total * 5U / 4) << "parity, not repeats";
}

TEST(CodedTransfer, NothingIsRepeated) {
  VirtualChannel channel({hf(), 0.2}, 5);
  channel.coding = always;
  channel.add_stations(6, {}, 5, 0.2);
  Traffic traffic;
  traffic.watch(channel);
  const auto sent = message(1, 50'000, 5);
  ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
  channel.run(Time{} + std::chrono::hours{20});
  expect_delivered(channel, sent);
  EXPECT_EQ(traffic.sources, traffic.total);
  EXPECT_GT(traffic.parity, traffic.total / 5U);
  EXPECT_LT(traffic.parity, traffic.total * 3U / 5);
}

TEST(CodedTransfer, WithoutLossItIsPlainPMulOnTheAir) {
  VirtualChannel channel({hf(), 0}, 1);
  channel.coding = always;
  channel.add_stations(3, {}, 1, 0);
  Traffic traffic;
  traffic.watch(channel);
  const auto sent = message(1, 5320, 2);
  ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
  channel.run(Time{} + std::chrono::hours{2});
  expect_delivered(channel, sent);
  EXPECT_EQ(traffic.coded_addresses, 0U);
  EXPECT_EQ(traffic.sources, 10U);
}

TEST(CodedTransfer, APlainReceiverInTheGroupIsServedAndUnharmed) {
  for (const auto& timing : {satcom(), hf()})
    for (const auto loss : {0.0, 0.2}) {
      VirtualChannel channel({timing, loss}, 11);
      channel.coding = [](std::size_t at, std::size_t peer) {
        return at == 2 || peer == 2 ? Coding::off : Coding::always;
      };
      channel.add_stations(4, {}, 11, loss);
      const auto sent = message(1, 20'000, 3);
      ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
      channel.run(Time{} + std::chrono::hours{20});
      expect_delivered(channel, sent);
      EXPECT_EQ(rejected(channel.station(2), "unknown_fec") != 0, loss != 0);
      EXPECT_EQ(rejected(channel.station(1), "unknown_fec"), 0U);
    }
}

TEST(CodedTransfer, WhoTurnsOutNotToDecodeIsServedWithoutCode) {
  for (const auto& timing : {satcom(), hf()}) {
    VirtualChannel channel({timing, 0.1}, 13);
    channel.coding = [](std::size_t at, std::size_t /*peer*/) { return at == 0 ? Coding::always : Coding::off; };
    channel.add_stations(3, {}, 13, 0.1);
    const auto sent = message(1, 10'000, 2);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    channel.run(Time{} + std::chrono::hours{20});
    expect_delivered(channel, sent);
  }
}

// It knows the message from the plain Address_PDU that begins a transfer on a channel known as clean.
TEST(CodedTransfer, AnAckWithoutAMarkIsThatOfAPlainReceiver) {
  for (const auto& timing : {satcom(), hf()}) {
    VirtualChannel channel({timing, 0}, 14);
    channel.coding = [](std::size_t at, std::size_t /*peer*/) { return at == 0 ? Coding::always : Coding::off; };
    channel.add_stations(2, {}, 14, 0);
    bool lost = false;
    channel.drop = [&](std::size_t from, std::size_t /*to*/, const Frame& frame) {
      const auto pdu = decode(frame.octets).value().pdu;
      const auto* data = std::get_if<DataPdu>(&pdu);
      return from == 0 && data != nullptr && data->sequence == 2 && !std::exchange(lost, true);
    };
    Traffic traffic;
    traffic.watch(channel);
    const auto sent = message(1, 10'000, 1);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    channel.run(Time{} + std::chrono::minutes{10});
    EXPECT_TRUE(lost);
    expect_delivered(channel, sent);
    EXPECT_EQ(traffic.coded_addresses, 0U);
    EXPECT_EQ(traffic.parity, 0U);
  }
}

TEST(CodedTransfer, CapabilityIsLearnedFromAMark) {
  VirtualChannel channel({hf(), 0.2}, 17);
  channel.coding = [](std::size_t /*at*/, std::size_t /*peer*/) { return Coding::automatic; };
  channel.add_stations(2, {}, 17, 0.2);
  Traffic traffic;
  traffic.watch(channel);
  for (std::uint32_t id = 1; id <= 2; ++id) {
    ASSERT_EQ(channel.entity(0).send(message(id, 10'000, 1), channel.now()), "");
    channel.run(channel.now() + std::chrono::hours{2});
    EXPECT_EQ(channel.station(1).received.size(), id);
    EXPECT_EQ(traffic.coded_addresses != 0, id == 2) << "message " << id;
  }
}

TEST(CodedTransfer, NothingIsMarkedTowardsAPeerThatCodingIsOffWith) {
  VirtualChannel channel({hf(), 0.2}, 19);
  channel.add_stations(2, {}, 19, 0.2);
  std::size_t acks = 0;
  channel.on_air = [&](std::size_t, const Frame& frame) {
    const auto pdu = decode(frame.octets).value().pdu;
    if (const auto* ack = std::get_if<AckPdu>(&pdu)) {
      ++acks;
      EXPECT_EQ(ack->mark, 0);
    }
  };
  ASSERT_EQ(channel.entity(0).send(message(1, 10'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::hours{2});
  EXPECT_GT(acks, 0U);
}

// ---- silent receivers

TEST(CodedTransfer, SilentReceiversHaveItAfterTheCarouselAndLateAcksCostNothing) {
  std::size_t delivered = 0, octets = 0;
  constexpr std::size_t receivers = 5, worlds = 40, size = 10'000;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    VirtualChannel channel({hf(), 0.2}, seed);
    channel.coding = always;
    channel.add_stations(receivers + 1, {}, seed, 0.2);
    Traffic traffic;
    traffic.watch(channel);
    for (std::size_t i = 1; i <= receivers; ++i) {
      channel.entity(i).set_emcon(true, Time{});
      channel.entity(0).set_peer_emcon(station_id(i), true, Time{});
    }
    const auto sent = message(1, size, receivers);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    channel.run(Time{} + std::chrono::hours{2});
    std::size_t here = 0;
    for (std::size_t i = 1; i <= receivers; ++i) {
      here += channel.station(i).received.size();
      EXPECT_EQ(channel.station(i).frames_sent, 0U);
    }
    delivered += here;
    octets += channel.station(0).octets_sent;
    const auto before = traffic.sources + traffic.parity;
    for (std::size_t i = 1; i <= receivers; ++i) channel.entity(i).set_emcon(false, channel.now());
    channel.run(channel.now() + std::chrono::hours{2});
    expect_delivered(channel, sent);
    if (here == receivers) {
      EXPECT_EQ(traffic.sources + traffic.parity, before) << "they have everything";
    }
  }
  EXPECT_GE(delivered + 1, worlds * receivers);
  // 1.94 lengths with the headers of IP, UDP and Data_PDU, and eight Address_PDUs.
  EXPECT_LT(octets, worlds * size * 21 / 10);
}

// ---- restart

TEST(CodedTransfer, ReceiverAndSenderGoOnAfterARestart) {
  for (const auto restarted : {0U, 1U})
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
      VirtualChannel channel({hf(), 0.3}, seed);
      channel.coding = always;
      channel.add_stations(3, {}, seed, 0.1);  // less loss than there is: there will be rounds
      StationStore store;
      channel.on_notice = [&](std::size_t at, const Notice& notice) {
        if (at == restarted) store.apply(notice);
      };
      Traffic traffic;
      traffic.watch(channel);
      const auto sent = message(1, 20'000, 2);
      if (restarted == 0) store.sent(sent);
      ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
      channel.run(Time{} + std::chrono::seconds{5 + 4 * seed});
      auto entity = channel.make(restarted, 3, {}, 99 + seed, 0.1);
      store.restore(*entity, channel.now());
      channel.station(restarted).entity = std::move(entity);
      channel.collect();
      channel.run(Time{} + std::chrono::hours{20});
      expect_delivered(channel, sent);
      if (restarted == 1) {
        EXPECT_EQ(traffic.sources, traffic.total) << "what it stored is not sent again";
      }
    }
}

// ---- wrong symbols

// Alters every n-th fragment that arrives and sets the checksum right.
class Forger {
 public:
  explicit Forger(std::size_t every) : every_(every) {}
  Bytes operator()(const Bytes& octets) {
    auto decoded = decode(octets).value();
    auto* data = std::get_if<DataPdu>(&decoded.pdu);
    if (data == nullptr || data->octets.empty() || ++seen_ % every_ != 0) return octets;
    data->octets[seen_ % data->octets.size()] ^= 0x40;
    ++forged;
    return encode(decoded.pdu);
  }
  std::size_t forged = 0;

 private:
  std::size_t every_, seen_ = 0;
};

struct Pair {
  explicit Pair(const BearerTiming& timing) {
    for (std::size_t i = 0; i < 2; ++i) {
      Peer peer;
      peer.id = station_id(1 - i);
      peer.loss = 0.3;
      peer.coding = Coding::always;
      entities.emplace_back(station_id(i), timing, Parameters{}, std::vector<Peer>{peer}, i + 1);
    }
  }
  std::vector<Entity> entities;
};

TEST(CodedTransfer, AWrongSymbolNeverMakesAWrongMessage) {
  std::size_t forged = 0, delivered = 0, told = 0;
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    Pair pair(satcom(200));
    Rng rng(seed);
    Forger forger(40 + seed % 20);
    const auto sent = message(1, 8000, 1);
    Time now{};
    ASSERT_EQ(pair.entities[0].send(sent, now), "");
    for (int i = 0; i < 4000; ++i) {
      now += std::chrono::milliseconds{50};
      for (std::size_t at = 0; at < 2; ++at) {
        const auto frame = pair.entities[at].poll_transmit(now);
        if (!frame) continue;
        pair.entities[at].transmitted(now + std::chrono::milliseconds{25});
        if (rng.chance(0.3)) continue;
        const auto octets = at == 0 && i < 1500 ? forger(frame->octets) : frame->octets;
        pair.entities[1 - at].on_frame(octets, station_address(at), now);
        for (const auto& notice : pair.entities[1 - at].take_notices()) {
          if (const auto* r = std::get_if<notice::Rejected>(&notice)) told += r->reason == "bad_digest" ? 1U : 0U;
          if (const auto* received = std::get_if<notice::Received>(&notice)) {
            EXPECT_EQ(received->octets, sent.octets) << "seed " << seed;
            ++delivered;
            pair.entities[1].accept(received->key, now);
          }
        }
      }
    }
    forged += forger.forged;
  }
  EXPECT_GT(forged, 30U);
  EXPECT_GT(told, 10U) << "the test can fail";
  EXPECT_GE(delivered, 60U);
}

// ---- one receiver by hand

constexpr PmulId self{0x0A420001}, shore{0x0A420009};
constexpr Ipv4 shore_address{0x0A420009};
const Time start = from_unix(1'700'000'000);

Entity decoder(const BearerTiming& timing = satcom()) {
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
