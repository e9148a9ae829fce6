// What a hostile or unlucky neighbour must not be able to do: stall a transfer, shut out a source,
// redirect or falsely end a transfer, or reach memory that is gone.
#include "acp142/entity.hpp"
#include "acp142/pdu.hpp"
#include "base/limits.hpp"
#include "lone_entity.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using lone::feed;
using lone::self;
using lone::shore;
using lone::shore_address;
using lone::start;
using lone::take;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::group_address;
using testing::Link;
using testing::station_id;
using testing::VirtualChannel;

Entity lone_entity(bool address_known = true, const BearerTiming& timing = {}) {
  Peer peer;
  peer.id = shore;
  if (address_known) peer.address = shore_address;
  return Entity(self, timing, {}, {peer}, 1);
}
AddressPdu address(std::uint32_t id, std::uint16_t total, std::uint8_t priority = 6) {
  return {false, priority, Map::only, total, shore, id, to_unix32(start) + 86'400, {}, 0, {{self, id, {}}}};
}
DataPdu data(std::uint32_t id, std::uint16_t sequence, std::uint8_t priority = 6) {
  return {priority, sequence, shore, id, {1, 2, 3}};
}
AckPdu complete_ack(std::uint32_t id) { return {6, shore, {{self, id, {}, false}}, {}}; }
Outgoing to_shore(std::uint32_t id, std::size_t size) {
  Outgoing out;
  out.message_id = id;
  out.expiry = start + hours{24};
  out.destinations = {{shore, id}};
  out.octets = Bytes(size, 1);
  return out;
}
// Nobody may wait for nothing: with a destination that can answer, something is to be sent or a timer
// before expiry runs.
TEST(EntityProgress, ALiveTransferNeverWaitsForItsExpiryAlone) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Rng rng(seed);
    Link link;
    link.timing.latency = milliseconds{static_cast<int>(seed % 3) * 130};
    link.timing.max_pdu = 1000;
    link.timing.half_duplex = seed % 5 == 0;
    link.loss = 0.05 * static_cast<double>(1 + rng.below(6));
    VirtualChannel channel(link, seed);
    channel.keep_notices = false;
    channel.add_stations(2 + rng.below(3), {}, seed, link.loss);
    Outgoing out;
    out.message_id = 7;
    out.expiry = Time{} + hours{24};
    if (channel.size() > 2) out.group = group_address;
    for (std::size_t i = 1; i < channel.size(); ++i) out.destinations.push_back({station_id(i), 1});
    out.octets = Bytes(1000 * (3 + rng.below(60)), 1);
    ASSERT_EQ(channel.entity(0).send(out, channel.now()), "");
    const auto over = channel.run(Time{} + hours{2}, [&] {
      auto& entity = channel.entity(0);
      if (entity.transfers().empty()) return true;
      EXPECT_TRUE(entity.wants_to_send(channel.now()) || entity.next_wake() < out.expiry) << "seed " << seed;
      return ::testing::Test::HasFailure();
    });
    ASSERT_TRUE(over) << "seed " << seed;
    if (HasFailure()) return;
  }
}

TEST(EntityProgress, ASilentPeerDeclaredEmconAtAnyMomentIsServedWhenItIsBack) {
  for (const auto half : {false, true})
    for (int when = 5; when < 1000; when += 7) {
      Link link;
      link.timing.rate_bps = 9600;
      link.timing.half_duplex = half;
      link.timing.max_pdu = 500;
      if (half) link.timing.turnaround = seconds{1};
      VirtualChannel channel(link, static_cast<std::uint64_t>(when));
      channel.add_stations(2, {}, 1);
      channel.drop = [](auto, auto, const auto&) { return true; };
      Outgoing out;
      out.message_id = 7;
      out.expiry = Time{} + hours{24};
      out.destinations = {{station_id(1), 1}};
      out.octets = Bytes(3000, 1);
      ASSERT_EQ(channel.entity(0).send(out, channel.now()), "");
      channel.run(Time{} + seconds{when});
      if (channel.entity(0).transfers().empty()) break;
      channel.entity(0).set_peer_emcon(station_id(1), true, channel.now());
      channel.collect();
      channel.run(Time{} + hours{3});
      channel.drop = nullptr;
      channel.entity(0).set_peer_emcon(station_id(1), false, channel.now());
      channel.collect();
      channel.run(Time{} + hours{5});
      ASSERT_EQ(channel.station(1).received.size(), 1U) << "declared after " << when << " s, half duplex " << half;
    }
}

TEST(EntityMemory, WhatIsOverIsBoundedEvenWhenNothingCouldBeAcknowledged) {
  constexpr auto most = static_cast<std::uint32_t>(limits::remembered_messages_per_source);
  for (const auto closed : {false, true}) {  // false: nothing but deliveries that still owe their Ack
    auto entity = lone_entity();
    entity.set_emcon(true, start);
    auto now = start;
    for (std::uint32_t id = 1; id <= most + 1; ++id) {
      now += milliseconds{10};
      feed(entity, address(id, 1), now);
      feed(entity, data(id, 1), now);
      entity.accept({shore, id}, now);
      if (id == most) {
        EXPECT_EQ(entity.receptions().size(), most);
      }
      if (id == most && closed) {
        auto ack_ack = address(1, 1);
        ack_ack.destinations.clear();
        feed(entity, ack_ack, now);
      }
      entity.take_notices();
    }
    const auto known = entity.receptions();
    EXPECT_EQ(known.size(), most);
    EXPECT_EQ(known.front().key.message_id, 2U) << "the one that opened first is forgotten";
    // The end of one that was forgotten, and of one that was not.
    for (const std::uint32_t id : {1U, 2U}) {
      auto ack_ack = address(id, 1);
      ack_ack.destinations.clear();
      feed(entity, ack_ack, now);
    }
    EXPECT_EQ(entity.receptions().size(), most);
  }
}

// A receiver that tells of a gap twice, as much is lost. An empty list means "complete".
struct GapToldTwice {
  GapToldTwice() : channel({timing(), 0}, 1) {
    channel.add_stations(2, {}, 1, 0.4);
    announce();
    data(1);
    data(3);
    const auto first = poll();
    EXPECT_EQ(missing(first), 1U);
  }
  static BearerTiming timing() {
    BearerTiming out;
    out.latency = milliseconds{300};
    return out;
  }
  void hear(const Pdu& pdu) { channel.entity(1).on_frame(encode(pdu), testing::station_address(0), now); }
  void announce() {
    hear(AddressPdu{
        false, 6, Map::only, total, station_id(0), 1, to_unix32(now) + 3600, {}, 0, {{station_id(1), 1, {}}}});
  }
  void data(std::uint16_t n) { hear(DataPdu{6, n, station_id(0), 1, Bytes(1000, 1)}); }
  std::optional<Frame> poll(Duration later = {}) { return channel.entity(1).poll_transmit(now + later); }
  // Nothing: no Ack.
  static std::optional<std::size_t> missing(const std::optional<Frame>& frame) {
    if (!frame || !frame->is_ack) return std::nullopt;
    return std::get<AckPdu>(decode(frame->octets).value().pdu).entries.at(0).missing.size();
  }

  static constexpr std::uint16_t total = 5;
  testing::VirtualChannel channel;
  const Time now = from_unix(1'700'000'000);
};

TEST(EntityAck, AGapThatClosesBetweenTwoCopiesOfItsAckDoesNotMakeAMessageComplete) {
  GapToldTwice scene;
  scene.announce();  // repairs follow
  scene.data(2);
  EXPECT_NE(scene.missing(scene.poll()), 0U);
  scene.data(5);
  EXPECT_EQ(scene.missing(scene.poll(std::chrono::minutes{1})), 1U) << "it still tells what is missing";
}

TEST(EntityAck, NoCopyOfAnAckSaysCompleteBeforeTheMessageIsStored) {
  GapToldTwice scene;
  for (const std::uint16_t n : std::vector<std::uint16_t>{2, 4, 5}) scene.data(n);
  EXPECT_EQ(scene.missing(scene.poll()), std::nullopt) << "its owner has not accepted it";
  scene.channel.entity(1).accept({station_id(0), 1}, scene.now);
  EXPECT_EQ(scene.missing(scene.poll(std::chrono::minutes{1})), 0U);
}

TEST(EntityAck, ACompleteAckBeforeEverythingWasSentIsNotBelieved) {
  auto entity = lone_entity();
  ASSERT_EQ(entity.send(to_shore(7, 10'000), start), "");
  auto now = start;
  feed(entity, complete_ack(7), now);
  auto rejected = take<notice::Rejected>(entity);
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].reason, "early_ack");
  std::size_t sent = 0;
  const std::size_t pdus = 1 + (10'000 + 1383) / 1384;  // the Address_PDU and all Data_PDUs
  for (; sent + 1 < pdus; ++sent) ASSERT_TRUE(entity.poll_transmit(now += seconds{1}));
  feed(entity, complete_ack(7), now += seconds{1});
  EXPECT_EQ(take<notice::Acknowledged>(entity).size(), 0U) << "the last one is not sent";
  ASSERT_TRUE(entity.poll_transmit(now));
  feed(entity, complete_ack(7), now += seconds{1});
  EXPECT_EQ(take<notice::Acknowledged>(entity).size(), 1U);
  EXPECT_TRUE(entity.transfers().empty());
}

TEST(EntityAck, ATransferThatWasStartedBeforeARestartMayBeCompleteAlready) {
  auto entity = lone_entity();
  SendingState state;
  state.started = true;
  state.fragment_octets = 1384;
  state.destinations.push_back({shore, false, false, false, {}});
  ASSERT_EQ(entity.restore(to_shore(7, 10'000), state, start), "");
  feed(entity, complete_ack(7), start + seconds{1});
  EXPECT_EQ(take<notice::Acknowledged>(entity).size(), 1U);
}

TEST(EntityAck, OnlyAnAckForUsShowsThatAPeerLeftEmcon) {
  auto entity = lone_entity();
  entity.set_peer_emcon(shore, true, start);
  ASSERT_EQ(entity.send(to_shore(7, 100), start), "");
  while (entity.poll_transmit(start)) {
  }
  feed(entity, AckPdu{6, shore, {{PmulId{4711}, 7, {}, false}}, {}}, start + seconds{5});
  EXPECT_TRUE(take<notice::PeerLeftEmcon>(entity).empty());
  EXPECT_TRUE(entity.transfers().at(0).destinations.at(0).emcon);
  feed(entity, complete_ack(7), start + seconds{6});
  EXPECT_EQ(take<notice::PeerLeftEmcon>(entity).size(), 1U);
}

TEST(EntityInput, EverybodyEverListedIsNamedAlsoAfterARestart) {
  auto entity = lone_entity();
  auto list = address(1, 2);
  list.destinations = {{self, 1, {}}, {PmulId{0x0A420005}, 1, {}}};
  feed(entity, list, start);
  list.destinations = {{self, 1, {}}};  // the other one has acknowledged
  feed(entity, list, start + seconds{1});
  const auto opened = take<notice::ReceptionOpened>(entity);
  ASSERT_EQ(opened.size(), 1U);
  auto after = lone_entity();
  after.restore({{shore, 1}, opened[0].expiry, 6, 2, 1, opened[0].destinations, false, false, {}}, start);
  for (auto* one : {&entity, &after}) {
    feed(*one, list, start + seconds{2});
    for (const std::uint16_t n : {std::uint16_t{1}, std::uint16_t{2}}) feed(*one, data(1, n), start + seconds{3});
    const auto received = take<notice::Received>(*one);
    ASSERT_EQ(received.size(), 1U);
    EXPECT_EQ(received[0].destinations, (std::vector<PmulId>{self, PmulId{0x0A420005}}));
  }
}

TEST(EntityInput, ForgedReceptionsDoNotShutOutTheirSource) {
  auto entity = lone_entity();
  for (std::uint32_t id = 1; id <= limits::receptions_per_source; ++id) {
    feed(entity, address(1000 + id, 65'535), start);
    feed(entity, data(1000 + id, 1), start);
  }
  feed(entity, address(1, 1, 2), start);
  feed(entity, data(1, 1, 2), start);
  EXPECT_EQ(take<notice::Received>(entity).size(), 1U) << "the more urgent is never refused";
  feed(entity, address(2, 1), start + minutes{5});
  feed(entity, data(2, 1), start + minutes{5});
  EXPECT_EQ(take<notice::Received>(entity).size(), 1U) << "what makes no progress gives way";
}

}  // namespace
}  // namespace longwire::acp142
