#include "acp142/entity.hpp"

#include "acp142/pdu.hpp"
#include "base/limits.hpp"
#include "lone_entity.hpp"
#include "station_store.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using namespace lone;
using namespace testing;

Bytes payload(std::size_t size, std::uint64_t seed = 1) {
  Rng rng(seed);
  Bytes octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(rng.next());
  return octets;
}

Outgoing message(std::uint32_t id, std::size_t size, std::size_t receivers, std::uint8_t priority = 6) {
  Outgoing out;
  out.message_id = id;
  out.priority = priority;
  out.expiry = Time{} + std::chrono::hours{24};
  if (receivers > 1) out.group = group_address;
  for (std::size_t i = 1; i <= receivers; ++i) out.destinations.push_back({station_id(i), id});
  out.octets = payload(size, id);
  return out;
}

BearerTiming hf() {
  using std::chrono::milliseconds;
  return {9600, true, milliseconds{2000}, milliseconds{20}, 548, 28, Duration{0}};
}

template <class N>
std::size_t count(const VirtualChannel::Station& station) {
  std::size_t n = 0;
  for (const auto& notice : station.notices) n += std::holds_alternative<N>(notice) ? 1U : 0U;
  return n;
}

TEST(Entity, EveryReceiverGetsTheMessageOnceAndTheSenderKnows) {
  for (const auto& timing : {satcom(), hf()})
    for (const auto loss : {0.0, 0.2})
      for (const std::size_t receivers : {1U, 5U}) {
        VirtualChannel channel({timing, loss}, 7);
        channel.add_stations(receivers + 1, {}, 7);
        ASSERT_EQ(channel.entity(0).send(message(1, 10'000, receivers), Time{}), "");
        channel.run(Time{} + std::chrono::hours{2});
        EXPECT_EQ(count<notice::Acknowledged>(channel.station(0)), receivers);
        EXPECT_EQ(count<notice::TransferClosed>(channel.station(0)), 1U);
        for (std::size_t i = 1; i <= receivers; ++i) {
          const auto& received = channel.station(i).received;
          ASSERT_EQ(received.size(), 1U);
          ASSERT_EQ(received.begin()->second.size(), 1U);
          EXPECT_EQ(received.begin()->second.front().second, payload(10'000, 1));
        }
      }
}

// ---- sending

TEST(EntitySend, RefusalsAreNamed) {
  auto entity = lone_entity();
  const auto to_shore = [](std::uint32_t id) {
    auto out = message(id, 10, 1);
    out.expiry = start + std::chrono::hours{1};
    out.destinations = {{shore, 1}};
    return out;
  };
  EXPECT_EQ(entity.send(to_shore(1), start), "");
  EXPECT_EQ(entity.send(to_shore(1), start), "duplicate_message_id");
  auto out = to_shore(2);
  out.octets.clear();
  EXPECT_EQ(entity.send(out, start), "empty_message");
  out = to_shore(2);
  out.destinations.clear();
  EXPECT_EQ(entity.send(out, start), "no_destination");
  out = to_shore(2);
  out.destinations[0].id = PmulId{4711};
  EXPECT_EQ(entity.send(out, start), "unknown_peer");
  out = to_shore(2);
  out.group = group_address;
  out.destinations.push_back({shore, 2});
  EXPECT_EQ(entity.send(out, start), "duplicate_destination");
  auto small = satcom();
  small.max_pdu = 116;
  auto narrow = lone_entity(small);
  out.destinations = {{shore, 1}};
  out.group.reset();
  out.octets.assign(limits::data_pdus * 100, 0);
  EXPECT_EQ(narrow.send(out, start), "");
  out.message_id = 3;
  out.octets.push_back(0);
  EXPECT_EQ(narrow.send(out, start), "too_large");
  out.octets.resize(1);
  out.group = group_address;
  out.destinations.clear();
  for (std::uint32_t i = 0; i <= limits::destinations; ++i) out.destinations.push_back({PmulId{i + 1}, 1});
  EXPECT_EQ(narrow.send(out, start), "too_many_destinations");
  out.destinations.resize(2);
  out.group.reset();
  EXPECT_EQ(narrow.send(out, start), "no_group");
}

TEST(EntitySend, FlashGoesBetweenAnyTwoPdusOfARoutineMessage) {
  for (const auto& timing : {satcom(), hf()}) {
    VirtualChannel channel({timing, 0}, 1);
    channel.add_stations(2, {}, 1);
    ASSERT_EQ(channel.entity(0).send(message(1, 100'000, 1, 8), Time{}), "");
    channel.run(Time{} + std::chrono::seconds{6});
    ASSERT_EQ(channel.entity(0).send(message(2, 300, 1, 2), channel.now()), "");
    const auto sent = channel.now();
    std::vector<std::uint32_t> order;
    channel.on_air = [&](std::size_t from, const Frame& frame) {
      if (from == 0) order.push_back(frame.message_id);
    };
    const ReceptionKey flash{station_id(0), 2};
    channel.run(sent + std::chrono::minutes{5}, [&] { return channel.station(1).received.contains(flash); });
    ASSERT_FALSE(order.empty());
    EXPECT_EQ(order.front(), 2U) << "FLASH is the very next PDU";
    EXPECT_LT(channel.now() - sent, std::chrono::milliseconds{2500});
    channel.run(Time{} + std::chrono::hours{1});
    EXPECT_EQ(channel.station(1).received.size(), 2U);
  }
}

TEST(EntitySend, ASilentDestinationIsGivenUpAndTheOthersAreNot) {
  VirtualChannel channel({satcom(), 0}, 1);
  channel.add_stations(4, {}, 1);
  channel.station(2).up = false;
  ASSERT_EQ(channel.entity(0).send(message(1, 20'000, 3), Time{}), "");
  channel.run(Time{} + std::chrono::hours{6});
  std::vector<std::string> fates;
  for (const auto& notice : channel.station(0).notices) {
    if (const auto* n = std::get_if<notice::Acknowledged>(&notice))
      fates.push_back("done " + to_string(n->destination));
    if (const auto* n = std::get_if<notice::Failed>(&notice))
      fates.push_back(std::string(n->reason) + " " + to_string(n->destination));
  }
  EXPECT_EQ(fates, (Names{"done 10.66.0.2", "done 10.66.0.4", "gave_up 10.66.0.3"}));
  EXPECT_EQ(count<notice::TransferClosed>(channel.station(0)), 1U);
}

TEST(EntitySend, ADestinationThatComesBackIsServedAtOnce) {
  VirtualChannel channel({satcom(), 0}, 1);
  channel.add_stations(2, {}, 1);
  channel.station(1).up = false;
  ASSERT_EQ(channel.entity(0).send(message(1, 20'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::minutes{3});
  channel.station(1).up = true;
  ASSERT_EQ(channel.entity(1).send(
                [] {
                  auto out = message(9, 100, 1);
                  out.destinations = {{station_id(0), 1}};
                  return out;
                }(),
                channel.now()),
            "");
  channel.run(channel.now() + std::chrono::seconds{8});
  EXPECT_EQ(channel.station(1).received.size(), 1U);
}

TEST(EntitySend, APeerThatTalksButNeverAnswersIsNotAskedAtEveryPduOfIt) {
  auto entity = lone_entity();
  Outgoing out = message(5, 3000, 1);
  out.destinations = {{shore, 1}};
  out.expiry = start + std::chrono::hours{20};
  ASSERT_EQ(entity.send(out, start), "");
  std::size_t sent = 0;
  for (int s = 0; s < 3600; ++s) {
    const auto now = start + std::chrono::seconds{s};
    feed(entity, data(77, static_cast<std::uint16_t>(1 + s)), now);
    sent += poll_all(entity, now).size();
  }
  EXPECT_LT(sent, 60U);
  EXPECT_TRUE(entity.transfers().empty()) << "given up in the end";
}

TEST(EntitySend, ExpiryDiscardsAndReports) {
  auto entity = lone_entity();
  Outgoing out = message(5, 5000, 1);
  out.destinations = {{shore, 1}};
  out.expiry = start + std::chrono::seconds{60};
  ASSERT_EQ(entity.send(out, start), "");
  EXPECT_GE(poll_all(entity, start).size(), 5U);
  const auto pdus = poll_all(entity, start + std::chrono::seconds{60});
  ASSERT_EQ(pdus.size(), 1U);
  EXPECT_EQ(std::get<DiscardMessagePdu>(pdus[0]).message_id, 5U);
  const auto notices = entity.take_notices();
  const auto* failed = std::get_if<notice::Failed>(&notices.at(notices.size() - 2));
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->reason, "expired");
  EXPECT_TRUE(std::holds_alternative<notice::TransferClosed>(notices.back()));
}

TEST(EntitySend, CancelDiscardsAtTheReceiverToo) {
  VirtualChannel channel({hf(), 0}, 1);
  channel.add_stations(2, {}, 1);
  ASSERT_EQ(channel.entity(0).send(message(1, 50'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::seconds{10});
  EXPECT_EQ(channel.entity(1).receptions().size(), 1U);
  channel.entity(0).cancel(1, channel.now());
  channel.run(channel.now() + std::chrono::seconds{10});
  EXPECT_TRUE(channel.entity(0).transfers().empty());
  EXPECT_TRUE(channel.entity(1).receptions().empty());
  EXPECT_EQ(count<notice::Failed>(channel.station(0)), 1U);
}

TEST(EntitySend, AHeldTransferIsStillAndGoesOn) {
  VirtualChannel channel({satcom(), 0}, 1);
  channel.add_stations(2, {}, 1);
  ASSERT_EQ(channel.entity(0).send(message(1, 50'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::seconds{2});
  channel.entity(0).hold(1, true, channel.now());
  const auto sent = channel.station(0).frames_sent;
  channel.run(channel.now() + std::chrono::hours{1});
  EXPECT_EQ(channel.station(0).frames_sent, sent);
  channel.entity(0).hold(1, false, channel.now());
  channel.run(channel.now() + std::chrono::minutes{1});
  EXPECT_EQ(channel.station(1).received.size(), 1U);
  EXPECT_LE(channel.station(0).frames_sent, 35U + 6U) << "nothing is sent twice because of a hold";
}

TEST(EntitySend, ACompleteAckAfterTheEndIsAnsweredOnceMore) {
  auto entity = lone_entity();
  Outgoing out = message(5, 10, 1);
  out.destinations = {{shore, 1}};
  out.expiry = start + std::chrono::hours{1};
  ASSERT_EQ(entity.send(out, start), "");
  poll_all(entity, start);
  const AckPdu ack{6, shore, {{self, 5, {}, false}}, {}};
  feed(entity, ack, start + std::chrono::seconds{2});
  auto pdus = poll_all(entity, start + std::chrono::seconds{2});
  ASSERT_EQ(pdus.size(), 1U);
  EXPECT_TRUE(std::get<AddressPdu>(pdus[0]).is_ack_ack());
  feed(entity, ack, start + std::chrono::milliseconds{2100});  // its second copy
  EXPECT_TRUE(poll_all(entity, start + std::chrono::milliseconds{2200}).empty());
  feed(entity, ack, start + std::chrono::seconds{60});
  pdus = poll_all(entity, start + std::chrono::seconds{60});
  ASSERT_EQ(pdus.size(), 1U);
  EXPECT_TRUE(std::get<AddressPdu>(pdus[0]).is_ack_ack());
}

TEST(EntitySend, AcksOfOthersAndForUnknownMessagesChangeNothing) {
  Peer other;
  other.id = PmulId{77};
  auto entity = lone_entity(satcom(), {other});
  Outgoing out = message(5, 10, 1);
  out.destinations = {{shore, 1}};
  out.expiry = start + std::chrono::hours{1};
  ASSERT_EQ(entity.send(out, start), "");
  poll_all(entity, start);
  entity.take_notices();
  feed(entity, AckPdu{6, PmulId{77}, {{self, 5, {}, false}}, {}}, start);
  feed(entity, AckPdu{6, shore, {{self, 6, {{1, 1}}, false}}, {}}, start);
  feed(entity, AckPdu{6, shore, {{PmulId{4}, 5, {}, false}}, {}}, start);
  feed(entity, AckPdu{6, shore, {}, {}}, start);
  EXPECT_EQ(entity.transfers().size(), 1U);
  EXPECT_EQ(rejections(entity), Names{"unknown_message"});
}

TEST(EntitySend, APeerOf2001GetsNothingItCannotRead) {
  VirtualChannel channel({satcom(), 0.3}, 3);
  Peer old;
  old.edition = Edition::acp142_2001;
  old.fletcher = true;
  old.ack_ranges = false;
  for (std::size_t i = 0; i < 2; ++i) {
    old.id = station_id(1 - i);
    old.address = station_address(1 - i);
    channel.add(std::make_unique<Entity>(station_id(i), satcom(), Parameters{}, std::vector<Peer>{old}, i));
  }
  channel.on_air = [](std::size_t, const Frame& frame) {
    const auto decoded = decode(frame.octets, Checksum::fletcher);
    ASSERT_TRUE(decoded);
    EXPECT_LE(static_cast<unsigned>(type_of(decoded->pdu)), 7U);
    if (const auto* ack = std::get_if<AckPdu>(&decoded->pdu)) {
      EXPECT_FALSE(ack->timestamp);
      for (const auto& entry : ack->entries)
        for (const auto& item : entry.missing) EXPECT_EQ(item.first, item.last);
    }
  };
  ASSERT_EQ(channel.entity(0).send(message(1, 100'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::hours{2});
  EXPECT_EQ(channel.station(1).received.size(), 1U);
  EXPECT_EQ(count<notice::Acknowledged>(channel.station(0)), 1U);
}

TEST(EntitySend, AListTooLongForOnePduIsSplitAscending) {
  auto timing = satcom();
  timing.max_pdu = 24 + 3 * 8;
  std::vector<Peer> peers(7);
  Outgoing out = message(5, 10, 1);
  out.destinations.clear();
  out.group = group_address;
  out.expiry = start + std::chrono::hours{1};
  for (std::uint32_t i = 0; i < peers.size(); ++i) {
    peers[i].id = PmulId{100 - i};
    out.destinations.push_back({peers[i].id, i});
  }
  auto entity = lone_entity(timing, peers);
  ASSERT_EQ(entity.send(out, start), "");
  const auto pdus = poll_all(entity, start);
  std::vector<PmulId> listed;
  std::vector<Map> maps;
  for (const auto& pdu : pdus)
    if (const auto* part = std::get_if<AddressPdu>(&pdu); part != nullptr && !part->extra) {
      maps.push_back(part->map);
      for (const auto& entry : part->destinations) listed.push_back(entry.id);
    }
  EXPECT_EQ(maps, (std::vector<Map>{Map::first, Map::middle, Map::last}));
  EXPECT_EQ(listed.size(), 7U);
  EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
}

// ---- EMCON (section 8)

TEST(EntityEmcon, ASilentReceiverTakesEverythingAndAnswersInOneBurstWhenReleased) {
  for (const auto& timing : {satcom(), hf()}) {
    VirtualChannel channel({timing, 0}, 1);
    channel.add_stations(3, {}, 1);
    channel.entity(2).set_emcon(true, Time{});
    for (std::size_t i = 0; i < 2; ++i) channel.entity(i).set_peer_emcon(station_id(2), true, Time{});
    for (std::uint32_t id = 1; id <= 4; ++id)
      ASSERT_EQ(channel.entity(0).send(message(id, 3000, 2), channel.now()), "");
    channel.run(Time{} + std::chrono::hours{1});
    EXPECT_EQ(channel.station(2).frames_sent, 0U);
    EXPECT_EQ(channel.station(2).received.size(), 4U);
    EXPECT_EQ(channel.entity(0).transfers().size(), 4U);
    const auto sent_before = channel.station(0).frames_sent;
    std::vector<std::size_t> entries;
    channel.on_air = [&](std::size_t from, const Frame& frame) {
      const auto decoded = decode(frame.octets).value();
      if (from == 2) entries.push_back(std::get<AckPdu>(decoded.pdu).entries.size());
      EXPECT_FALSE(std::holds_alternative<DataPdu>(decoded.pdu)) << "nothing is missing, nothing is repeated";
    };
    channel.entity(2).set_emcon(false, channel.now());
    channel.run(channel.now() + std::chrono::minutes{10});
    EXPECT_EQ(entries, std::vector<std::size_t>{4});
    EXPECT_TRUE(channel.entity(0).transfers().empty());
    EXPECT_EQ(channel.station(0).frames_sent - sent_before, 4U) << "four Ack-Acks";
    EXPECT_EQ(count<notice::PeerLeftEmcon>(channel.station(0)), 1U);
  }
}

TEST(EntityEmcon, ABlindMessageIsRepeatedAsOftenAsSaidAndThenWaitsForTheLateAck) {
  Parameters parameters;
  parameters.emcon_rtc = 2;
  parameters.emcon_rti = std::chrono::minutes{5};
  Peer peer;
  peer.id = PmulId{77};
  peer.emcon = true;
  auto entity = lone_entity(satcom(), {peer}, parameters);
  Outgoing out = message(5, 5000, 1);
  out.destinations = {{PmulId{77}, 1}};
  out.expiry = start + std::chrono::hours{2};
  ASSERT_EQ(entity.send(out, start), "");
  std::vector<std::size_t> rounds;
  for (auto now = start; now < start + std::chrono::hours{1}; now = std::max(now + std::chrono::seconds{1}, now)) {
    const auto pdus = poll_all(entity, now);
    if (!pdus.empty()) rounds.push_back(count_of<DataPdu>(pdus));
  }
  EXPECT_EQ(rounds, (std::vector<std::size_t>{4, 4, 4}));
  EXPECT_EQ(take<notice::EmconRepeat>(entity).back().count, 3U) << "the first and two repeats";
  // The late Ack misses one: exactly that is sent, at once.
  const auto late = start + std::chrono::hours{1};
  feed(entity, AckPdu{6, PmulId{77}, {{self, 5, {{3, 3}}, false}}, {}}, late, Ipv4{77});
  const auto pdus = poll_all(entity, late);
  EXPECT_GE(count_of<DataPdu>(pdus), 1U);
  for (const auto& pdu : pdus) {
    const auto* repeated = std::get_if<DataPdu>(&pdu);
    EXPECT_TRUE(repeated == nullptr || repeated->sequence == 3);
  }
  feed(entity, AckPdu{6, PmulId{77}, {{self, 5, {}, false}}, {}}, late + std::chrono::seconds{3}, Ipv4{77});
  EXPECT_TRUE(entity.transfers().empty());
}

TEST(EntityEmcon, OurOwnSilenceFreezesTransfersAndTheyGoOnWhereTheyWere) {
  VirtualChannel channel({satcom(), 0}, 1);
  channel.add_stations(2, {}, 1);
  ASSERT_EQ(channel.entity(0).send(message(1, 100'000, 1), Time{}), "");
  channel.run(Time{} + std::chrono::seconds{5});
  channel.entity(0).set_emcon(true, channel.now());
  const auto sent = channel.station(0).frames_sent;
  EXPECT_FALSE(channel.entity(0).wants_to_send(channel.now()));
  channel.run(channel.now() + std::chrono::hours{2});
  EXPECT_EQ(channel.station(0).frames_sent, sent);
  channel.entity(0).set_emcon(false, channel.now());
  channel.run(channel.now() + std::chrono::minutes{2});
  EXPECT_EQ(channel.station(1).received.size(), 1U);
  EXPECT_LE(channel.station(0).frames_sent, 69U + 6U);
}

TEST(EntityEmcon, EnteringDropsPendingAcks) {
  auto entity = lone_entity();
  feed(entity, address(1, 1), start);
  feed(entity, data(1, 1), start);
  entity.accept({shore, 1}, start);
  EXPECT_TRUE(entity.wants_to_send(start));
  entity.set_emcon(true, start);
  EXPECT_FALSE(entity.wants_to_send(start));
  EXPECT_TRUE(poll_all(entity, start + std::chrono::minutes{30}).empty());
  entity.set_emcon(false, start + std::chrono::minutes{31});
  EXPECT_EQ(count_of<AckPdu>(poll_all(entity, start + std::chrono::minutes{32})), 1U);
}

// ---- restart

class Restart : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Restart, NothingThatArrivedIsSentAgain) {
  const auto victim = GetParam();
  for (const auto& timing : {satcom(), hf()}) {
    VirtualChannel channel({timing, 0}, 1);
    channel.add_stations(2, {}, 1);
    std::vector<testing::StationStore> stores(2);
    channel.on_notice = [&](std::size_t at, const Notice& notice) { stores[at].apply(notice); };
    std::map<std::uint16_t, unsigned> sent;
    channel.on_air = [&](std::size_t, const Frame& frame) {
      const auto decoded = decode(frame.octets).value();
      if (const auto* pdu = std::get_if<DataPdu>(&decoded.pdu)) ++sent[pdu->sequence];
    };
    stores[0].sent(message(1, 50'000, 1));
    ASSERT_EQ(channel.entity(0).send(message(1, 50'000, 1), Time{}), "");
    channel.run(Time{} + std::chrono::seconds{timing.half_duplex ? 30 : 4});
    auto entity = channel.make(victim, 2, {}, 99);
    stores[victim].restore(*entity, channel.now());
    channel.station(victim).entity = std::move(entity);
    channel.run(channel.now() + std::chrono::hours{1});
    ASSERT_EQ(channel.station(1).received.size(), 1U);
    EXPECT_EQ(channel.station(1).received.begin()->second.size(), 1U);
    unsigned again = 0;
    for (const auto& [sequence, times] : sent) again += times - 1;
    EXPECT_LE(again, 2U) << "at most what was on the air at the moment";
  }
}
INSTANTIATE_TEST_SUITE_P(OfEither, Restart, ::testing::Values(0U, 1U));

TEST(EntityRestart, ADeliveredMessageIsAcknowledgedAgainNotTakenAgain) {
  auto entity = lone_entity();
  ReceptionState state;
  state.key = {shore, 1};
  state.expiry = from_unix(expiry);
  state.total = 1;
  state.message_sequence_number = 1;
  state.destinations = {self};
  state.delivered = true;
  state.ack_owed = true;
  entity.restore(state, start);
  const auto pdus = poll_all(entity, start + std::chrono::seconds{5});
  ASSERT_EQ(count_of<AckPdu>(pdus), 1U);
  EXPECT_TRUE(std::get<AckPdu>(pdus[0]).entries.at(0).missing.empty());
  feed(entity, address(1, 1), start + std::chrono::seconds{6});
  feed(entity, data(1, 1), start + std::chrono::seconds{6});
  EXPECT_TRUE(take<notice::Received>(entity).empty());
}

TEST(EntityTime, AnIdleEntityNeverWakes) {
  auto entity = lone_entity();
  EXPECT_EQ(entity.next_wake(), never);
  EXPECT_FALSE(entity.wants_to_send(start));
}

TEST(EntityTime, TheChannelIsNotHeldLongerThanTheLongestOver) {
  auto timing = hf();
  timing.max_over = std::chrono::seconds{10};
  VirtualChannel channel({timing, 0}, 1);
  channel.add_stations(2, {}, 1);
  ASSERT_EQ(channel.entity(0).send(message(1, 50'000, 1), Time{}), "");
  Duration longest{0};
  Time over_start{};
  Time end{};
  channel.on_air = [&](std::size_t from, const Frame& frame) {
    if (from != 0) return;
    if (channel.now() > end) over_start = channel.now();
    end = channel.now() + air_time(frame.octets.size() + 28, 9600);
    longest = std::max(longest, end - over_start);
  };
  channel.run(Time{} + std::chrono::hours{1});
  EXPECT_EQ(channel.station(1).received.size(), 1U);
  EXPECT_LE(longest, std::chrono::milliseconds{10'500});
}

}  // namespace
}  // namespace longwire::acp142
