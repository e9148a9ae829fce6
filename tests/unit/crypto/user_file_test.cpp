#include "base/limits.hpp"
#include "crypto/scram.hpp"
#include "tests/unit/counting_random.hpp"

#include <gtest/gtest.h>

#include <string>

namespace longwire::crypto {
namespace {

// The password is "pencil"; the values are those of RFC 7677's example, computed with Python's hashlib and hmac.
constexpr const char* user_line =
    "user:SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

TEST(UserFile, ALineOfAnotherProgramIsRead) {
  const auto users = UserFile::read(std::string("# comment\r\n\r\n") + user_line + "\r\n");
  ASSERT_TRUE(users) << users.error().text;
  ASSERT_NE(users->find("user"), nullptr);
  EXPECT_EQ(users->find("use"), nullptr);
  EXPECT_TRUE(users->check("user", "pencil"));
  EXPECT_FALSE(users->check("user", "Pencil"));
  EXPECT_FALSE(users->check("user", ""));
  EXPECT_FALSE(users->check("nobody", "pencil"));
  EXPECT_FALSE(users->check("user", std::string(limits::password + 1, 'x')));
  EXPECT_EQ(format_user(*users->find("user")), user_line);
}

TEST(UserFile, WhatMakeUserWritesIsReadAgain) {
  test::CountingRandom random;
  std::string text;
  for (const char* name : {"zoe", "alice", "bob@ship-a.example"})
    text += format_user(*make_user(name, std::string("secret of ") + name, 4096, random)) + "\n";
  const auto users = UserFile::read(text);
  ASSERT_TRUE(users);
  EXPECT_EQ(users->size(), 3U);
  EXPECT_TRUE(users->check("alice", "secret of alice"));
  EXPECT_TRUE(users->check("bob@ship-a.example", "secret of bob@ship-a.example"));
  EXPECT_FALSE(users->check("zoe", "secret of alice"));
}

TEST(UserFile, NamesAndPasswordsThatAreRefused) {
  test::CountingRandom random;
  for (const std::string name : {"", "two words", "colon:", "caf\xc3\xa9", "tab\t"})
    EXPECT_EQ(make_user(name, "x", 4096, random).error().name, "bad_user_name") << name;
  for (const std::string password : {"", "caf\xc3\xa9", "line\n"})
    EXPECT_EQ(make_user("x", password, 4096, random).error().name, "bad_password") << password;
  EXPECT_TRUE(make_user(std::string(limits::user_name, 'x'), std::string(limits::password, 'x'), 4096, random));
  EXPECT_FALSE(make_user(std::string(limits::user_name + 1, 'x'), "x", 4096, random));
  EXPECT_FALSE(make_user("x", std::string(limits::password + 1, 'x'), 4096, random));
}

TEST(UserFile, BadLinesAreNamed) {
  const std::string good = user_line;
  for (const std::string bad :
       {"user", "user:{PLAIN}secret", ":SCRAM-SHA-256$4096:AAAA$AAAA:AAAA",
        "user:SCRAM-SHA-1$4096:W22ZaJ0SNY7soEsUEjb6gQ==$AAAA:AAAA", "user:SCRAM-SHA-256$4096:W22Z",
        "user:SCRAM-SHA-256$4096:W22Z$AAAA:AAAA", "user:SCRAM-SHA-256$x:W22Z$AAAA:AAAA"}) {
    const auto users = UserFile::read(good + "\n" + bad + "\n");
    ASSERT_FALSE(users) << bad;
    EXPECT_EQ(users.error().name, "bad_user_file");
    EXPECT_EQ(users.error().offset, good.size() + 1);
    EXPECT_NE(users.error().text.find("line 2"), std::string::npos) << users.error().text;
  }
  EXPECT_EQ(UserFile::read(good + "\n" + good).error().name, "duplicate_user");
  const auto with_count = [&](const std::string& count) {
    auto line = good;
    return UserFile::read(line.replace(line.find("4096"), 4, count)).has_value();
  };
  EXPECT_TRUE(with_count("4096"));
  EXPECT_FALSE(with_count("4095"));
  EXPECT_TRUE(with_count("200000"));
  EXPECT_FALSE(with_count("200001"));
}

TEST(UserFile, AsManyUsersAsTheLimitAllows) {
  const std::string tail = std::string(user_line).substr(4);
  std::string text;
  for (std::size_t i = 0; i < limits::users; ++i) text += "u" + std::to_string(i) + tail + "\n";
  ASSERT_TRUE(UserFile::read(text));
  EXPECT_EQ(UserFile::read(text)->size(), limits::users);
  EXPECT_FALSE(UserFile::read(text + "one" + tail));
}

}  // namespace
}  // namespace longwire::crypto
