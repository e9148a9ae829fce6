#include "node/io/maildir_file.hpp"

#include <gtest/gtest.h>

#include <stdlib.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace longwire::io {
namespace {

namespace fs = std::filesystem;
using Kind = MaildirResult::Kind;

class Maildir : public ::testing::Test {
 protected:
  Maildir() {
    std::string pattern = (fs::temp_directory_path() / "longwire-maildir-XXXXXX").string();
    base_ = ::mkdtemp(pattern.data());
    folder_ = base_ + "/var/mail/ops";
  }
  ~Maildir() override { fs::remove_all(base_); }

  Kind write(const std::string& name, std::string_view text) {
    return write_maildir(folder_, name, as_bytes(text)).kind;
  }
  std::string read(const std::string& path) const {
    std::ifstream file(folder_ + "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  std::size_t files(const std::string& part) const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_ + part), fs::directory_iterator()));
  }

  std::string base_, folder_;
};

TEST_F(Maildir, MakesFoldersAndWritesTheWholeMessage) {
  std::string text(200'000, 'x');
  text[7] = '\0';
  EXPECT_EQ(write("s.1_a.host", text), Kind::written);
  EXPECT_EQ(read("new/s.1_a.host"), text);
  EXPECT_EQ(files("/tmp"), 0U);
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder_ + "/new/s.1_a.host").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Maildir, RepeatedDeliveryWritesNothing) {
  EXPECT_EQ(write("s.1_a.host", "first"), Kind::written);
  EXPECT_EQ(write("s.1_a.host", "second"), Kind::already_there);
  EXPECT_EQ(read("new/s.1_a.host"), "first");
  // The owner has read it meanwhile.
  fs::rename(folder_ + "/new/s.1_a.host", folder_ + "/cur/s.1_a.host:2,S");
  EXPECT_EQ(write("s.1_a.host", "third"), Kind::already_there);
  EXPECT_EQ(files("/new"), 0U);
  // A name that only begins alike is another message.
  EXPECT_EQ(write("s.1_a.hos", "other"), Kind::written);
}

TEST_F(Maildir, LeftoverOfACrashIsNoHindrance) {
  EXPECT_EQ(write("s.1_a.host", "x"), Kind::written);
  std::ofstream(folder_ + "/tmp/s.2_a.host") << "half a mess";
  EXPECT_EQ(write("s.2_a.host", "a whole message"), Kind::written);
  EXPECT_EQ(read("new/s.2_a.host"), "a whole message");
  EXPECT_EQ(files("/tmp"), 1U);  // readers clear it; what we wrote ourselves is gone from there
}

TEST_F(Maildir, FailuresHaveTheSystemsReason) {
  fs::create_directories(base_ + "/var/mail");
  std::ofstream(folder_) << "a file where the folder should be";
  const auto result = write_maildir(folder_, "s.1_a.host", as_bytes("x"));
  EXPECT_EQ(result.kind, Kind::temporary);
  EXPECT_NE(result.text.find("Not a directory"), std::string::npos) << result.text;
  fs::remove(folder_);
  EXPECT_EQ(write(std::string(300, 'n'), "x"), Kind::permanent);
}

TEST_F(Maildir, WritersOfOneDeliveryNeverShareAFile) {
  const std::string text(3'000'000, 'x');
  for (int round = 0; round < 5; ++round) {
    const auto name = "s." + std::to_string(round) + "_a.host";
    std::vector<Kind> kinds(4, Kind::permanent);
    std::vector<std::thread> writers;
    for (auto& kind : kinds) writers.emplace_back([&, this] { kind = write(name, text); });
    for (auto& writer : writers) writer.join();
    for (const auto kind : kinds) EXPECT_TRUE(kind == Kind::written || kind == Kind::already_there);
    EXPECT_EQ(read("new/" + name), text);
  }
  EXPECT_EQ(files("/new"), 5U);
  EXPECT_EQ(files("/tmp"), 0U);
}

}  // namespace
}  // namespace longwire::io
