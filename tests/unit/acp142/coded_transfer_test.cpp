// Coded transfers between whole entities (docs/coded-p_mul.md): everybody gets the message, those that do not
// decode are unharmed, and a wrong symbol never makes a wrong message.
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
  EXPECT_EQ(count_notices<notice::Acknowledged>(channel.station(0)), sent.destinations.size());
  EXPECT_EQ(count_notices<notice::TransferClosed>(channel.station(0)), 1U);
}

TEST(CodedTransfer, EveryReceiverGetsTheMessageOnce) {
  for (const auto& timing : {sat64k(), hf9600(), sat64k(69), hf9600(100)})
    for (const auto loss : {0.0, 0.05, 0.2, 0.4})
      for (const std::size_t receivers : {1U, 5U})
        for (const std::size_t size : {30U, 1000U, 10'001U}) {
          SCOPED_TRACE(std::to_string(timing.max_pdu) + " octets, loss " + std::to_string(loss) + ", " +
                       std::to_string(receivers) + " receivers, " + std::to_string(size));
          VirtualChannel channel({timing, loss}, 7);
          channel.coding = always_coded;
          channel.add_stations(receivers + 1, {}, 7, loss);
          const auto sent = coded_message(1, size, receivers);
          ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
          channel.run(Time{} + std::chrono::hours{20});
          expect_delivered(channel, sent);
        }
}

TEST(CodedTransfer, ALargeMessageOfSeveralBlocks) {
  VirtualChannel channel({sat64k(80), 0.1}, 3);
  channel.coding = always_coded;
  channel.add_stations(3, {}, 3, 0.1);
  Traffic traffic;
  traffic.watch(channel);
  const auto sent = coded_message(1, 150'000, 2);
  ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
  channel.run(Time{} + std::chrono::hours{20});
  expect_delivered(channel, sent);
  EXPECT_GT(traffic.total, 2 * limits::fec_block_symbols);
  EXPECT_LT(traffic.sources + traffic.parity, traffic.total * 5U / 4) << "parity, not repeats";
}

TEST(CodedTransfer, NothingIsRepeated) {
  VirtualChannel channel({hf9600(), 0.2}, 5);
  channel.coding = always_coded;
  channel.add_stations(6, {}, 5, 0.2);
  Traffic traffic;
  traffic.watch(channel);
  const auto sent = coded_message(1, 50'000, 5);
  ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
  channel.run(Time{} + std::chrono::hours{20});
  expect_delivered(channel, sent);
  EXPECT_EQ(traffic.sources, traffic.total);
  EXPECT_GT(traffic.parity, traffic.total / 5U);
  EXPECT_LT(traffic.parity, traffic.total * 3U / 5);
}

TEST(CodedTransfer, WithoutLossItIsPlainPMulOnTheAir) {
  VirtualChannel channel({hf9600(), 0}, 1);
  channel.coding = always_coded;
  channel.add_stations(3, {}, 1, 0);
  Traffic traffic;
  traffic.watch(channel);
  const auto sent = coded_message(1, 5320, 2);
  ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
  channel.run(Time{} + std::chrono::hours{2});
  expect_delivered(channel, sent);
  EXPECT_EQ(traffic.coded_addresses, 0U);
  EXPECT_EQ(traffic.sources, 10U);
}

TEST(CodedTransfer, APlainReceiverInTheGroupIsServedAndUnharmed) {
  for (const auto& timing : {sat64k(), hf9600()})
    for (const auto loss : {0.0, 0.2}) {
      VirtualChannel channel({timing, loss}, 11);
      channel.coding = [](std::size_t at, std::size_t peer) {
        return at == 2 || peer == 2 ? Coding::off : Coding::always;
      };
      channel.add_stations(6, {}, 11, loss);
      const auto sent = coded_message(1, 20'000, 5);
      ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
      channel.run(Time{} + std::chrono::hours{20});
      expect_delivered(channel, sent);
      EXPECT_EQ(rejected(channel.station(2), "unknown_fec") != 0, loss != 0);
      EXPECT_EQ(rejected(channel.station(1), "unknown_fec"), 0U);
    }
}

TEST(CodedTransfer, WhoTurnsOutNotToDecodeIsServedWithoutCode) {
  for (const auto& timing : {sat64k(), hf9600()}) {
    VirtualChannel channel({timing, 0.1}, 13);
    channel.coding = [](std::size_t at, std::size_t /*peer*/) { return at == 0 ? Coding::always : Coding::off; };
    channel.add_stations(3, {}, 13, 0.1);
    const auto sent = coded_message(1, 10'000, 2);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    channel.run(Time{} + std::chrono::hours{20});
    expect_delivered(channel, sent);
  }
}

// It knows the message from the plain Address_PDU that begins a transfer on a channel known as clean.
TEST(CodedTransfer, AnAckWithoutAMarkIsThatOfAPlainReceiver) {
  for (const auto& timing : {sat64k(), hf9600()}) {
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
    const auto sent = coded_message(1, 10'000, 1);
    ASSERT_EQ(channel.entity(0).send(sent, Time{}), "");
    channel.run(Time{} + std::chrono::minutes{10});
    EXPECT_TRUE(lost);
    expect_delivered(channel, sent);
    EXPECT_EQ(traffic.coded_addresses, 0U);
    EXPECT_EQ(traffic.parity, 0U);
  }
}

TEST(CodedTransfer, CapabilityIsLearnedFromAMark) {
  VirtualChannel channel({hf9600(), 0.2}, 17);
  channel.coding = [](std::size_t /*at*/, std::size_t /*peer*/) { return Coding::automatic; };
  channel.add_stations(2, {}, 17, 0.2);
  Traffic traffic;
  traffic.watch(channel);
  for (std::uint32_t id = 1; id <= 2; ++id) {
    ASSERT_EQ(channel.entity(0).send(coded_message(id, 10'000, 1), channel.now()), "");
    channel.run(channel.now() + std::chrono::hours{2});
    EXPECT_EQ(channel.station(1).received.size(), id);
    EXPECT_EQ(traffic.coded_addresses != 0, id == 2) << "message " << id;
  }
}

TEST(CodedTransfer, NothingIsMarkedTowardsAPeerThatCodingIsOffWith) {
  VirtualChannel channel({hf9600(), 0.2}, 19);
  channel.add_stations(2, {}, 19, 0.2);
  std::size_t acks = 0;
  channel.on_air = [&](std::size_t, const Frame& frame) {
    const auto pdu = decode(frame.octets).value().pdu;
    if (const auto* ack = std::get_if<AckPdu>(&pdu)) {
      ++acks;
      EXPECT_EQ(ack->mark, 0);
    }
  };
  ASSERT_EQ(channel.entity(0).send(coded_message(1, 10'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::hours{2});
  EXPECT_GT(acks, 0U);
}

// ---- silent receivers

TEST(CodedTransfer, SilentReceiversHaveItAfterTheCarouselAndLateAcksCostNothing) {
  std::size_t delivered = 0, octets = 0;
  constexpr std::size_t receivers = 5, worlds = 40, size = 10'000;
  for (std::uint64_t seed = 1; seed <= worlds; ++seed) {
    VirtualChannel channel({hf9600(), 0.2}, seed);
    channel.coding = always_coded;
    channel.add_stations(receivers + 1, {}, seed, 0.2);
    Traffic traffic;
    traffic.watch(channel);
    for (std::size_t i = 1; i <= receivers; ++i) {
      channel.entity(i).set_emcon(true, Time{});
      channel.entity(0).set_peer_emcon(station_id(i), true, Time{});
    }
    const auto sent = coded_message(1, size, receivers);
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
      VirtualChannel channel({hf9600(), 0.3}, seed);
      channel.coding = always_coded;
      channel.add_stations(3, {}, seed, 0.1);  // less loss than there is: there will be rounds
      StationStore store;
      channel.on_notice = [&](std::size_t at, const Notice& notice) {
        if (at == restarted) store.apply(notice);
      };
      Traffic traffic;
      traffic.watch(channel);
      const auto sent = coded_message(1, 20'000, 2);
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
    Pair pair(sat64k(200));
    Rng rng(seed);
    Forger forger(40 + seed % 20);
    const auto sent = coded_message(1, 8000, 1);
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

}  // namespace
}  // namespace longwire::acp142
