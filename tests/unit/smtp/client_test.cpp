#include "base/limits.hpp"
#include "client_talk.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string greeting = "220 mx.example ESMTP\r\n";
const std::string ok = "250 2.0.0 ok\r\n";
const std::string go = "354 go\r\n";
const std::string data = "Subject: x\r\n\r\n..text\r\n.\r\n";

TEST(Client, StepByStepWithoutPipelining) {
  const auto t = client_talk({greeting, plain_hello, ok, ok, "550 5.1.1 no\r\n", go, "250 2.6.0 queued\r\n"},
                             {.envelope = test_envelope(2)});
  EXPECT_THAT(t.sent,
              ElementsAre("", "EHLO gw.example\r\n", "MAIL FROM:<a@b.example>\r\n", "RCPT TO:<c0@d.example>\r\n",
                          "RCPT TO:<c1@d.example>\r\n", "DATA\r\n", data, "QUIT\r\n"));
  EXPECT_EQ(t.summary(), "delivered 2.6.0|permanent 5.1.1");
  EXPECT_EQ(t.outcomes[0].reply, "250 2.6.0 queued");
  EXPECT_EQ(t.outcomes[1].reply, "550 5.1.1 no");
  EXPECT_TRUE(t.done);
}

TEST(Client, Pipelined) {
  const auto t =
      client_talk({greeting, full_hello, ok + ok + "452 4.2.2 full\r\n" + go, ok}, {.envelope = test_envelope(2)});
  EXPECT_THAT(t.sent, ElementsAre("", "EHLO gw.example\r\n",
                                  "MAIL FROM:<a@b.example> MT-PRIORITY=0 SIZE=21\r\nRCPT TO:<c0@d.example>\r\n"
                                  "RCPT TO:<c1@d.example>\r\nDATA\r\n",
                                  data, "QUIT\r\n"));
  EXPECT_EQ(t.summary(), "delivered 2.0.0|temporary 4.2.2");
}

TEST(Client, HeloFallback) {
  const auto t = client_talk({greeting, "500 what\r\n", "250 mx\r\n", ok, ok, go, ok});
  EXPECT_EQ(t.sent[2], "HELO gw.example\r\n");
  EXPECT_EQ(t.sent[3], "MAIL FROM:<a@b.example>\r\n");
  EXPECT_EQ(t.summary(), "delivered 2.0.0");
  EXPECT_EQ(client_talk({greeting, "500 what\r\n", "550 5.7.1 no\r\n"}).summary(), "permanent 5.7.1");
  EXPECT_EQ(client_talk({greeting, "500 what\r\n"}, {.lmtp = true}).summary(), "permanent 5.0.0");
  EXPECT_EQ(client_talk({greeting, "451 4.3.0 later\r\n"}).summary(), "temporary 4.3.0");
}

TEST(Client, GreetingRefused) {
  const auto t = client_talk({"554-mx.example\r\n554 no mail here\r\n"});
  EXPECT_EQ(t.summary(), "temporary 4.3.2");  // it is us it refuses
  EXPECT_EQ(t.outcomes[0].reply, "554-mx.example\n554 no mail here");
  EXPECT_EQ(t.sent.back(), "QUIT\r\n");
}

TEST(Client, AllRecipientsRefusedButDataTaken) {
  const auto t =
      client_talk({greeting, full_hello, ok + "550 5.1.1 no\r\n550 5.1.1 no\r\n" + go}, {.envelope = test_envelope(2)});
  EXPECT_EQ(t.sent.back(), ".\r\nQUIT\r\n");
  EXPECT_EQ(t.summary(), "permanent 5.1.1|permanent 5.1.1");
  const auto refused = client_talk({greeting, full_hello, ok + "550 5.1.1 no\r\n554 5.5.1 none\r\n"});
  EXPECT_EQ(refused.sent.back(), "QUIT\r\n");
  EXPECT_EQ(refused.summary(), "permanent 5.1.1");
}

TEST(Client, MailRefused) {
  EXPECT_EQ(client_talk({greeting, plain_hello, "550 5.7.1 no\r\n"}).summary(), "permanent 5.7.1");
  const auto t = client_talk({greeting, full_hello, "451 4.7.1 later\r\n503 5.5.1 x\r\n503 5.5.1 x\r\n"});
  EXPECT_EQ(t.summary(), "temporary 4.7.1");
  EXPECT_TRUE(t.done);
  const auto odd = client_talk({greeting, full_hello, "451 4.7.1 later\r\n250 ok\r\n" + go});
  EXPECT_EQ(odd.summary(), "temporary 4.7.1");
  EXPECT_EQ(odd.sent.back(), ".\r\nQUIT\r\n");
}

TEST(Client, RepliesToTheContent) {
  const auto end = [](const std::string& reply) {
    return client_talk({greeting, plain_hello, ok, ok, go, reply}).summary();
  };
  EXPECT_EQ(end("554 5.7.0 label\r\n"), "permanent 5.7.0");
  EXPECT_EQ(end("451 busy\r\n"), "temporary 4.0.0");
  EXPECT_EQ(end("250\r\n"), "delivered 2.0.0");
  EXPECT_EQ(end("250 5.1.1 odd\r\n"), "delivered 2.0.0");  // the class of the enhanced code is wrong
  EXPECT_EQ(end("354 again\r\n"), "temporary 4.5.0");
  EXPECT_EQ(client_talk({greeting, plain_hello, ok, ok, "250 fine\r\n"}).summary(), "temporary 4.0.0");
  EXPECT_EQ(client_talk({greeting, plain_hello, ok, ok, "554 5.3.2 no\r\n"}).summary(), "permanent 5.3.2");
}

TEST(Client, TooManyRecipientsIsTemporary) {
  const auto rcpt = [](const std::string& reply) { return client_talk({greeting, plain_hello, ok, reply}).summary(); };
  EXPECT_EQ(rcpt("452 4.5.3 too many\r\n"), "temporary 4.5.3");
  EXPECT_EQ(rcpt("552 too many\r\n"), "temporary 4.0.0");  // RFC 5321 4.5.3.1.10
  EXPECT_EQ(rcpt("552 5.5.3 too many\r\n"), "temporary 4.5.3");
  EXPECT_EQ(rcpt("552 5.2.3 too big for it\r\n"), "permanent 5.2.3");
}

// --- LMTP ----------------------------------------------------------------------------------------

TEST(Client, LmtpOneReplyForEachAccepted) {
  const auto t = client_talk(
      {greeting, full_hello, ok + ok + "550 5.1.1 no\r\n" + ok + go, "250 2.1.5 kept\r\n452 4.2.2 full\r\n"},
      {.envelope = test_envelope(3), .lmtp = true});
  EXPECT_EQ(t.sent[1], "LHLO gw.example\r\n");
  EXPECT_EQ(t.summary(), "delivered 2.1.5|permanent 5.1.1|temporary 4.2.2");
  EXPECT_TRUE(t.done);
}

TEST(Client, LmtpHalfOfTheReplies) {
  const auto t = client_talk({greeting, full_hello, ok + ok + ok + go, "250 2.1.5 kept\r\n"},
                             {.envelope = test_envelope(2), .lmtp = true, .lose = true});
  EXPECT_EQ(t.summary(), "delivered 2.1.5|temporary 4.4.2");
  EXPECT_EQ(t.outcomes[1].reply, "(connection lost waiting for the reply to the end of the message)");
}

// --- what a hop must be able to do ---------------------------------------------------------------

std::string without(std::string hello, const std::string& line) {
  const auto at = hello.find("250-" + line);
  return hello.erase(at, hello.find("\r\n", at) + 2 - at);
}

std::string refused(ClientCase c, const std::string& hello = full_hello) {
  const auto t = client_talk({greeting, hello}, c);
  EXPECT_EQ(t.sent.back(), "QUIT\r\n");
  EXPECT_TRUE(t.done);
  return t.summary();
}
std::string mail_command(ClientCase c, const std::string& hello = full_hello) {
  const auto sent = client_talk({greeting, hello}, c).sent.back();
  return sent.substr(0, sent.find("DATA"));
}

TEST(Client, ParametersOnlyWhenOffered) {
  ClientCase c;
  c.envelope.ret = mail::Ret::headers;
  c.envelope.envid = "Q+2B";
  c.envelope.mt_priority = 4;
  c.envelope.by = mail::DeliverBy{.seconds = 60, .trace = true};
  c.envelope.auth = "x";
  c.envelope.other = {"XYZZY=1"};
  c.envelope.size = 5;  // not the truth: the hop is told the real one
  auto& r = c.envelope.recipients[0];
  r.notify = mail::Notify{.success = true};
  r.orcpt = "rfc822;C@d.example";
  r.other = {"RRVS=1"};
  EXPECT_EQ(mail_command(c),
            "MAIL FROM:<a@b.example> MT-PRIORITY=4 SIZE=21 RET=HDRS ENVID=Q+2B BY=60;NT\r\n"
            "RCPT TO:<c0@d.example> NOTIFY=SUCCESS ORCPT=rfc822;C@d.example\r\n");
  EXPECT_EQ(mail_command(c, without(full_hello, "DSN")),
            "MAIL FROM:<a@b.example> MT-PRIORITY=4 SIZE=21 BY=60;NT\r\nRCPT TO:<c0@d.example>\r\n");
  EXPECT_EQ(mail_command(c, plain_hello), "MAIL FROM:<a@b.example>\r\n");
}

TEST(Client, DeliverBy) {
  ClientCase c;
  const auto by = [&c](std::int64_t seconds, bool r) {
    c.envelope.by = mail::DeliverBy{seconds, r};
    return c;
  };
  const auto no_by = without(full_hello, "DELIVERBY");
  EXPECT_EQ(refused(by(60, true), no_by), "permanent 5.3.3");
  EXPECT_EQ(refused(by(29, true)), "permanent 5.3.3");
  EXPECT_THAT(mail_command(by(30, true)), HasSubstr(" BY=30;R\r\n"));
  EXPECT_EQ(refused(by(0, true)), "permanent 5.4.7");
  EXPECT_THAT(mail_command(by(-4, false)), HasSubstr(" BY=-4;N\r\n"));
  // LMTP delivers now, which is in time
  c.lmtp = true;
  EXPECT_THAT(mail_command(by(60, true), no_by), StartsWith("MAIL FROM:<a@b.example> "));
  c.lmtp = false;
  // RFC 2852 4.1.4.2: DELAY stands in for BY;N
  EXPECT_THAT(mail_command(by(60, false), no_by), HasSubstr("RCPT TO:<c0@d.example> NOTIFY=FAILURE,DELAY\r\n"));
  c.envelope.recipients[0].notify = mail::Notify{.success = true};
  EXPECT_THAT(mail_command(by(60, false), no_by), HasSubstr("NOTIFY=SUCCESS,DELAY\r\n"));
  c.envelope.recipients[0].notify = mail::Notify{.never = true};
  EXPECT_THAT(mail_command(by(60, false), no_by), HasSubstr("NOTIFY=NEVER\r\n"));
}

TEST(Client, Size) {
  ClientCase c;
  c.message = std::string(998, 'x') + "\r\n";
  EXPECT_THAT(mail_command(c), HasSubstr("SIZE=1000\r\n"));
  c.message = "\r\n" + c.message;
  EXPECT_EQ(refused(c), "permanent 5.3.4");
  EXPECT_THAT(mail_command(c, without(full_hello, "SIZE")), Not(HasSubstr("SIZE")));
  EXPECT_THAT(mail_command(c, "250-mx\r\n250-PIPELINING\r\n250 SIZE 0\r\n"), HasSubstr("SIZE=1002\r\n"));
}

TEST(Client, EightBitAndBinary) {
  ClientCase c;
  c.message = "a: b\r\n\r\n\xc3\xa4\r\n";  // declared 7-bit, is not
  EXPECT_THAT(mail_command(c), HasSubstr(" BODY=8BITMIME\r\n"));
  EXPECT_EQ(refused(c, without(full_hello, "8BITMIME")), "permanent 5.6.3");
  c.message = test_message;
  c.envelope.body = mail::Body::eight_bit;  // declared, but 7-bit will do
  EXPECT_THAT(mail_command(c, without(full_hello, "8BITMIME")), StartsWith("MAIL FROM:<a@b.example> "));

  c.envelope.body = mail::Body::binary;
  c.message = std::string("a: b\r\n\r\n\0\n.\r\n", 13);
  EXPECT_EQ(refused(c, without(full_hello, "BINARYMIME")), "permanent 5.6.3");
  EXPECT_EQ(refused(c, without(full_hello, "CHUNKING")), "permanent 5.6.3");
  const auto t = client_talk({greeting, full_hello, ok + ok, ok}, c);
  EXPECT_THAT(t.sent[2], HasSubstr(" BODY=BINARYMIME\r\nRCPT TO:<c0@d.example>\r\n"));
  EXPECT_EQ(t.sent[3], "BDAT 13 LAST\r\n" + c.message);
  EXPECT_EQ(t.summary(), "delivered 2.0.0");
}

TEST(Client, NeverSendsSmugglingForms) {
  for (const std::string& text : {std::string("a\nb\r\n"), std::string("a\rb\r\n"), std::string("a\r\n.\nQUIT\r\n"),
                                  std::string("a\r"), std::string("\0\r\n", 3)})
    EXPECT_EQ(refused({.message = text}), "permanent 5.6.0") << ::testing::PrintToString(text);
}

TEST(Client, LineAtTheLimitAndOneBeyond) {
  const auto hello = without(full_hello, "SIZE");
  for (const bool lmtp : {false, true}) {
    const auto line = [lmtp](std::size_t n) {
      return ClientCase{.message = std::string(n, 'x') + "\r\n", .lmtp = lmtp};
    };
    EXPECT_THAT(mail_command(line(limits::smtp_text_line), hello), StartsWith("MAIL "));
    EXPECT_EQ(refused(line(limits::smtp_text_line + 1), hello), "permanent 5.6.0");
  }
}

TEST(Client, DotsAndTheLastLine) {
  const auto sent = [](const std::string& message) {
    return client_talk({greeting, plain_hello, ok, ok, go}, {.message = message}).sent.back();
  };
  EXPECT_EQ(sent(""), ".\r\n");
  EXPECT_EQ(sent("."), "..\r\n.\r\n");
  EXPECT_EQ(sent("a\r\n.\r\n..b\r\n"), "a\r\n..\r\n...b\r\n.\r\n");
  EXPECT_EQ(sent("no end"), "no end\r\n.\r\n");
}

TEST(Client, AddressesThatDoNotFit) {
  auto c = ClientCase{.envelope = test_envelope(3)};
  c.envelope.recipients[0].address = "x@y> NOTIFY=NEVER";
  c.envelope.recipients[1].address = "x\r\nRSET\r\n@y";
  const auto t = client_talk({greeting, full_hello, ok + ok + go, ok}, c);
  EXPECT_THAT(t.sent[2], EndsWith("SIZE=21\r\nRCPT TO:<c2@d.example>\r\nDATA\r\n"));
  EXPECT_EQ(t.summary(), "permanent 5.1.3|permanent 5.1.3|delivered 2.0.0");
  c.envelope.from = "a@b>\r\nDATA";
  EXPECT_THAT(refused(c), StartsWith("permanent 5.1.7|"));
}

// --- servers that are no friends -----------------------------------------------------------------

TEST(Client, Garbage) {
  for (const auto* reply : {"hello\r\n", "99 x\r\n", "600 x\r\n", "150 x\r\n", "22O x\r\n", "220x\r\n",
                            "220-a\r\n250 b\r\n", "220 a\n", "220 a\rb\r\n", "\r\n", "SSH-2.0-x\r\n", "22\r\n"}) {
    const auto t = client_talk({reply});
    EXPECT_EQ(t.summary(), "temporary 4.5.0") << reply;
    EXPECT_TRUE(t.done);
    EXPECT_EQ(t.sent.back(), "");
  }
}

TEST(Client, EndlessReplies) {
  const auto flood = [](const std::string& piece) {
    ClientSession session({.host_name = "gw"}, test_envelope(), {});
    std::size_t sent = 0;
    for (; !session.done() && sent < 10'000'000; sent += piece.size()) session.feed(as_bytes(piece));
    return sent;
  };
  EXPECT_LE(flood("220-x\r\n"), (limits::smtp_reply_lines + 1) * 7);
  EXPECT_LE(flood("220-" + std::string(500, 'x') + "\r\n"), limits::smtp_reply_octets + 600);
  EXPECT_LE(flood("2"), limits::smtp_text_line + 1);
}

TEST(Client, ReplyLinesAtTheLimitAndOneBeyond) {
  const auto lines = [](std::size_t n) {
    std::string text;
    for (std::size_t i = 1; i < n; ++i) text += "250-X\r\n";
    return client_talk({greeting, text + "250 X\r\n"}).done;
  };
  EXPECT_FALSE(lines(limits::smtp_reply_lines));
  EXPECT_TRUE(lines(limits::smtp_reply_lines + 1));
}

TEST(Client, RepliesBeforeTheCommand) {
  // Somebody in the middle answers EHLO with the greeting.
  EXPECT_EQ(client_talk({greeting + full_hello}).summary(), "temporary 4.5.0");
  const auto t = client_talk({greeting, full_hello, ok + ok + go + ok});
  EXPECT_EQ(t.summary(), "temporary 4.5.0");
  EXPECT_EQ(t.sent.back(), "");  // and no message went out
}

TEST(Client, ServerCloses) {
  EXPECT_EQ(client_talk({"421 4.3.2 later\r\n"}).summary(), "temporary 4.3.2");
  EXPECT_EQ(client_talk({greeting + "421 4.3.2 later\r\n"}).summary(), "temporary 4.3.2");
  const auto t = client_talk({greeting, full_hello, ok + "550 5.1.1 no\r\n421 4.3.0 out of luck\r\n"},
                             {.envelope = test_envelope(2)});
  EXPECT_EQ(t.summary(), "permanent 5.1.1|temporary 4.3.0");
}

TEST(Client, LossAndTimeouts) {
  EXPECT_EQ(client_talk({}, {.lose = true}).summary(), "temporary 4.4.2");
  EXPECT_EQ(client_talk({greeting, plain_hello, ok, ok, go}, {.lose = true}).summary(), "temporary 4.4.2");
  EXPECT_EQ(client_talk({greeting, plain_hello, ok, ok, go, ok}, {.lose = true}).summary(), "delivered 2.0.0");
  ClientSession silent({.host_name = "gw"}, test_envelope(), {});
  silent.timed_out();
  EXPECT_EQ(silent.outcomes()[0].status, "4.4.1");
  EXPECT_EQ(silent.outcomes()[0].reply, "(no reply in time to the greeting)");
}

TEST(Client, Names) {
  ClientSession session({.host_name = "gw"}, test_envelope(), {});
  session.feed(as_bytes(greeting));
  (void)session.take_output();
  session.feed(as_bytes(full_hello));
  EXPECT_EQ(session.server_name(), "mx.example");
  EXPECT_TRUE(session.server_has_dsn());
  EXPECT_TRUE(session.server_has_deliver_by());
}

TEST(Client, RepliesAreMadePrintable) {
  const auto t = client_talk({greeting, plain_hello, "550 5.1.1 \x1b[31m\xc3\xa4\r\n"});
  EXPECT_EQ(t.outcomes[0].reply, "550 5.1.1 ?[31m??");
}

TEST(Client, NoRecipients) { EXPECT_TRUE(client_talk({greeting, full_hello}, {.envelope = test_envelope(0)}).done); }

}  // namespace
}  // namespace longwire::smtp
