// Opening files: ours, older, newer, foreign, damaged, in use.
#include "fixtures.hpp"
#include "node/store/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>

namespace longwire::store {
namespace {

using namespace test;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

void expect_refused(const std::string& path, const std::string& text) {
  EXPECT_THAT([&] { Store store(path); }, ThrowsMessage<StoreError>(AllOf(HasSubstr(path), HasSubstr(text))));
}

void fill(const std::string& path, int messages) {
  Store store(path);
  for (int i = 0; i < messages; ++i) store.insert(full_message(std::to_string(i)), Bytes(5000, 'x'));
  store.commit();
}

void write_file(const std::string& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

TEST(FileTest, TwoNodesCannotShareAStore) {
  TemporaryFolder folder;
  const auto path = folder.file();
  {
    Store store(path);
    expect_refused(path, "in use by another node (process " + std::to_string(::getpid()) + ")");
    store.set_setting("alive", "yes");
    store.commit();
    const auto child = ::fork();
    if (child == 0) {
      try {
        Store second(path);
      } catch (const StoreError&) {
        ::_exit(7);
      }
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 7);
    EXPECT_EQ(store.setting("alive"), "yes") << "the refused one did no harm";
  }
  EXPECT_EQ(Store(path).setting("alive"), "yes");
}

TEST(FileTest, AKilledNodeLeavesNoLock) {
  TemporaryFolder folder;
  const auto child = ::fork();
  if (child == 0) {
    Store store(folder.file());
    store.set_setting("a", "committed");
    store.commit();
    store.set_setting("a", "not committed");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(Store(folder.file()).setting("a"), "committed");
}

TEST(FileTest, TheSqliteShellMayLookIntoARunningStore) {
  TemporaryFolder folder;
  Store store(folder.file());
  store.insert(full_message("T1"), as_bytes("hello"));
  store.commit();
  sqlite3* shell = nullptr;
  ASSERT_EQ(sqlite3_open_v2(folder.file().c_str(), &shell, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  for (const char* sql : {"SELECT * FROM queue", "SELECT * FROM history", "SELECT * FROM incoming"})
    EXPECT_EQ(sqlite3_exec(shell, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(shell);
  store.set_setting("goes", "on");
  store.commit();
  sqlite3_close(shell);
}

TEST(FileTest, OnlyTheOwnerMayReadMessages) {
  TemporaryFolder folder;
  Store store(folder.file());
  store.set_setting("a", "b");
  store.commit();
  for (const auto* suffix : {"", "-wal", "-shm", "-lock"}) {
    struct stat info {};
    ASSERT_EQ(::stat((folder.file() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST(FileTest, MissingFolderIsNamed) { expect_refused("/nonexistent/longwire.db", "check that the directory exists"); }

TEST(FileTest, ForeignFilesAreRefusedUntouched) {
  TemporaryFolder folder;
  const auto text = folder.file("text");
  write_file(text, std::string(5000, 'n') + "ot a database");
  expect_refused(text, "no Longwire store");
  const auto other = folder.file("other.db");
  {
    Database db(other);
    db.execute("CREATE TABLE theirs (x)");
  }
  expect_refused(other, "database of another program");
  Database db(other);
  EXPECT_EQ(db.first_text("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST(FileTest, AnEmptyFileIsANewStore) {
  TemporaryFolder folder;
  write_file(folder.file(), "");
  Store store(folder.file());
  EXPECT_TRUE(store.live_messages().empty());
}

TEST(FileTest, NewerSchemaIsRefused) {
  TemporaryFolder folder;
  fill(folder.file(), 1);
  {
    Database db(folder.file());
    db.execute("PRAGMA user_version = " + std::to_string(migrations().back().version + 1));
  }
  expect_refused(folder.file(), "newer version of Longwire");
}

TEST(FileTest, DamagedFileIsNamed) {
  TemporaryFolder folder;
  fill(folder.file(), 50);
  const auto size = std::filesystem::file_size(folder.file());
  const auto truncated = folder.file("truncated.db");
  std::filesystem::copy_file(folder.file(), truncated);
  std::filesystem::resize_file(truncated, size / 2 / 4096 * 4096);
  expect_refused(truncated, "damaged");

  const auto scribbled = folder.file("scribbled.db");
  std::filesystem::copy_file(folder.file(), scribbled);
  {
    std::fstream out(scribbled, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(4096);
    out << std::string(size - 4096, 'Z');
  }
  expect_refused(scribbled, "damaged");
}

TEST(FileTest, RowsNobodyOfUsWroteAreNamed) {
  TemporaryFolder folder;
  fill(folder.file(), 1);
  {
    Database db(folder.file());
    db.execute("UPDATE recipients SET state = 'sleeping' WHERE position = 1");
  }
  Store store(folder.file());
  EXPECT_THAT([&] { store.live_messages(); }, ThrowsMessage<StoreError>(HasSubstr("unknown word \"sleeping\"")));
}

TEST(FileTest, OlderSchemaIsBroughtUpToDateOnce) {
  constexpr Migration first{1, "CREATE TABLE t (a INTEGER NOT NULL)"};
  constexpr Migration second{2, "ALTER TABLE t ADD COLUMN b INTEGER NOT NULL DEFAULT 7"};
  TemporaryFolder folder;
  {
    Database db(folder.file());
    open_schema(db, std::array{first});
    db.write("INSERT INTO t VALUES (1)");
    db.commit();
  }
  for (int start = 0; start < 2; ++start) {
    Database db(folder.file());
    open_schema(db, std::array{first, second});
    EXPECT_EQ(db.first_text("SELECT a || b FROM t"), "17");
    EXPECT_EQ(db.pragma("user_version"), 2);
  }
}

// A store of the first version: its messages are mail, and everything of the second works on it.
TEST(FileTest, AStoreOfVersionOneIsTakenOver) {
  TemporaryFolder folder;
  {
    Database db(folder.file());
    open_schema(db, migrations().first(1));
    EXPECT_EQ(db.pragma("user_version"), 1);
    db.execute(
        "INSERT INTO messages VALUES (7, 'OLD', 1, 2, NULL, 0, 'smtp', 0, '<m@x>', 's', 5, 'a@x', '', 'E', 4, '7bit', "
        "NULL, '', NULL, '', '');"
        "INSERT INTO bodies VALUES (7, X'68656C6C6F');"
        "INSERT INTO recipients VALUES (7, 0, 'queued', 0, 'b@x', 'shore', '', '', 0, 0, 0, NULL, '', '')");
  }
  Store store(folder.file());
  const auto live = store.live_messages();
  ASSERT_EQ(live.size(), 1U);
  EXPECT_EQ(live[0].tracking_id, "OLD");
  EXPECT_EQ(live[0].form, Form::rfc5322);
  EXPECT_EQ(live[0].rows.at(0).recipient.address, "b@x");
  EXPECT_EQ(live[0].rows.at(0).x400_number, 0);
  EXPECT_FALSE(live[0].label);
  EXPECT_EQ(live[0].protection, "clear");
  EXPECT_TRUE(live[0].verdict.empty());
  EXPECT_EQ(store.body(7), to_bytes("hello"));
  store.dmp_sent("shore", 4096, 7, {0});
  store.insert(full_message("NEW"), {});
  store.commit();
  EXPECT_EQ(store.find("NEW")->form, Form::p1);
  EXPECT_EQ(store.find("NEW")->label->classification, 4);
}

// A store of the release before: certificates can be kept in it.
TEST(FileTest, AStoreOfVersionThreeIsTakenOver) {
  TemporaryFolder folder;
  {
    Database db(folder.file());
    open_schema(db, migrations().first(3));
    EXPECT_EQ(db.pragma("user_version"), 3);
    db.execute("INSERT INTO acp127_desk VALUES (3, 'c', 1, 'r', 'd', 't', 0)");
  }
  const CertificateRow row{"a@b.example", "00ff", {1, 2, 3}, CertificateSource::forced, from_unix(5), from_unix(6),
                           from_unix(7),  true,   {4}};
  {
    Store store(folder.file());
    EXPECT_EQ(store.desk_rows().size(), 1U);
    EXPECT_TRUE(store.certificates().empty());
    store.put_certificate(row);
    store.commit();
  }
  Store store(folder.file());
  EXPECT_EQ(store.certificates(), std::vector{row});
}

TEST(FileTest, ALabelThatIsNoneIsADamagedRow) {
  TemporaryFolder folder;
  {
    Store store(folder.file());
    store.insert(full_message("A"), {});
    store.commit();
  }
  {
    Database db(folder.file());
    db.execute("UPDATE messages SET label = X'3103'");
  }
  Store store(folder.file());
  EXPECT_THAT([&] { store.find("A"); }, ThrowsMessage<StoreError>(HasSubstr("damaged row in table messages: label")));
}

TEST(FileTest, AFailedMigrationChangesNothing) {
  constexpr Migration first{1, "CREATE TABLE t (a INTEGER)"};
  constexpr Migration second{2, "CREATE TABLE u (a INTEGER); CREATE TABLE t (a INTEGER)"};
  TemporaryFolder folder;
  Database db(folder.file());
  open_schema(db, std::array{first});
  EXPECT_THROW(open_schema(db, std::array{first, second}), StoreError);
  EXPECT_EQ(db.pragma("user_version"), 1);
  EXPECT_EQ(db.first_text("SELECT count(*) FROM sqlite_schema"), "1");
}

}  // namespace
}  // namespace longwire::store
