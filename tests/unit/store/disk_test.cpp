// What the disk may do to a store: run full, refuse, lose power.
#include "equal.hpp"
#include "faulty_disk.hpp"
#include "fixtures.hpp"
#include "node/store/database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace longwire::store {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(DiskTest, EveryCommitIsSynced) {
  FaultyDisk disk;
  TemporaryFolder folder;
  Store store(folder.file());
  for (int i = 0; i < 10; ++i) {
    const auto before = disk.syncs;
    store.insert(small_message(std::to_string(i)), as_bytes("x"));
    EXPECT_EQ(disk.syncs, before) << "nothing is synced before the commit";
    store.commit();
    EXPECT_GT(disk.syncs, before);
  }
}

TEST(DiskTest, FullDiskLosesOnlyTheOpenStepAndTheStoreGoesOn) {
  FaultyDisk disk;
  TemporaryFolder folder;
  Store store(folder.file());
  store.insert(small_message("before"), as_bytes("x"));
  store.commit();
  disk.space = 300'000;
  const Bytes body(100'000, 'b');
  std::vector<std::string> committed{"before"};
  const auto fill = [&] {
    for (int i = 0; i < 100; ++i) {
      const auto name = std::to_string(i);
      store.insert(small_message(name), body);
      store.commit();
      committed.push_back(name);
    }
  };
  EXPECT_THAT(fill, ThrowsMessage<StoreError>(testing::AllOf(HasSubstr(folder.file()), HasSubstr("disk is full"))));
  EXPECT_FALSE(store.dirty());
  EXPECT_GE(committed.size(), 2U);
  EXPECT_LE(committed.size(), 5U);
  EXPECT_FALSE(store.find(std::to_string(committed.size() - 1))) << "the refused one is not there";

  disk.space.reset();
  store.insert(small_message("after"), body);
  store.commit();
  committed.push_back("after");
  for (const auto& name : committed) EXPECT_TRUE(store.find(name)) << name;
}

TEST(DiskTest, FailingWriteOrSyncIsNamed) {
  FaultyDisk disk;
  TemporaryFolder folder;
  Store store(folder.file());
  for (bool FaultyDisk::*fault : {&FaultyDisk::writes_fail, &FaultyDisk::syncs_fail}) {
    disk.*fault = true;
    const auto step = [&] {
      store.insert(small_message("lost"), as_bytes("x"));
      store.commit();
    };
    EXPECT_THAT(step, ThrowsMessage<StoreError>(HasSubstr("the disk reports an error")));
    disk.*fault = false;
    EXPECT_FALSE(store.find("lost"));
    store.set_setting("alive", "yes");
    store.commit();
  }
}

// What the ledger says was committed must be there after any power cut, and of the open step nothing.
struct Ledger {
  std::vector<std::string> committed;
  std::string open;
};

void expect_survived(const std::string& folder, const Ledger& ledger) {
  Store store(folder + "/longwire.db");
  for (const auto& name : ledger.committed) {
    const auto found = store.find(name);
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->rows.size(), 3U);
    EXPECT_EQ(store.body(found->id), Bytes(found->octets, static_cast<std::uint8_t>(found->octets)));
  }
  EXPECT_FALSE(store.find(ledger.open)) << ledger.open;
  EXPECT_EQ(store.live_messages().size(), ledger.committed.size());
  const auto transfers = store.transfers();
  ASSERT_EQ(transfers.size(), ledger.committed.size());
  for (const auto& transfer : transfers) EXPECT_EQ(transfer.outgoing.destinations.size(), 3U);
}

void one_message(Store& store, const std::string& name, Rng& rng) {
  auto message = full_message(name);
  message.octets = rng.below(20'000);
  const auto id = store.insert(message, Bytes(message.octets, static_cast<std::uint8_t>(message.octets)));
  store.insert(full_transfer(static_cast<std::uint32_t>(id), id));
}

TEST(DiskTest, PowerCutsLoseNothingCommitted) {
  FaultyDisk disk;
  TemporaryFolder folder;
  Rng rng(66);
  Ledger ledger;
  Store store(folder.file());
  for (int i = 0; i < 30; ++i) {
    ledger.open = "m" + std::to_string(i);
    one_message(store, ledger.open, rng);
    const auto cut = folder.file("cut" + std::to_string(i));
    disk.power_cut(cut, rng);
    expect_survived(cut, ledger);
    store.commit();
    ledger.committed.push_back(ledger.open);
    ledger.open.clear();
    if (i % 5 == 4) {
      EXPECT_EQ(store.idle(), std::nullopt);
    }
    disk.power_cut(cut + "b", rng);
    expect_survived(cut + "b", ledger);
    std::filesystem::remove_all(cut);
    std::filesystem::remove_all(cut + "b");
    if (testing::Test::HasFailure()) return;
  }
}

// The control of the test above: a disk that pretends to sync must be found out.
TEST(DiskTest, PowerCutsOfANodeThatDoesNotSyncAreNoticed) {
  FaultyDisk disk;
  TemporaryFolder folder;
  Rng rng(66);
  Database db(folder.file());
  db.execute("PRAGMA synchronous = NORMAL; CREATE TABLE t (x INTEGER)");
  db.checkpoint(0);
  int lost = 0;
  for (int i = 1; i <= 20; ++i) {
    db.write("INSERT INTO t VALUES (1)");
    db.commit();
    const auto cut = folder.file("cut" + std::to_string(i));
    disk.power_cut(cut, rng);
    Database after(cut + "/longwire.db");
    if (after.first_text("SELECT count(*) FROM t") != std::to_string(i)) ++lost;
  }
  EXPECT_GT(lost, 0);
}

// The daemon calls idle() from a timer: a full disk there is a report, never its end.
TEST(DiskTest, AFullDiskWhileIdleIsToldAndLosesNothing) {
  FaultyDisk disk;
  TemporaryFolder folder;
  Store store(folder.file());
  const auto id = store.insert(full_message("kept"), Bytes(400'000, 7));
  store.commit();
  disk.space = 0;
  disk.writes_fail = true;
  const auto trouble = store.idle();
  ASSERT_TRUE(trouble.has_value());
  EXPECT_NE(trouble->find(folder.file()), std::string::npos);
  EXPECT_EQ(store.body(id).size(), 400'000U);
  disk.space.reset();
  disk.writes_fail = false;
  store.set_setting("a", "b");
  store.commit();
  EXPECT_EQ(store.idle(), std::nullopt);
  EXPECT_EQ(store.body(id).size(), 400'000U);
}

}  // namespace
}  // namespace longwire::store
