// What an entity lets in and what it refuses, within its bounds.
#include "base/limits.hpp"
#include "lone_entity.hpp"
#include "virtual_channel.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

using namespace lone;
using namespace testing;

TEST(EntityInput, WhoIsLetIn) {
  Peer roaming;
  roaming.id = PmulId{77};
  auto entity = lone_entity(satcom(), {roaming});
  feed(entity, address(1, 2), start, Ipv4{0x0A4200FF});
  EXPECT_EQ(rejections(entity), Names{"source_mismatch"});
  auto stranger = address(1, 2);
  stranger.source = PmulId{4711};
  feed(entity, stranger, start);
  EXPECT_EQ(rejections(entity), Names{"unknown_source"});
  auto echo = address(1, 2);
  echo.source = self;
  feed(entity, echo, start);
  EXPECT_TRUE(entity.take_notices().empty());
  auto learned = address(1, 2);
  learned.source = roaming.id;
  feed(entity, learned, start, Ipv4{0x0A0B0C0D});
  EXPECT_EQ(take<notice::PeerHeard>(entity).at(0).address, Ipv4{0x0A0B0C0D});
  entity.on_frame(Bytes{1, 2, 3}, shore_address, start);
  EXPECT_EQ(rejections(entity), Names{"truncated"});
  EXPECT_EQ(entity.receptions().size(), 1U);
}

TEST(EntityInput, ContradictionsAreRefusedAndChangeNothing) {
  auto entity = lone_entity();
  feed(entity, address(1, 3), start);
  feed(entity, data(1, 1), start);
  entity.take_notices();
  feed(entity, data(1, 1, {9}), start);
  EXPECT_EQ(rejections(entity), Names{"conflicting_data"});
  feed(entity, data(1, 4), start);
  EXPECT_EQ(rejections(entity), Names{"bad_sequence"});
  feed(entity, address(1, 4), start);
  EXPECT_EQ(rejections(entity), Names{"message_id_reused"});
  feed(entity, address(1, 3, 2), start);
  EXPECT_EQ(rejections(entity), Names{"message_id_reused"});
  feed(entity, address(2, 0), start);
  EXPECT_EQ(rejections(entity), Names{"bad_total"});
  auto old = address(3, 1);
  old.expiry = to_unix32(start) - 5;  // the margin for clocks that differ is over
  feed(entity, old, start);
  EXPECT_EQ(rejections(entity), Names{"expired"});
  auto coded = address(4, 1);
  coded.fec = Fec{129, {}};
  feed(entity, coded, start);
  EXPECT_EQ(rejections(entity), Names{"unknown_fec"});
  feed(entity, data(1, 2), start);
  feed(entity, data(1, 3), start);
  EXPECT_EQ(take<notice::Received>(entity).at(0).octets, (Bytes{1, 2, 3, 1, 2, 3, 1, 2, 3}));
}

TEST(EntityInput, DataBeforeItsAddressIsAdopted) {
  auto entity = lone_entity();
  feed(entity, data(1, 2, {2}), start);
  feed(entity, data(1, 1, {1}), start);
  EXPECT_TRUE(take<notice::FragmentReceived>(entity).empty());
  feed(entity, address(1, 2), start);
  EXPECT_EQ(take<notice::Received>(entity).at(0).octets, (Bytes{1, 2}));
}

TEST(EntityInput, NothingIsAcknowledgedBeforeItIsAcceptedAndNothingRefusedEver) {
  auto entity = lone_entity();
  for (const std::uint32_t id : {1U, 2U}) {
    feed(entity, address(id, 1), start);
    feed(entity, data(id, 1), start);
    EXPECT_TRUE(poll_all(entity, start + std::chrono::seconds{1}).empty());
  }
  entity.accept({shore, 1}, start + std::chrono::seconds{2});
  entity.refuse({shore, 2}, start + std::chrono::seconds{2});
  auto again = address(2, 1);
  again.extra = true;
  feed(entity, again, start + std::chrono::seconds{3});
  const auto pdus = poll_all(entity, start + std::chrono::seconds{4});
  ASSERT_EQ(pdus.size(), 1U);
  const auto& ack = std::get<AckPdu>(pdus[0]);
  ASSERT_EQ(ack.entries.size(), 1U);
  EXPECT_EQ(ack.entries[0].message_id, 1U);
  EXPECT_TRUE(ack.entries[0].missing.empty());
}

TEST(EntityInput, ReceptionsOfOneSourceAreBounded) {
  auto entity = lone_entity();
  for (std::uint32_t id = 1; id <= limits::receptions_per_source; ++id) {
    feed(entity, address(id, 2, id), start);
    feed(entity, data(id, 1), start);
  }
  EXPECT_EQ(entity.receptions().size(), limits::receptions_per_source);
  EXPECT_EQ(rejections(entity), Names{});
  feed(entity, address(1000, 2, 65), start);
  EXPECT_EQ(rejections(entity), Names{"too_many_receptions"});
  // What has made no progress for long gives way.
  const auto later = start + std::chrono::minutes{59};
  for (std::uint32_t id = 2; id <= limits::receptions_per_source; ++id) feed(entity, data(id, 1), later);
  auto fresh = address(1001, 2, 66);
  fresh.expiry += 7200;
  Parameters quick;
  quick.unidentified_data_validity = std::chrono::minutes{1};
  auto other = lone_entity(satcom(), {}, quick);
  for (std::uint32_t id = 1; id <= limits::receptions_per_source; ++id) feed(other, address(id, 2, id), start);
  feed(other, address(1000, 2, 65), start);  // none of them has anything: the stalest goes
  EXPECT_EQ(take<notice::ReceptionClosed>(other).at(0).reason, "evicted");
  EXPECT_EQ(other.receptions().size(), limits::receptions_per_source);
}

TEST(EntityInput, UnidentifiedDataIsBoundedInMessagesAndOctets) {
  auto entity = lone_entity();
  for (std::uint32_t id = 1; id <= limits::unidentified_messages_per_source + 1; ++id) feed(entity, data(id, 1), start);
  // The oldest gave way to the newest.
  feed(entity, address(1, 1), start);
  EXPECT_TRUE(take<notice::Received>(entity).empty());
  feed(entity, address(2, 1, 2), start);
  EXPECT_EQ(take<notice::Received>(entity).size(), 1U);

  auto full = lone_entity();
  const Bytes large(60'000);
  const auto fits = static_cast<std::uint16_t>(limits::unidentified_octets_per_source / (large.size() + 64));
  for (std::uint16_t n = 1; n <= fits; ++n) feed(full, data(1, n, large), start);
  feed(full, address(1, 100), start);
  EXPECT_EQ(take<notice::FragmentReceived>(full).size(), fits);
  auto over = lone_entity();
  for (std::uint16_t n = 1; n <= fits + 1; ++n) feed(over, data(1, n, large), start);
  feed(over, address(1, 100), start);
  EXPECT_EQ(take<notice::FragmentReceived>(over).size(), 1U);
}

TEST(EntityInput, UnidentifiedDataIsForgottenAfterItsValidity) {
  Parameters parameters;
  parameters.unidentified_data_validity = std::chrono::seconds{30};
  auto entity = lone_entity(satcom(), {}, parameters);
  feed(entity, data(1, 1), start);
  EXPECT_EQ(entity.next_wake(), start + std::chrono::seconds{30});
  EXPECT_FALSE(entity.wants_to_send(entity.next_wake()));
  EXPECT_EQ(entity.next_wake(), never);
}

TEST(EntityInput, AMessageLargerThanAReceptionMayBeIsDropped) {
  auto entity = lone_entity();
  feed(entity, address(1, 400), start);
  const Bytes large(65'000);
  const auto fits = static_cast<std::uint16_t>(limits::reception_octets / large.size());
  for (std::uint16_t n = 1; n <= fits; ++n) feed(entity, data(1, n, large), start);
  EXPECT_EQ(rejections(entity), Names{});
  feed(entity, data(1, static_cast<std::uint16_t>(fits + 1), large), start);
  EXPECT_EQ(rejections(entity), Names{"message_too_large"});
  EXPECT_TRUE(entity.receptions().empty());
}

TEST(EntityInput, MissingMessageNumbersAreReportedWhenTheyStayAway) {
  auto entity = lone_entity();
  feed(entity, address(1, 1, 10), start);
  feed(entity, address(2, 1, 14), start);
  feed(entity, address(3, 1, 12), start);  // overtaken, not lost
  entity.take_notices();
  (void)entity.wants_to_send(start + std::chrono::seconds{61});
  const auto gaps = take<notice::SequenceGap>(entity);
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].first_missing, 11U);
  EXPECT_EQ(gaps[0].last_missing, 11U);
  EXPECT_EQ(gaps[1].first_missing, 13U);
}

TEST(EntityInput, ADeliveredMessageIsNotTakenTwice) {
  auto entity = lone_entity();
  for (int round = 0; round < 3; ++round) {
    const auto now = start + std::chrono::seconds{20 * round};
    feed(entity, address(1, 1), now);
    feed(entity, data(1, 1), now);
    if (round == 0) entity.accept({shore, 1}, now);
    EXPECT_EQ(count_of<AckPdu>(poll_all(entity, now + std::chrono::seconds{10})), 1U);
  }
  EXPECT_EQ(take<notice::Received>(entity).size(), 1U);
  auto ack_ack = address(1, 1);
  ack_ack.destinations.clear();
  feed(entity, ack_ack, start + std::chrono::minutes{2});
  EXPECT_TRUE(poll_all(entity, start + std::chrono::minutes{59}).empty());
  EXPECT_EQ(entity.receptions().size(), 1U);
  (void)entity.wants_to_send(from_unix(expiry) + std::chrono::seconds{5});
  EXPECT_TRUE(entity.receptions().empty());
}

TEST(EntityInput, DiscardDropsWhatIsIncompleteOnly) {
  auto entity = lone_entity();
  feed(entity, address(1, 2), start);
  feed(entity, data(1, 1), start);
  feed(entity, DiscardMessagePdu{6, shore, 1}, start);
  EXPECT_EQ(take<notice::ReceptionClosed>(entity).at(0).reason, "discarded");
  feed(entity, address(2, 1, 2), start);
  feed(entity, data(2, 1), start);
  entity.accept({shore, 2}, start);
  feed(entity, DiscardMessagePdu{6, shore, 2}, start);
  EXPECT_TRUE(take<notice::ReceptionClosed>(entity).empty());
  EXPECT_TRUE(entity.receptions().at(0).delivered);
}

TEST(EntityInput, AddressListInPartsShowsAbsenceOnlyWhereItCan) {
  auto entity = lone_entity();
  auto part = address(1, 2);
  part.map = Map::first;
  part.destinations = {{PmulId{1}, 1, {}}, {PmulId{2}, 1, {}}};
  feed(entity, data(1, 1), start);
  feed(entity, part, start);  // we may be in a later part
  part.map = Map::last;
  part.destinations = {{self, 1, {}}, {PmulId{0xF0000000}, 1, {}}};
  feed(entity, part, start);
  EXPECT_EQ(entity.receptions().at(0).received, 1U);
  part.destinations = {{PmulId{0x0A420000}, 1, {}}, {PmulId{0xF0000000}, 1, {}}};  // we would stand between them
  feed(entity, part, start);
  EXPECT_TRUE(entity.receptions().empty());
}

}  // namespace
}  // namespace longwire::acp142
