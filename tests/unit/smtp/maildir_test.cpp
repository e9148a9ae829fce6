#include "node/smtp/maildir.hpp"

#include <gtest/gtest.h>
#include <set>

namespace longwire::smtp {
namespace {

TEST(Maildir, MailboxNames) {
  const auto name = [](std::string_view address) { return mailbox_name(address).value(); };
  EXPECT_EQ(name("Bridge@tor.example"), "bridge");
  EXPECT_EQ(name("ops+night@tor.example"), "ops");
  EXPECT_EQ(name("postmaster"), "postmaster");
  EXPECT_EQ(name("first.last@x"), "first.last");
  EXPECT_EQ(name("\"quoted\"@x"), "quoted");
  EXPECT_EQ(name("\"q\\\"x\"@x"), "q\"x");
  EXPECT_EQ(name("\"a@b\"@x"), "a@b");
  EXPECT_EQ(mailbox_name("Ops+Night@x", {.cut_plus_tag = false, .fold_case = false}).value(), "Ops+Night");
  EXPECT_EQ(name(std::string(128, 'a') + "@x"), std::string(128, 'a'));
}

TEST(Maildir, NothingLeavesTheDirectory) {
  for (const std::string& address : {std::string("@x"),
                                     std::string("..@x"),
                                     std::string(".@x"),
                                     std::string(".hidden@x"),
                                     std::string("a/b@x"),
                                     std::string("/etc@x"),
                                     std::string("../../etc/passwd@x"),
                                     std::string("\"../x\"@x"),
                                     std::string("\"\\../x\"@x"),
                                     std::string("\"\\.\\.\"@x"),
                                     std::string("a\0b@x", 5),
                                     std::string("a b@x"),
                                     std::string("\"a b\"@x"),
                                     std::string("a\nb@x"),
                                     std::string("\xc3\xa4@x"),
                                     std::string("+tag@x"),
                                     std::string("\"\"@x"),
                                     std::string(""),
                                     std::string("-rf@x"),
                                     std::string(129, 'a') + "@x",
                                     std::string("a\x7f@x")}) {
    const auto path = expand_maildir("/var/mail/{local}", address);
    ASSERT_FALSE(path) << address;
    EXPECT_EQ(path.error().name, "bad_local_part");
  }
}

TEST(Maildir, Template) {
  EXPECT_EQ(expand_maildir("/var/mail/{local}", "Ops+x@y").value(), "/var/mail/ops");
  EXPECT_EQ(expand_maildir("/home/{local}/Mail/{local}", "a@y").value(), "/home/a/Mail/a");
  EXPECT_EQ(expand_maildir("/var/mail/all", "a@y").value(), "/var/mail/all");
  EXPECT_EQ(expand_maildir("/var/mail/{local}", "{local}@y").value(), "/var/mail/{local}");
}

TEST(Maildir, NameIsStableAndUnique) {
  // The name of a file already delivered: it must never change. The hash was made with another program.
  EXPECT_EQ(maildir_name("6b1b3c61", 42, "ops@tor.example", "tor.example"), "6b1b3c61.42_b7ff1ef080bb2326.tor.example");
  EXPECT_EQ(maildir_name("a/b", 1, "ops@tor.example", "a/b:c d\n"), "ab.1_b7ff1ef080bb2326.abcd");
  EXPECT_LE(maildir_name(std::string(500, 's'), ~0ULL, "a@b", std::string(500, 'h')).size(), 255u - 16);
  const std::set<std::string> names{maildir_name("s", 1, "a@x", "h"), maildir_name("s", 2, "a@x", "h"),
                                    maildir_name("s", 1, "b@x", "h"), maildir_name("t", 1, "a@x", "h"),
                                    maildir_name("s", 1, "a@x", "i")};
  EXPECT_EQ(names.size(), 5u);
}

TEST(Maildir, FindsItselfAmongRead) {
  EXPECT_TRUE(is_delivery("1.a.h", "1.a.h"));
  EXPECT_TRUE(is_delivery("1.a.h:2,RS", "1.a.h"));
  EXPECT_FALSE(is_delivery("1.a.hh", "1.a.h"));
  EXPECT_FALSE(is_delivery("1.a", "1.a.h"));
}

}  // namespace
}  // namespace longwire::smtp
