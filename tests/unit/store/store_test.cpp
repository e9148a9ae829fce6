#include "equal.hpp"
#include "fixtures.hpp"

#include <gtest/gtest.h>

namespace longwire::store {
namespace {

using namespace test;

// Every test runs on a file that is closed and opened again at each `again()`, and in memory.
class StoreTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override { store_.emplace(path()); }
  std::string path() const { return GetParam() ? folder_.file() : ":memory:"; }
  // What a restart after the last commit leaves; in memory: what rollback leaves.
  Store& again() {
    if (GetParam()) {
      store_.reset();
      store_.emplace(path());
    } else {
      store_->rollback();
    }
    return *store_;
  }
  TemporaryFolder folder_;
  std::optional<Store> store_;
};
INSTANTIATE_TEST_SUITE_P(Where, StoreTest, testing::Bool(),
                         [](const auto& where) { return where.param ? "file" : "memory"; });

TEST_P(StoreTest, MessageRoundTrip) {
  auto message = full_message("T1");
  message.id = store_->insert(message, as_bytes("hello"));
  EXPECT_TRUE(store_->dirty());
  store_->commit();
  EXPECT_FALSE(store_->dirty());
  auto& store = again();
  ASSERT_TRUE(store.message(message.id));
  EXPECT_EQ(dump(*store.message(message.id)), dump(message));
  EXPECT_EQ(dump(store.find("T1").value()), dump(message));
  EXPECT_EQ(store.body(message.id), to_bytes("hello"));
  EXPECT_FALSE(store.find("t1"));
  EXPECT_FALSE(store.message(message.id + 1));
  EXPECT_FALSE(store.dirty()) << "reading opens no transaction";
}

TEST_P(StoreTest, ProtectedBodyIsKeptByProfileAndGoesWithTheBody) {
  const auto id = store_->insert(full_message("T1"), as_bytes("clear"));
  store_->keep_protected(id, "shore", {{0, 2}, "", to_bytes("first")});
  store_->keep_protected(id, "shore", {{1}, "1.2.840.113549.1.9.16.1.6", to_bytes("second")});
  store_->commit();
  auto& store = again();
  EXPECT_FALSE(store.protected_for(id, "fleet"));
  EXPECT_FALSE(store.protected_for(id + 1, "shore"));
  const auto row = store.protected_for(id, "shore");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->recipients, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(row->content_type, "1.2.840.113549.1.9.16.1.6");
  EXPECT_EQ(row->octets, to_bytes("second"));
  store.drop_body(id);
  EXPECT_FALSE(store.protected_for(id, "shore"));
}

TEST_P(StoreTest, SmallestMessageRoundTrip) {
  MessageRow message;
  message.id = store_->insert(message, {});
  store_->commit();
  EXPECT_EQ(dump(again().message(message.id).value()), dump(message));
  EXPECT_TRUE(store_->body(message.id).empty());
}

TEST_P(StoreTest, EveryStateByModeAndBodyRoundTrips) {
  auto message = full_message("T1");
  message.rows.clear();
  for (int state = 0; state <= static_cast<int>(RecipientState::cancelled); ++state) {
    auto& row = message.rows.emplace_back();
    row.state = static_cast<RecipientState>(state);
  }
  int n = 0;
  for (const auto body : {mail::Body::seven_bit, mail::Body::eight_bit, mail::Body::binary})
    for (const auto ret : {mail::Ret::unset, mail::Ret::full, mail::Ret::headers})
      for (const bool late : {false, true})
        for (const bool trace : {false, true}) {
          message.tracking_id = std::to_string(++n);
          message.envelope.body = body;
          message.envelope.ret = ret;
          message.envelope.by = mail::DeliverBy{n, late, trace};
          message.id = store_->insert(message, {});
          EXPECT_EQ(dump(store_->message(message.id).value()), dump(message));
        }
}

TEST_P(StoreTest, RollbackUndoesEverythingSinceTheLastCommit) {
  const auto kept = store_->insert(small_message("kept"), as_bytes("1"));
  store_->commit();
  const auto lost = store_->insert(small_message("lost"), as_bytes("2"));
  store_->set_held(kept, true);
  EXPECT_EQ(store_->next_counter("n"), 1U);
  store_->set_setting("k", "v");
  store_->rollback();
  EXPECT_FALSE(store_->dirty());
  EXPECT_FALSE(store_->message(lost));
  EXPECT_TRUE(store_->body(lost).empty());
  EXPECT_FALSE(store_->message(kept)->held);
  EXPECT_EQ(store_->next_counter("n"), 1U);
  EXPECT_FALSE(store_->setting("k"));
}

TEST_P(StoreTest, WhatWasNotCommittedIsGoneAfterARestart) {
  store_->insert(small_message("lost"), as_bytes("2"));
  EXPECT_FALSE(again().find("lost"));
}

TEST_P(StoreTest, DuplicateTrackingIdIsRefusedAndRollsBack) {
  store_->insert(small_message("same"), {});
  store_->commit();
  store_->insert(small_message("other"), {});
  EXPECT_THROW(store_->insert(small_message("same"), {}), StoreError);
  EXPECT_FALSE(store_->dirty());
  EXPECT_FALSE(store_->find("other"));
  EXPECT_TRUE(store_->find("same"));
  store_->insert(small_message("third"), {});  // the store goes on
  store_->commit();
  EXPECT_TRUE(store_->find("third"));
}

TEST_P(StoreTest, IdsAreNotReusedWhenMessagesAreForgotten) {
  auto message = small_message("a");
  message.rows[0].state = RecipientState::delivered;
  const auto first = store_->insert(message, {});
  store_->forget_before(never);
  store_->commit();
  EXPECT_FALSE(store_->message(first));
  EXPECT_GT(again().insert(small_message("b"), {}), first);
}

TEST_P(StoreTest, UpdateRecipientChangesStateNotAddress) {
  auto message = full_message("T1");
  message.id = store_->insert(message, {});
  auto& row = message.rows[0];
  row.state = RecipientState::failed;
  row.next_hop = "other";
  row.status = "5.1.1";
  row.text = "unknown";
  row.attempts = 9;
  row.next_attempt = never;
  row.delay_reported = false;
  auto changed = row;
  changed.recipient.address = "not stored";
  store_->update_recipient(message.id, 0, changed);
  store_->set_held(message.id, false);
  message.held = false;
  store_->commit();
  EXPECT_EQ(dump(again().message(message.id).value()), dump(message));
  EXPECT_THROW(store_->update_recipient(message.id, 3, row), StoreError);
  EXPECT_THROW(store_->update_recipient(message.id + 1, 0, row), StoreError);
}

TEST_P(StoreTest, LiveMessagesOldestFirstWithAllRecipients) {
  const auto a = store_->insert(full_message("A"), {});
  const auto b = store_->insert(small_message("B"), {});
  auto done = small_message("C");
  done.rows[0].state = RecipientState::expired;
  store_->insert(done, {});
  store_->commit();
  const auto live = again().live_messages();
  ASSERT_EQ(live.size(), 2U);
  EXPECT_EQ(live[0].id, a);
  EXPECT_EQ(live[0].rows.size(), 3U);
  EXPECT_EQ(live[1].id, b);
  auto row = live[1].rows[0];
  row.state = RecipientState::transferred;
  store_->update_recipient(b, 0, row);
  EXPECT_EQ(store_->live_messages().size(), 1U);
}

TEST_P(StoreTest, FindByEnvelope) {
  auto message = small_message("A");
  message.envelope.envid = "E1";
  message.message_id = "<1@x>";
  const auto a = store_->insert(message, {});
  message.tracking_id = "B";
  message.message_id = "<2@x>";
  const auto b = store_->insert(message, {});
  const auto none = store_->insert(small_message("C"), {});
  EXPECT_NE(none, b);
  const auto both = store_->find_by_envelope("E1", "");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].id, b) << "newest first";
  ASSERT_EQ(store_->find_by_envelope("E1", "<1@x>").size(), 1U);
  EXPECT_EQ(store_->find_by_envelope("E1", "<1@x>")[0].id, a);
  EXPECT_EQ(store_->find_by_envelope("", "<2@x>").size(), 1U);
  EXPECT_TRUE(store_->find_by_envelope("", "").empty());
  EXPECT_TRUE(store_->find_by_envelope("E2", "").empty());
}

TEST_P(StoreTest, DropBodyKeepsTheRow) {
  const auto id = store_->insert(small_message("A"), as_bytes("x"));
  store_->drop_body(id);
  store_->commit();
  EXPECT_TRUE(again().body(id).empty());
  EXPECT_TRUE(store_->message(id));
}

TEST_P(StoreTest, ForgetBeforeKeepsWhatIsLiveRecentOrInTransfer) {
  auto done = small_message("old");
  done.rows[0].state = RecipientState::delivered;
  const auto old = store_->insert(done, as_bytes("x"));
  store_->track({old, "", from_unix(1001), "accepted", ""});
  done.tracking_id = "recent";
  const auto recent = store_->insert(done, {});
  store_->track({recent, "", from_unix(2001), "report", ""});
  done.tracking_id = "carried";
  const auto carried = store_->insert(done, {});
  store_->insert(full_transfer(1, carried));
  const auto live = store_->insert(small_message("live"), {});
  EXPECT_FALSE(store_->forget_before(from_unix(2000)));
  store_->commit();
  auto& store = again();
  EXPECT_FALSE(store.message(old));
  EXPECT_TRUE(store.tracking(old).empty());
  EXPECT_TRUE(store.body(old).empty());
  EXPECT_TRUE(store.message(recent));
  EXPECT_TRUE(store.message(carried));
  EXPECT_TRUE(store.message(live));
}

TEST_P(StoreTest, ForgetIsBoundedAndSaysSo) {
  auto done = small_message("");
  done.rows[0].state = RecipientState::delivered;
  for (int i = 0; i < 150; ++i) {
    done.tracking_id = std::to_string(i);
    store_->insert(done, {});
    store_->remember({PmulId{1}, static_cast<std::uint32_t>(i)}, from_unix(10));
  }
  store_->remember({PmulId{1}, 1000}, from_unix(5000));
  EXPECT_TRUE(store_->forget_before(never));
  EXPECT_TRUE(store_->find("149"));
  EXPECT_FALSE(store_->forget_before(never));
  EXPECT_FALSE(store_->find("149"));
  EXPECT_TRUE(store_->forget_seen_before(from_unix(4999)));
  EXPECT_FALSE(store_->forget_seen_before(from_unix(4999)));
  EXPECT_FALSE(store_->seen({PmulId{1}, 149}));
  EXPECT_TRUE(store_->seen({PmulId{1}, 1000}));
  store_->commit();
  EXPECT_FALSE(store_->forget_before(never));
  EXPECT_FALSE(store_->forget_seen_before(from_unix(4999)));
  EXPECT_FALSE(store_->dirty()) << "nothing to forget opens no transaction";
}

TEST_P(StoreTest, TransferRoundTrip) {
  const auto message = store_->insert(small_message("A"), {});
  const auto transfer = full_transfer(4'000'000'000U, message);
  auto bare = full_transfer(2, message);
  bare.outgoing.group.reset();
  bare.state = {};
  bare.carried.clear();
  store_->insert(transfer);
  store_->insert(bare);
  store_->commit();
  const auto read = again().transfers();
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(dump(read[1]), dump(transfer));
  for (const auto& d : bare.outgoing.destinations) bare.state.destinations.push_back({d.id, false, false, false, {}});
  EXPECT_EQ(dump(read[0]), dump(bare));
}

TEST_P(StoreTest, TransferProgress) {
  auto expected = full_transfer(1, store_->insert(small_message("A"), {}));
  expected.state = {};
  for (const auto& d : expected.outgoing.destinations)
    expected.state.destinations.push_back({d.id, false, false, false, {}});
  store_->insert(expected);
  store_->transfer_started(1, 512);
  store_->transfer_emcon_repeats(1, 3);
  store_->transfer_progress(1, PmulId{30}, {{0, 3}, {5, 5}});
  store_->transfer_progress(1, PmulId{30}, {{0, 5}});
  store_->transfer_destination_closed(1, PmulId{10}, true);
  store_->transfer_destination_closed(1, PmulId{0xFFFF'FFFF}, false);
  store_->commit();
  expected.state.started = true;
  expected.state.fragment_octets = 512;
  expected.state.emcon_repeats = 3;
  expected.state.destinations[0].heard = true;
  expected.state.destinations[0].acked = {{0, 5}};
  expected.state.destinations[1].heard = expected.state.destinations[1].done = true;
  expected.state.destinations[2].failed = true;
  const auto read = again().transfers();
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(dump(read[0]), dump(expected));
  store_->remove_transfer(1);
  store_->commit();
  EXPECT_TRUE(again().transfers().empty());
  store_->insert(full_transfer(1, read[0].message));  // its rows are gone with it
}

TEST_P(StoreTest, TransferOfNoMessageOrTwiceIsRefused) {
  EXPECT_THROW(store_->insert(full_transfer(1, 77)), StoreError);
  const auto message = store_->insert(small_message("A"), {});
  store_->insert(full_transfer(1, message));
  store_->commit();
  EXPECT_THROW(store_->insert(full_transfer(1, message)), StoreError);
  auto wrong = full_transfer(2, message);
  wrong.outgoing.message_id = 3;
  EXPECT_THROW(store_->insert(wrong), std::logic_error);
}

TEST_P(StoreTest, ReceptionRoundTrip) {
  const acp142::ReceptionKey key{PmulId{0xC000'0201}, 0xFFFF'FFFF};
  const auto opened = full_reception(key);
  store_->reception_opened("hf", opened);
  store_->fragment_received("hf", key, 3, as_bytes("three"));
  store_->fragment_received("hf", key, 1, as_bytes("one"));
  store_->fragment_received("hf", key, 1, as_bytes("other"));  // the first one counts
  store_->fragment_received("hf", key, 65535, {});
  store_->fragment_received("hf", key, 0, as_bytes("parameters of its code"));
  store_->reception_opened("satcom", full_reception({PmulId{1}, 1}));
  store_->commit();
  acp142::ReceptionState expected{
      .key = key,
      .expiry = opened.expiry,
      .priority = 4,
      .total = 3,
      .message_sequence_number = 99,
      .destinations = opened.destinations,
      .delivered = false,
      .ack_owed = false,
      .fragments = {
          {0, to_bytes("parameters of its code")}, {1, to_bytes("one")}, {3, to_bytes("three")}, {65535, {}}}};
  auto read = again().receptions("hf");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(dump(read[0]), dump(expected));

  auto more = opened;
  more.destinations.push_back(PmulId{5});
  store_->reception_ack_owed(key, true);
  store_->reception_opened("hf", more);
  store_->reception_delivered(key);
  store_->commit();
  expected.destinations = more.destinations;
  expected.delivered = expected.ack_owed = true;
  expected.fragments.clear();
  read = again().receptions("hf");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(dump(read[0]), dump(expected));

  store_->reception_closed(key);
  store_->commit();
  EXPECT_TRUE(again().receptions("hf").empty());
  EXPECT_EQ(store_->receptions("satcom").size(), 1U);
}

TEST_P(StoreTest, FragmentsBeforeTheirAddressPduAreKeptUntilTheRestart) {
  const acp142::ReceptionKey key{PmulId{9}, 1};
  store_->fragment_received("hf", key, 1, as_bytes("x"));
  store_->commit();
  store_->reception_opened("hf", full_reception(key));
  EXPECT_EQ(store_->receptions("hf")[0].fragments.size(), 1U);
  store_->rollback();
  if (!GetParam()) return;
  again().reception_opened("hf", full_reception(key));
  EXPECT_TRUE(store_->receptions("hf")[0].fragments.empty());
}

TEST_P(StoreTest, SeenCountersSettings) {
  const acp142::ReceptionKey key{PmulId{9}, 1};
  EXPECT_FALSE(store_->seen(key));
  store_->remember(key, from_unix(100));
  store_->remember(key, from_unix(50));  // never shorter
  EXPECT_TRUE(store_->seen(key));
  EXPECT_EQ(store_->next_counter("pmul"), 1U);
  EXPECT_EQ(store_->next_counter("pmul"), 2U);
  EXPECT_EQ(store_->next_counter("other"), 1U);
  store_->set_setting("emcon", "on");
  store_->set_setting("emcon", std::string_view("o\0ff", 4));
  store_->commit();
  auto& store = again();
  EXPECT_EQ(store.next_counter("pmul"), 3U);
  EXPECT_EQ(store.setting("emcon"), std::string("o\0ff", 4));
  EXPECT_FALSE(store.setting("Emcon"));
  store.forget_seen_before(from_unix(100));
  EXPECT_TRUE(store.seen(key));
  store.forget_seen_before(from_unix(101));
  EXPECT_FALSE(store.seen(key));
}

TEST_P(StoreTest, TrackingInOrder) {
  const auto id = store_->insert(small_message("A"), {});
  store_->track({id, "", from_unix(3), "accepted", "from x"});
  store_->track({id, "a@b.example", from_unix(2), "delivered", ""});
  store_->track({id + 1, "", from_unix(2), "lost", "no such message"});
  store_->commit();
  const auto rows = again().tracking(id);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].event, "accepted");
  EXPECT_EQ(rows[0].detail, "from x");
  EXPECT_EQ(rows[0].time, from_unix(3));
  EXPECT_EQ(rows[1].recipient, "a@b.example");
  EXPECT_EQ(rows[1].message, id);
  EXPECT_TRUE(store_->tracking(id + 1).empty());
}

TEST_P(StoreTest, OneOpenAlertPerNameAndText) {
  const auto first = store_->raise_alert(from_unix(1), "disk", "full");
  EXPECT_EQ(store_->raise_alert(from_unix(2), "disk", "full"), first);
  EXPECT_NE(store_->raise_alert(from_unix(2), "disk", "slow"), first);
  store_->clear_alert(first);
  const auto again_raised = store_->raise_alert(from_unix(3), "disk", "full");
  EXPECT_NE(again_raised, first);
  store_->commit();
  auto& store = again();
  ASSERT_EQ(store.alerts(false).size(), 2U);
  EXPECT_EQ(store.alerts(false)[1].id, again_raised);
  ASSERT_EQ(store.alerts(true).size(), 3U);
  EXPECT_TRUE(store.alerts(true)[0].cleared);
  EXPECT_EQ(store.alerts(true)[0].time, from_unix(1));
  EXPECT_EQ(store.alerts(true)[0].text, "full");
  store.forget_before(from_unix(2));
  EXPECT_EQ(store.alerts(true).size(), 2U) << "a cleared one is forgotten, open ones stay";
}

TEST_P(StoreTest, DmpIdentifiersNameAMessageToOnePeer) {
  const auto first = store_->insert(small_message("1"), {});
  const auto second = store_->insert(small_message("2"), {});
  store_->dmp_sent("shore", 65'535, first, {0, 2});
  store_->dmp_sent("ship", 4096, first, {1});
  store_->commit();
  auto& store = again();
  EXPECT_EQ(store.dmp_id("shore", first, {0, 2}), 65'535);
  EXPECT_EQ(store.dmp_id("shore", first, {0}), std::nullopt) << "for others it is another message";
  EXPECT_EQ(store.dmp_id("ship", first, {1}), 4096);
  EXPECT_EQ(store.dmp_id("shore", second, {0, 2}), std::nullopt);
  EXPECT_EQ(store.dmp_message("shore", 65'535), first);
  EXPECT_EQ(store.dmp_message("ship", 65'535), std::nullopt);
  store.dmp_sent("shore", 65'535, second, {0});
  EXPECT_EQ(store.dmp_message("shore", 65'535), second) << "an id that comes round again names the newer message";
  EXPECT_EQ(store.dmp_id("shore", first, {0, 2}), std::nullopt);
}

TEST_P(StoreTest, SyncObserverCountsBothSidesOfEachCommit) {
  std::vector<unsigned> told;
  std::vector<bool> open;
  store_->on_sync([&](unsigned count) {
    told.push_back(count);
    open.push_back(store_->dirty());
  });
  store_->commit();
  EXPECT_TRUE(told.empty()) << "nothing written, nothing synced";
  store_->set_setting("a", "b");
  store_->commit();
  store_->audit(from_unix(1), "operator", "emcon on");
  store_->commit();
  EXPECT_EQ(told, (std::vector<unsigned>{1, 2, 3, 4}));
  EXPECT_EQ(open, (std::vector<bool>{true, false, true, false}));
}

TEST(CertificatesTest, AreReplacedByAddressAndFingerprint) {
  Store store(":memory:");
  CertificateRow row;
  row.address = "b@b.example";
  row.fingerprint = "11";
  row.der = {9};
  store.put_certificate(row);
  auto other = row;
  other.address = "a@b.example";
  store.put_certificate(other);
  row.der.clear();
  row.source = CertificateSource::manual;
  store.put_certificate(row);
  EXPECT_EQ(store.certificates(), (std::vector{other, row}));
  store.remove_certificate("b@b.example", "12");
  EXPECT_EQ(store.certificates().size(), 2U);
  store.remove_certificate("b@b.example", "11");
  EXPECT_EQ(store.certificates(), std::vector{other});
  store.rollback();
  EXPECT_TRUE(store.certificates().empty());
}

}  // namespace
}  // namespace longwire::store
