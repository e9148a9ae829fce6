#include "base/limits.hpp"
#include "server_talk.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Server, EhloList) {
  EXPECT_EQ(ehlo_reply(),
            "250-gw.example\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250-BINARYMIME\r\n250-CHUNKING\r\n250-PIPELINING\r\n"
            "250-ENHANCEDSTATUSCODES\r\n250-DSN\r\n250-DELIVERBY\r\n250 MT-PRIORITY STANAG4406\r\n");
  auto options = test_options();
  options.min_deliver_by = 60;
  options.max_message = 0;
  EXPECT_THAT(ehlo_reply(options), HasSubstr("250-DELIVERBY 60\r\n"));
  EXPECT_THAT(ehlo_reply(options), HasSubstr("250-SIZE " + std::to_string(limits::message_octets) + "\r\n"));
}

TEST(Server, Greeting) {
  TestPolicy policy;
  ServerSession session(test_options(), {}, policy);
  session.start();
  EXPECT_EQ(session.take_output(), "220 gw.example ESMTP Longwire\r\n");
}

TEST(Server, WholeTransaction) {
  const auto t = talk({ehlo, mail_from, rcpt_to, "DATA\r\n", "Subject: x\r\n\r\n..dot\r\ntext\r\n.\r\n", "QUIT\r\n"});
  EXPECT_THAT(t.output, EndsWith("250 2.1.0 ok\r\n250 2.1.5 ok\r\n354 end with CR LF . CR LF\r\n250 2.6.0 kept\r\n"
                                 "221 2.0.0 gw.example closing\r\n"));
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].message, "Subject: x\r\n\r\n.dot\r\ntext\r\n");
  EXPECT_EQ(t.accepted[0].envelope.from, "a@b.example");
  EXPECT_EQ(t.accepted[0].envelope.recipients.at(0).address, "c@d.example");
  EXPECT_EQ(t.accepted[0].client.helo, "ws.example");
  EXPECT_EQ(t.accepted[0].client.protocol, "ESMTP");
  EXPECT_TRUE(t.closed);
}

TEST(Server, PipelinedTransactions) {
  const auto group = mail_from + rcpt_to + "DATA\r\n";
  const std::string one = "a: b\r\n\r\n1\r\n.\r\n";
  const auto t = talk({ehlo, group, one + group, one + "NOOP\r\nQUIT\r\n"});
  EXPECT_EQ(t.accepted.size(), 2u);
  EXPECT_THAT(t.output, EndsWith("250 2.6.0 kept\r\n250 2.0.0 ok\r\n221 2.0.0 gw.example closing\r\n"));
}

TEST(Server, HeloTakesNoParameters) {
  const auto t = talk({"HELO ws\r\n", "MAIL FROM:<a@b> SIZE=1\r\n", mail_from, rcpt_to, "DATA\r\n", ".\r\n"});
  EXPECT_EQ(t.output.substr(0, t.output.find("250 2.1.0")), "250 gw.example\r\n555 5.5.4 parameters need EHLO\r\n");
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].message, "");
  EXPECT_EQ(t.accepted[0].client.protocol, "SMTP");
}

struct Row {
  std::string send;
  std::string reply;  // how the reply to it starts
};

void expect_rows(const std::vector<Row>& rows, const std::string& before = "",
                 const ServerOptions& options = test_options()) {
  const auto skip = after_ehlo({before}, options).size();
  for (const auto& row : rows)
    EXPECT_THAT(after_ehlo({before, row.send + "\r\n"}, options).substr(skip), StartsWith(row.reply)) << row.send;
}

TEST(Server, CommandReplies) {
  expect_rows({
      {"NOOP", "250 2.0.0"},
      {"noop with words", "250 2.0.0"},
      {"NOOP  \t", "250 2.0.0"},
      {"RSET", "250 2.0.0"},
      {"RSET x", "501 5.5.4"},
      {"VRFY user", "252 2.5.2"},
      {"VRFY", "501 5.5.4"},
      {"HELP", "214-2.0.0 "},
      {"HELP MAIL", "214-2.0.0 "},
      {"QUIT", "221 2.0.0"},
      {"QUIT now", "501 5.5.4"},
      {"EHLO", "501 5.5.4"},
      {"EHLO a b", "501 5.5.4"},
      {"EHLO a\x80", "501 5.5.4"},
      {"EHLO a(b", "501 5.5.4"},
      {"EHLO [10.1.2.3]", "250-gw.example"},
      {"HELO under_score", "250 gw.example"},
      {"EXPN list", "502 5.5.1"},
      {"STARTTLS", "502 5.5.1"},
      {"AUTH PLAIN", "502 5.5.1"},
      {"ETRN x", "502 5.5.1"},
      {"LHLO x", "502 5.5.1"},
      {"XYZZY", "500 5.5.1"},
      {"", "500 5.5.1"},
      {std::string("NOOP \0", 6), "500 5.5.2"},
      {"NOOP \x1b", "500 5.5.2"},
      {"GET / HTTP/1.1", "421 4.7.0"},
      {"DATA", "503 5.5.1"},
      {"RCPT TO:<a@b>", "503 5.5.1"},
      {"BDAT 0 LAST", "503 5.5.1"},
  });
  EXPECT_EQ(talk({mail_from}).output, "503 5.5.1 say EHLO or HELO first\r\n");
}

TEST(Server, MailArguments) {
  expect_rows({
      {"MAIL FROM:<a@b>", "250 2.1.0"},
      {"mail from:<>", "250 2.1.0"},
      {"MAIL FROM:<a@b> ", "250 2.1.0"},
      {"MAIL FROM:<@x.example:a@b>", "250 2.1.0"},
      {"MAIL", "501 5.5.4"},
      {"MAIL TO:<a@b>", "501 5.5.4"},
      {"MAIL FROM: <a@b>", "501 5.1.7"},
      {"MAIL FROM:a@b", "501 5.1.7"},
      {"MAIL FROM:<a>", "501 5.1.7"},
      {"MAIL FROM:<a\x80@b>", "501 5.1.7"},
      {"MAIL FROM:<refused@b>", "550 5.7.1 not you"},
      {"MAIL FROM:<lowered@b> MT-PRIORITY=6", "250 2.3.6 0 "},
      {"MAIL FROM:<a@b> SIZE=1000", "250 2.1.0"},
      {"MAIL FROM:<a@b> SIZE=1001", "552 5.3.4"},
      {"MAIL FROM:<a@b> SIZE=", "501 5.5.4"},
      {"MAIL FROM:<a@b> SIZE=1 SIZE=1", "501 5.5.4"},
      {"MAIL FROM:<a@b> size=1 body=8bitmime", "250 2.1.0"},
      {"MAIL FROM:<a@b> BODY=BINARYMIME", "250 2.1.0"},
      {"MAIL FROM:<a@b> BODY=BINARY", "501 5.5.4"},
      {"MAIL FROM:<a@b> BODY", "501 5.5.4"},
      {"MAIL FROM:<a@b> RET=FULL ENVID=QX42", "250 2.1.0"},
      {"MAIL FROM:<a@b> RET=ALL", "501 5.5.4"},
      {"MAIL FROM:<a@b> ENVID=a+2b", "501 5.5.4"},
      {"MAIL FROM:<a@b> BY=60;R", "250 2.1.0"},
      {"MAIL FROM:<a@b> BY=-5;NT", "250 2.1.0"},
      {"MAIL FROM:<a@b> BY=0;R", "501 5.5.4"},
      {"MAIL FROM:<a@b> BY=60;X", "501 5.5.4"},
      {"MAIL FROM:<a@b> MT-PRIORITY=-9", "250 2.1.0"},
      {"MAIL FROM:<a@b> MT-PRIORITY=+3", "501 5.5.2"},
      {"MAIL FROM:<a@b> MT-PRIORITY=10", "501 5.5.2"},
      {"MAIL FROM:<a@b> MT-PRIORITY=1 MT-PRIORITY=1", "501 5.5.4"},
      {"MAIL FROM:<a@b> SMTPUTF8", "555 5.5.4"},
      {"MAIL FROM:<a@b> AUTH=<>", "555 5.5.4"},
      {"MAIL FROM:<a@b> MTRK=YWJj", "555 5.5.4"},
      {"MAIL FROM:<a@b> XYZZY=1", "555 5.5.4"},
      {"MAIL FROM:<\"a> AUTH=<> \"@b>", "250 2.1.0"},
      {"MAIL FROM:<a@b>  SIZE=1", "501 5.5.4"},
      {"MAIL FROM:<a@b>SIZE=1", "501 5.5.4"},
  });
  auto options = test_options();
  options.min_deliver_by = 60;
  expect_rows({{"MAIL FROM:<a@b> BY=59;R", "555 5.3.3"},
               {"MAIL FROM:<a@b> BY=60;R", "250 2.1.0"},
               {"MAIL FROM:<a@b> BY=1;N", "250 2.1.0"}},
              "", options);
  expect_rows({{"MAIL FROM:<a@b>", "503 5.5.1"}}, mail_from);
}

TEST(Server, RcptArguments) {
  expect_rows(
      {
          {"RCPT TO:<c@d>", "250 2.1.5"},
          {"rcpt to:<Postmaster>", "250 2.1.5"},
          {"RCPT TO:<c@d> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c@d", "250 2.1.5"},
          {"RCPT TO:<c@d> NOTIFY=NEVER", "250 2.1.5"},
          {"RCPT TO:<c@d> NOTIFY=NEVER,DELAY", "501 5.5.4"},
          {"RCPT TO:<c@d> ORCPT=c@d", "501 5.5.4"},
          {"RCPT TO:<c@d> NOTIFY=DELAY NOTIFY=DELAY", "501 5.5.4"},
          {"RCPT TO:<c@d> XYZZY", "555 5.5.4"},
          {"RCPT TO:<>", "501 5.1.3"},
          {"RCPT TO:<c>", "501 5.1.3"},
          {"RCPT TO:<c\xc3\xa4@d>", "501 5.1.3"},
          {"RCPT FROM:<c@d>", "501 5.5.4"},
          {"RCPT TO:<nobody@d>", "550 5.1.1 no such user"},
          {"RCPT TO:<later@d>", "451-4.4.3 directory down\r\n451 4.4.3 ask again\r\n"},
          {"DATA", "503 5.5.1"},
          {"DATA x", "501 5.5.4"},
      },
      mail_from);
}

TEST(Server, RecipientLimitIsTemporary) {
  const auto out = after_ehlo({mail_from, "RCPT TO:<1@d>\r\nRCPT TO:<2@d>\r\nRCPT TO:<3@d>\r\n", "RCPT TO:<4@d>\r\n"});
  EXPECT_THAT(out, EndsWith("250 2.1.5 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n452 4.5.3 too many recipients\r\n"));
}

TEST(Server, SameRecipientTwiceIsOne) {
  const auto t =
      talk({ehlo, mail_from, rcpt_to + rcpt_to + "RCPT TO:<c@d.example> NOTIFY=NEVER\r\n", "DATA\r\n", ".\r\n"});
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].envelope.recipients.size(), 2u);  // another wish about reports is another recipient
}

TEST(Server, AllRecipientsRefused) {
  EXPECT_THAT(after_ehlo({mail_from, "RCPT TO:<nobody@d>\r\n", "DATA\r\n"}),
              EndsWith("554 5.5.1 no valid recipients\r\n"));
  EXPECT_THAT(after_ehlo({mail_from, "RCPT TO:<nobody@d>\r\nBDAT 3 LAST\r\nabc"}),
              EndsWith("554 5.5.1 no valid recipients\r\n"));
}

TEST(Server, RsetAndEhloEndTheTransaction) {
  EXPECT_THAT(after_ehlo({mail_from, rcpt_to, "RSET\r\n", "DATA\r\n"}), EndsWith("503 5.5.1 MAIL first\r\n"));
  EXPECT_THAT(after_ehlo({mail_from, rcpt_to, ehlo, "DATA\r\n"}), EndsWith("503 5.5.1 MAIL first\r\n"));
}

TEST(Server, FullEnvelopeReachesThePolicy) {
  const auto t = talk({ehlo, "MAIL FROM:<a@b> SIZE=5 BODY=8BITMIME RET=HDRS ENVID=Q+2B1 BY=120;RT MT-PRIORITY=4\r\n",
                       "RCPT TO:<c@d> NOTIFY=SUCCESS ORCPT=x400;/S+3DBridge/\r\n", "DATA\r\n", "\r\n.\r\n"});
  ASSERT_EQ(t.accepted.size(), 1u);
  const auto& e = t.accepted[0].envelope;
  EXPECT_EQ(e.size, 5u);
  EXPECT_EQ(e.body, mail::Body::eight_bit);
  EXPECT_EQ(e.ret, mail::Ret::headers);
  EXPECT_EQ(e.envid, "Q+2B1");
  EXPECT_TRUE(e.by->return_if_late && e.by->trace);
  EXPECT_EQ(e.by->seconds, 120);
  EXPECT_EQ(e.mt_priority, 4);
  EXPECT_TRUE(e.recipients.at(0).notify->success);
  EXPECT_EQ(e.recipients.at(0).orcpt, "x400;/S+3DBridge/");
}

TEST(Server, PolicyRefusesAfterData) {
  const auto t = talk({ehlo, mail_from, rcpt_to, "DATA\r\n", "\r\n.\r\n", mail_from}, test_options(),
                      {550, "5.7.0", "label missing"});
  EXPECT_THAT(t.output, EndsWith("550 5.7.0 label missing\r\n250 2.1.0 ok\r\n"));
}

TEST(Server, PolicyCloses) {
  const auto t = talk({ehlo, "MAIL FROM:<closing@b>\r\n", "NOOP\r\n"});
  EXPECT_THAT(t.output, EndsWith("421 4.3.2 shutting down\r\n"));
  EXPECT_TRUE(t.closed);
}

// --- size, lines, 8-bit ------------------------------------------------------------------------

std::string data_reply(const std::string& message, const std::string& mail = mail_from,
                       const ServerOptions& options = test_options()) {
  const auto out = after_ehlo({mail, rcpt_to, "DATA\r\n", message}, options);
  return out.substr(out.find("354 "));
}

TEST(Server, SizeAtTheLimitAndOneBeyond) {
  const std::string head = "a: b\r\n\r\n";
  const std::string ok = "354 end with CR LF . CR LF\r\n250 2.6.0 kept\r\n";
  EXPECT_EQ(data_reply(head + std::string(990, 'x') + "\r\n.\r\n"), ok);
  EXPECT_THAT(data_reply(head + std::string(991, 'x') + "\r\n.\r\nNOOP\r\n"),
              EndsWith("552 5.3.4 message too big\r\n250 2.0.0 ok\r\n"));
  // Stuffed dots are not part of the message (RFC 1870 5).
  EXPECT_EQ(data_reply(head + ".." + std::string(989, 'x') + "\r\n.\r\n"), ok);
}

TEST(Server, TextLineAtTheLimitAndOneBeyond) {
  auto options = test_options();
  options.max_message = 1'000'000;
  const auto line = [&](std::size_t n) {
    return talk_once({ehlo, mail_from, rcpt_to, "DATA\r\n", std::string(n, 'x') + "\r\n.\r\n"}, options, {},
                     Pieces::whole)
        .output;
  };
  EXPECT_THAT(line(limits::smtp_text_line), HasSubstr("354 end with CR LF . CR LF\r\n250 "));
  EXPECT_THAT(line(limits::smtp_text_line + 1), EndsWith("554 5.6.0 line too long\r\n"));
}

TEST(Server, CommandLineAtTheLimitAndOneBeyond) {
  const auto line = [](std::size_t n) { return "NOOP " + std::string(n - 7, 'x') + "\r\n"; };
  EXPECT_EQ(after_ehlo({line(limits::command_line)}), "250 2.0.0 ok\r\n");
  EXPECT_EQ(after_ehlo({line(limits::command_line + 1)}), "500 5.5.2 line too long\r\n");
  EXPECT_EQ(after_ehlo({line(limits::smtp_text_line)}), "500 5.5.2 line too long\r\n");
  EXPECT_EQ(after_ehlo({line(limits::smtp_text_line + 1)}), "421 4.7.0 gw.example endless command line\r\n");
  EXPECT_EQ(after_ehlo({std::string(limits::smtp_text_line + 1, 'x')}),
            "421 4.7.0 gw.example endless command line\r\n");
}

TEST(Server, LongestLegalCommands) {
  const auto mail = "MAIL FROM:<" + std::string(64, 'l') + "@" + std::string(63, 'd') + "." + std::string(63, 'd') +
                    "." + std::string(62, 'd') +
                    "> SIZE=00000000000000000999 BODY=BINARYMIME RET=FULL ENVID=" + std::string(100, 'e') +
                    " BY=-999999999;NT MT-PRIORITY=-9\r\n";
  const auto rcpt = "RCPT TO:<" + std::string(500, 'l') + "@d> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;" +
                    std::string(493, 'o') + "\r\n";
  EXPECT_EQ(after_ehlo({mail, rcpt}), "250 2.1.0 ok\r\n250 2.1.5 ok\r\n");
}

TEST(Server, EightBit) {
  const std::string in_header = "Subject: \xc3\xa4\r\n\r\n.\r\n";
  const std::string in_body = "Subject: a\r\n\r\n\xc3\xa4\r\n.\r\n";
  EXPECT_THAT(data_reply(in_header), EndsWith("554 5.6.0 8-bit octets in the header\r\n"));
  EXPECT_THAT(data_reply("\r\n\xc3\xa4\r\n.\r\n"), EndsWith("250 2.6.0 kept\r\n"));
  const auto t = talk({ehlo, mail_from, rcpt_to, "DATA\r\n", in_body});
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].envelope.body, mail::Body::eight_bit);  // though not declared
}

// --- patience ----------------------------------------------------------------------------------

TEST(Server, TooManyErrors) {
  std::string errors;
  for (std::size_t i = 1; i < limits::smtp_errors; ++i) errors += "XYZZY\r\n";
  EXPECT_THAT(after_ehlo({errors}), EndsWith("500 5.5.1 command not known\r\n"));
  const auto t = talk({ehlo, errors + "XYZZY\r\nNOOP\r\n"});
  EXPECT_THAT(t.output, EndsWith("500 5.5.1 command not known\r\n421 4.7.0 gw.example too many errors\r\n"));
  EXPECT_TRUE(t.closed);
}

TEST(Server, UnknownUsersAreNoProtocolErrors) {
  std::string rcpts;
  for (std::size_t i = 0; i < 2 * limits::smtp_errors; ++i) rcpts += "RCPT TO:<nobody@d>\r\n";
  EXPECT_THAT(after_ehlo({mail_from, rcpts, rcpt_to}), EndsWith("250 2.1.5 ok\r\n"));
}

TEST(Server, RepliesNobodyReads) {
  TestPolicy policy;
  ServerSession session(test_options(), {}, policy);
  session.start();
  (void)session.take_output();
  for (int i = 0; i < 100'000 && !session.closed(); ++i) session.feed(as_bytes(ehlo), Time{});
  EXPECT_TRUE(session.closed());
  EXPECT_LT(session.take_output().size(), limits::smtp_output_octets + 2048);
}

TEST(Server, IdleTimeoutAndShutDown) {
  TestPolicy policy;
  ServerSession idle(test_options(), {}, policy);
  idle.start();
  idle.idle_timeout();
  EXPECT_EQ(idle.take_output(), "220 gw.example ESMTP Longwire\r\n421 4.4.2 gw.example idle for too long\r\n");
  EXPECT_TRUE(idle.closed());
  idle.idle_timeout();
  EXPECT_EQ(idle.take_output(), "");

  ServerSession ending(test_options(), {}, policy);
  ending.start();
  ending.shut_down();
  EXPECT_THAT(ending.take_output(), EndsWith("421 4.3.2 gw.example shutting down\r\n"));
}

TEST(Server, IdleInTheMiddleOfDataStoresNothing) {
  TestPolicy policy;
  ServerSession session(test_options(), {}, policy);
  session.start();
  (void)session.take_output();
  session.feed(as_bytes(ehlo + mail_from + rcpt_to + "DATA\r\n"), Time{});
  (void)session.take_output();
  session.feed(as_bytes("half a mess"), Time{});
  session.idle_timeout();
  session.feed(as_bytes("age\r\n.\r\n"), Time{});
  EXPECT_TRUE(policy.accepted.empty());
}

TEST(Server, EarlyTalkers) {
  TestPolicy policy;
  ServerSession before(test_options(), {}, policy);
  before.feed(as_bytes(ehlo), Time{});
  EXPECT_EQ(before.take_output(), "421 4.7.0 gw.example sent data before it was asked to\r\n");
  EXPECT_TRUE(before.closed());

  ServerSession ungreeted(test_options(), {}, policy);
  ungreeted.start();
  ungreeted.feed(as_bytes(ehlo), Time{});
  EXPECT_EQ(ungreeted.take_output(), "421 4.7.0 gw.example sent data before it was asked to\r\n");

  const auto t = talk({ehlo, mail_from + rcpt_to + "DATA\r\nSubject: x\r\n\r\n.\r\n"});
  EXPECT_THAT(t.output, EndsWith("250 2.1.5 ok\r\n421 4.7.0 gw.example sent data before it was asked to\r\n"));
  EXPECT_THAT(t.output, Not(HasSubstr("354")));
  EXPECT_TRUE(t.accepted.empty());
}

// Every reply but the greeting and those to HELO and EHLO (RFC 2034 4).
TEST(Server, EnhancedCodeOnEveryLine) {
  const auto out =
      after_ehlo({"NOOP\r\nHELP\r\nVRFY x\r\nXYZZY\r\nEXPN\r\nRSET x\r\nDATA\r\nMAIL FROM:<x>\r\n", mail_from,
                  "RCPT TO:<later@d>\r\nRCPT TO:<nobody@d>\r\nRCPT TO:<>\r\nRCPT TO:<c@d> X\r\n", rcpt_to,
                  "BDAT 2\r\nabBDAT 2000 LAST\r\n" + std::string(2000, 'x'), "QUIT\r\n"});
  std::size_t lines = 0;
  for (std::size_t at = 0; at < out.size(); at = out.find("\r\n", at) + 2, ++lines)
    EXPECT_THAT(out.substr(at, 9), ::testing::MatchesRegex("[245][0-9][0-9][- ][245]\\.[0-9]\\.[0-9]"));
  EXPECT_EQ(lines, 19u);
}

}  // namespace
}  // namespace longwire::smtp
