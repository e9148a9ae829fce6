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
  const auto name = [](std::uint64_t id, std::string_view to, std::string_view text, std::string_view host) {
    return maildir_name(id, to, as_bytes(text), host);
  };
  // Names of files already delivered: these must never change.
  EXPECT_EQ(name(42, "ops@tor.example", "text\r\n", "tor.example"), "42.b5d6ce09ec2f95a2.tor.example,S=6");
  EXPECT_EQ(name(42, "ops@tor.example", "text\r\n", "a/b:c\n"), "42.b5d6ce09ec2f95a2.a\\057b\\072c,S=6");
  const std::set<std::string> names{name(1, "a@x", "t", "h"), name(2, "a@x", "t", "h"), name(1, "b@x", "t", "h"),
                                    name(1, "a@x", "u", "h"), name(1, "a@x", "t", "i"), name(1, "a@", "xt", "h")};
  EXPECT_EQ(names.size(), 6u);
}

TEST(Maildir, FindsItselfAmongRead) {
  EXPECT_TRUE(is_delivery("1.a.h,S=6", "1.a.h,S=6"));
  EXPECT_TRUE(is_delivery("1.a.h,S=6:2,RS", "1.a.h,S=6"));
  EXPECT_FALSE(is_delivery("1.a.h,S=66", "1.a.h,S=6"));
  EXPECT_FALSE(is_delivery("1.a.h", "1.a.h,S=6"));
}

}  // namespace
}  // namespace longwire::smtp
