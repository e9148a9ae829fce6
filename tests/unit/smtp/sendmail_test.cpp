#include "node/smtp/address_list.hpp"
#include "node/smtp/sendmail_options.hpp"
#include "node/smtp/submission.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Mode = SendmailOptions::Mode;

SendmailOptions parse(const std::vector<std::string>& arguments, std::string_view as = "sendmail") {
  auto o = parse_sendmail_options(as, arguments);
  EXPECT_TRUE(o) << (o ? "" : o.error().text);
  return o ? *o : SendmailOptions{};
}
std::string usage(const std::vector<std::string>& arguments) {
  const auto o = parse_sendmail_options("sendmail", arguments);
  return o ? "" : std::string(o.error().name) + '@' + std::to_string(o.error().offset) + ' ' + o.error().text;
}

TEST(SendmailOptions, AsProgramsCallIt) {
  const auto cron = parse({"-FCronDaemon", "-i", "-B8BITMIME", "-oem", "root"});
  EXPECT_EQ(cron.full_name, "CronDaemon");
  EXPECT_TRUE(cron.dot_is_text);
  EXPECT_THAT(cron.recipients, ElementsAre("root"));
  const auto git = parse({"-i", "-f", "Me <me@x.example>", "--", "-odd@y"});
  EXPECT_EQ(git.from, "me@x.example");
  EXPECT_THAT(git.recipients, ElementsAre("-odd@y"));
  const auto php = parse({"-t", "-i", "-fwww@x"});
  EXPECT_TRUE(php.recipients_from_header);
  EXPECT_EQ(php.from, "www@x");
  const auto bundled = parse({"-tiv", "-oi", "-odb", "-G", "-m", "-n", "-U", "-O", "DeliveryMode=b", "-X/dev/null"});
  EXPECT_TRUE(bundled.recipients_from_header && bundled.dot_is_text && bundled.verbose);
  EXPECT_EQ(parse({"-tf", "a@b"}).from, "a@b");
  EXPECT_THAT(parse({"a@b, c@d", "-i", "Name <e@f>"}).recipients, ElementsAre("a@b", "c@d", "e@f"));
}

TEST(SendmailOptions, NullSender) {
  EXPECT_EQ(parse({"-f", "<>", "a@b"}).from, "");
  EXPECT_EQ(parse({"-f", "", "a@b"}).from, "");
  EXPECT_EQ(parse({"-r", "<x@y>", "a@b"}).from, "x@y");
  EXPECT_EQ(parse({"a@b"}).from, std::nullopt);
}

TEST(SendmailOptions, Modes) {
  EXPECT_EQ(parse({"-bm", "a@b"}).mode, Mode::submit);
  EXPECT_EQ(parse({"-bs"}).mode, Mode::smtp);
  EXPECT_EQ(parse({"-bp"}).mode, Mode::list_queue);
  EXPECT_EQ(parse({}, "/usr/bin/mailq").mode, Mode::list_queue);
  EXPECT_EQ(parse({}, "newaliases").mode, Mode::nothing);
  EXPECT_EQ(parse({"-bi"}).mode, Mode::nothing);
  EXPECT_EQ(parse({"-q30m"}).mode, Mode::nothing);
  EXPECT_EQ(parse({"-q"}).mode, Mode::nothing);
}

TEST(SendmailOptions, Dsn) {
  const auto o = parse({"-N", "success,failure", "-R", "hdrs", "-V", "a+b", "-O", "MT-PRIORITY=4", "a@b"});
  EXPECT_TRUE(o.notify->success && o.notify->failure && !o.notify->delay);
  EXPECT_EQ(o.ret, mail::Ret::headers);
  EXPECT_EQ(o.envid, "a+2Bb");
  EXPECT_EQ(o.mt_priority, 4);
  EXPECT_TRUE(parse({"-Nnever", "a@b"}).notify->never);
}

TEST(SendmailOptions, Errors) {
  EXPECT_EQ(usage({"-z", "a@b"}), "usage@0 unknown option -z");
  EXPECT_EQ(usage({"a@b", "-iz"}), "usage@1 unknown option -z");
  EXPECT_EQ(usage({"-i", "-f"}), "usage@1 -f needs a value");
  EXPECT_EQ(usage({"-bd"}), "usage@0 bad value of -b: d");
  EXPECT_EQ(usage({"-N", "sometimes", "a@b"}), "usage@0 bad value of -N: sometimes");
  EXPECT_EQ(usage({"-N", "never ORCPT=rfc822;x", "a@b"}), "usage@0 bad value of -N: never ORCPT=rfc822;x");
  EXPECT_EQ(usage({"-R", "all", "a@b"}), "usage@0 bad value of -R: all");
  EXPECT_EQ(usage({"-V", std::string(101, 'x'), "a@b"}), "usage@0 bad value of -V: " + std::string(101, 'x'));
  EXPECT_EQ(usage({"-B", "9BIT", "a@b"}), "usage@0 bad value of -B: 9BIT");
  EXPECT_EQ(usage({"-O", "MT-PRIORITY=12", "a@b"}), "usage@0 bad value of -O: MT-PRIORITY=12");
  EXPECT_EQ(usage({"-f", "a@b, c@d", "e@f"}), "usage@0 bad value of -f: a@b, c@d");
  EXPECT_EQ(usage({"-i"}), "usage@1 no recipients: name them, or use -t");
  EXPECT_EQ(usage({"<>"}), "usage@0 not an address: <>");
}

TEST(AddressList, Forms) {
  EXPECT_THAT(addresses_in("a@b"), ElementsAre("a@b"));
  EXPECT_THAT(addresses_in("a@b, c@d,,e@f,"), ElementsAre("a@b", "c@d", "e@f"));
  EXPECT_THAT(addresses_in("Ops Room <a@b>,\r\n \"Doe, J\" <c@d>"), ElementsAre("a@b", "c@d"));
  EXPECT_THAT(addresses_in("a@b (Ops (night), x@y)"), ElementsAre("a@b"));
  EXPECT_THAT(addresses_in("(x) a@b"), ElementsAre("a@b"));
  EXPECT_THAT(addresses_in("watch: a@b, C <c@d>; e@f"), ElementsAre("a@b", "c@d", "e@f"));
  EXPECT_THAT(addresses_in("Undisclosed recipients:;"), ElementsAre());
  EXPECT_THAT(addresses_in("\"x y\"@d"), ElementsAre("\"x y\"@d"));
  EXPECT_THAT(addresses_in("\"a\\\"b\"@d"), ElementsAre("\"a\\\"b\"@d"));
  EXPECT_THAT(addresses_in("\"a>b\"@d, <\"c>d\"@e>"), ElementsAre("\"a>b\"@d", "\"c>d\"@e"));
  EXPECT_THAT(addresses_in("<@x,@y:a@b>"), ElementsAre("a@b"));
  EXPECT_THAT(addresses_in("a @ b . c"), ElementsAre("a@b.c"));
  EXPECT_THAT(addresses_in("root"), ElementsAre("root"));
  EXPECT_THAT(addresses_in("\"unfinished"), ElementsAre());
  EXPECT_THAT(addresses_in("<a@b"), ElementsAre("a@b"));
  EXPECT_THAT(addresses_in("<a b@c>"), ElementsAre());
  EXPECT_THAT(addresses_in(""), ElementsAre());
  EXPECT_THAT(addresses_in("\xc3\xa4 <a@b>"), ElementsAre("a@b"));
}

const SubmissionDefaults defaults{.user = "ops", .domain = "ship.example", .date = "DATE", .message_id = "<ID>"};

Submission prepare(const std::vector<std::string>& arguments, std::string_view input) {
  const auto s = prepare_submission(parse(arguments), input, defaults);
  EXPECT_TRUE(s) << (s ? "" : s.error().text);
  return s ? *s : Submission{};
}
std::string text_of(const Submission& s) { return std::string(as_text(s.message)); }
std::vector<std::string> recipients_of(const Submission& s) {
  std::vector<std::string> list;
  for (const auto& r : s.envelope.recipients) list.push_back(r.address);
  return list;
}

TEST(Submission, PlainTextGetsAHeader) {
  const auto s = prepare({"root"}, "hello\n");
  EXPECT_EQ(text_of(s), "Date: DATE\r\nFrom: ops@ship.example\r\nMessage-ID: <ID>\r\n\r\nhello\r\n");
  EXPECT_EQ(s.envelope.from, "ops@ship.example");
  EXPECT_THAT(recipients_of(s), ElementsAre("root@ship.example"));
}

TEST(Submission, WhatIsThereStays) {
  const auto s = prepare({"a@b"}, "Date: d\nFROM: f@g\nMessage-Id: m\nSubject: x\n folded\n\nbody\n");
  EXPECT_EQ(text_of(s), "Date: d\r\nFROM: f@g\r\nMessage-Id: m\r\nSubject: x\r\n folded\r\n\r\nbody\r\n");
}

TEST(Submission, LineEndsAndDots) {
  const auto body = [](const std::vector<std::string>& arguments, std::string_view input) {
    const auto text = text_of(prepare(arguments, input));
    return text.substr(text.find("\r\n\r\n") + 4);
  };
  EXPECT_EQ(body({"a@b"}, "\na\r\nb\rc\n\nd"), "a\r\nb\r\nc\r\n\r\nd\r\n");
  EXPECT_EQ(body({"a@b"}, "\na\r\r\nb\n"), "a\r\nb\r\n");
  EXPECT_EQ(body({"a@b"}, "\na\n.\nb\n"), "a\r\n");
  EXPECT_EQ(body({"-i", "a@b"}, "\na\n.\nb\n"), "a\r\n.\r\nb\r\n");
  EXPECT_EQ(body({"-oi", "a@b"}, "\n.\n"), ".\r\n");
  EXPECT_EQ(body({"a@b"}, "From me Sat Nov 21\nTo: x\n\nb\n"), "b\r\n");
  EXPECT_EQ(body({"a@b"}, ""), "");
}

TEST(Submission, RecipientsFromTheHeader) {
  const auto s = prepare({"-t", "x@y"},
                         "To: A <a@b>,\n c@d\nCc: E: e@f;\nbcc: secret@g\n more@g\nReturn-Path: <q>\nTo: a@b\n\nb\n");
  EXPECT_THAT(recipients_of(s), ElementsAre("x@y", "a@b", "c@d", "e@f", "more@g"));
  EXPECT_THAT(text_of(s), Not(HasSubstr("secret")));
  EXPECT_THAT(text_of(s), Not(HasSubstr("more@g")));
  EXPECT_THAT(text_of(s), Not(HasSubstr("Return-Path")));
  EXPECT_THAT(text_of(s), HasSubstr("To: A <a@b>,\r\n c@d\r\n"));
}

TEST(Submission, ResentRecipients) {
  const auto s = prepare({"-t"}, "To: a@b\nResent-To: c@d\nResent-Bcc: e@f\n\nb\n");
  EXPECT_THAT(recipients_of(s), ElementsAre("c@d", "e@f"));
  EXPECT_THAT(text_of(s), Not(HasSubstr("e@f")));
}

TEST(Submission, FromNames) {
  const auto from = [](const std::string& name) {
    const auto text = text_of(prepare({"-F", name, "a@b"}, "x: y\n\n"));
    const auto at = text.find("From: ");
    return text.substr(at + 6, text.find("\r\n", at) - at - 6);
  };
  EXPECT_EQ(from("Ops Room"), "\"Ops Room\" <ops@ship.example>");
  EXPECT_EQ(from("a\"b\\"), "\"a\\\"b\\\\\" <ops@ship.example>");
  EXPECT_EQ(from("J\xc3\xb6rg"), "=?utf-8?q?J=C3=B6rg?= <ops@ship.example>");
  EXPECT_EQ(from("a\r\nBcc: x"), "=?utf-8?q?a=0D=0ABcc=3A=20x?= <ops@ship.example>");
}

TEST(Submission, SenderAndEnvelope) {
  EXPECT_EQ(prepare({"-f", "me", "a@b"}, "x: y\n").envelope.from, "me@ship.example");
  const auto null = prepare({"-f", "<>", "a@b"}, "x: y\n");
  EXPECT_EQ(null.envelope.from, "");
  EXPECT_THAT(text_of(null), HasSubstr("From: ops@ship.example\r\n"));
  const auto s = prepare({"-N", "delay", "-R", "full", "-V", "Q", "-O", "mt-priority=-3", "a@b"}, "x: y\n");
  EXPECT_TRUE(s.envelope.recipients.at(0).notify->delay);
  EXPECT_EQ(s.envelope.ret, mail::Ret::full);
  EXPECT_EQ(s.envelope.envid, "Q");
  EXPECT_EQ(s.envelope.mt_priority, -3);
}

TEST(Submission, Errors) {
  const auto name = [](const std::vector<std::string>& arguments, std::string_view input) {
    const auto s = prepare_submission(parse(arguments), input, defaults);
    return s ? "" : std::string(s.error().name);
  };
  EXPECT_EQ(name({"a@b"}, std::string_view("x\0", 2)), "nul_in_text");
  EXPECT_EQ(name({"-t"}, "Subject: x\n\nTo: a@b\n"), "no_recipients");
  EXPECT_EQ(name({"a..b@c"}, "x\n"), "bad_recipient");
  EXPECT_EQ(name({"-f", "a..b@c", "d@e"}, "x\n"), "bad_sender");
}

TEST(Submission, ExitCodes) {
  using Outcome = ClientSession::Outcome;
  const Outcome good{Outcome::Kind::delivered, "2.0.0", ""}, later{Outcome::Kind::temporary, "4.4.1", ""},
      unknown{Outcome::Kind::permanent, "5.1.1", ""}, refused{Outcome::Kind::permanent, "5.7.1", ""};
  EXPECT_EQ(exit_code({good, good}), sysexits::ok);
  EXPECT_EQ(exit_code({good, later, refused}), sysexits::temporary);
  EXPECT_EQ(exit_code({good, unknown}), sysexits::no_user);
  EXPECT_EQ(exit_code({unknown, refused}), sysexits::unavailable);
  EXPECT_EQ(exit_code({refused, unknown}), sysexits::unavailable);
}

}  // namespace
}  // namespace longwire::smtp
