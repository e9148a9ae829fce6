// CHUNKING and BINARYMIME, RFC 3030.
#include "base/limits.hpp"
#include "server_talk.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::string binary_mail = "MAIL FROM:<a@b> BODY=BINARYMIME\r\n";

TEST(Bdat, ChunksAreJoined) {
  const auto t =
      talk({ehlo, mail_from + rcpt_to + "BDAT 8\r\na: b\r\n\r\nBDAT 0\r\nBDAT 7 LAST\r\n.\r\nxx\r\nQUIT\r\n"});
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].message, "a: b\r\n\r\n.\r\nxx\r\n");  // no dot stuffing
  EXPECT_THAT(t.output, EndsWith("250 2.0.0 8 octets received\r\n250 2.0.0 0 octets received\r\n250 2.6.0 kept\r\n"
                                 "221 2.0.0 gw.example closing\r\n"));
}

TEST(Bdat, BinaryBodyIsKeptAsItIs) {
  const std::string body("\0\r\n\n\r.\r\n\xff", 10);
  const auto t = talk({ehlo, binary_mail + rcpt_to + "BDAT 17 last\r\na: b\r\n\r\n" + body.substr(0, 9)});
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].message, "a: b\r\n\r\n" + body.substr(0, 9));
  EXPECT_EQ(t.accepted[0].envelope.body, mail::Body::binary);
}

TEST(Bdat, BadTextIsRefusedAndTheSessionStays) {
  for (const std::string& text : {std::string("a: b\r\n\r\nx\ny\r\n"), std::string("a: b\r\n\r\nx\r"),
                                  std::string("a: b\n\r\n"), std::string("a: b\r\n\r\n\0", 9)}) {
    const auto bdat = "BDAT " + std::to_string(text.size()) + " LAST\r\n" + text;
    EXPECT_THAT(after_ehlo({mail_from + rcpt_to + bdat + "NOOP\r\n"}),
                EndsWith("554 5.6.0 bare CR, bare LF or NUL\r\n250 2.0.0 ok\r\n"));
  }
  EXPECT_THAT(after_ehlo({binary_mail + rcpt_to + "BDAT 6 LAST\r\na: b\r\nNOOP\r\n"}),
              EndsWith("kept\r\n250 2.0.0 ok\r\n"));
  EXPECT_THAT(after_ehlo({binary_mail + rcpt_to + "BDAT 5 LAST\r\na: b\nNOOP\r\n"}),
              EndsWith("554 5.6.0 bare CR, bare LF or NUL in the header\r\n250 2.0.0 ok\r\n"));
  // CR at the end of one chunk and LF at the start of the next is one line end.
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + "BDAT 5\r\na: b\rBDAT 3 LAST\r\n\n\r\n"}), EndsWith("2.6.0 kept\r\n"));
}

TEST(Bdat, EightBitHeader) {
  EXPECT_THAT(after_ehlo({binary_mail + rcpt_to + "BDAT 6 LAST\r\na: \x80\r\n"}),
              EndsWith("554 5.6.0 8-bit octets in the header\r\n"));
}

TEST(Bdat, SequenceErrors) {
  const auto bdat = "BDAT 4\r\na: bBDAT 2 LAST\r\n\r\n";
  // after LAST the transaction is over; the octets are read all the same
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + bdat + "BDAT 6 LAST\r\nQUIT\r\n"}),
              EndsWith("2.6.0 kept\r\n503 5.5.1 MAIL first\r\n"));
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + "BDAT 6\r\nQUIT\r\n", "DATA\r\n"}),
              EndsWith("503 5.5.1 DATA after BDAT\r\n"));
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + "BDAT 6\r\nQUIT\r\n", rcpt_to}),
              EndsWith("503 5.5.1 the message has begun\r\n"));
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + "BDAT 6\r\nQUIT\r\n", mail_from}),
              EndsWith("503 5.5.1 a transaction is open\r\n"));
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + "BDAT 6\r\nQUIT\r\nRSET\r\n", mail_from}),
              EndsWith("250 2.1.0 ok\r\n"));
  EXPECT_THAT(after_ehlo({binary_mail + rcpt_to + "DATA\r\n"}), EndsWith("503 5.5.1 BINARYMIME needs BDAT\r\n"));
  EXPECT_THAT(after_ehlo({mail_from + "BDAT 6 LAST\r\nQUIT\r\n"}), EndsWith("503 5.5.1 RCPT first\r\n"));
  EXPECT_EQ(talk({"HELO x\r\n", mail_from, rcpt_to, "BDAT 6 LAST\r\nQUIT\r\n"}).accepted.size(), 0u);
}

TEST(Bdat, CountsThatAreUseless) {
  for (const auto* argument : {"", " ", " x", " -1", " +1", " 1x", " 99999999999999999999999", " LAST"}) {
    const auto t = talk({ehlo, mail_from + rcpt_to + "BDAT" + argument + "\r\nNOOP\r\n"});
    EXPECT_THAT(t.output, EndsWith("501 5.5.4 syntax: BDAT octets [LAST]\r\n"
                                   "421 4.7.0 gw.example cannot tell where the chunk ends\r\n"));
    EXPECT_TRUE(t.closed) << argument;
  }
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + "BDAT 6 FIRST\r\nQUIT\r\nNOOP\r\n"}),
              EndsWith("501 5.5.4 syntax: BDAT octets [LAST]\r\n250 2.0.0 ok\r\n"));
}

TEST(Bdat, SizeAtTheLimitAndOneBeyond) {
  const std::string head = "BDAT 8\r\na: b\r\n\r\n";
  const auto chunk = [](std::size_t n) {
    return "BDAT " + std::to_string(n) + " LAST\r\n" + std::string(n - 2, 'x') + "\r\n";
  };
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + head + chunk(992) + "NOOP\r\n"}),
              EndsWith("2.6.0 kept\r\n250 2.0.0 ok\r\n"));
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + head + chunk(993) + "NOOP\r\n"}),
              EndsWith("552 5.3.4 message too big\r\n250 2.0.0 ok\r\n"));
}

TEST(Bdat, ChunksBehindAFailedOneAreThrownAway) {
  const auto out = after_ehlo({mail_from + rcpt_to + "BDAT 1001\r\n" + std::string(1001, 'x') + "BDAT 6\r\nQUIT\r\n" +
                               "BDAT 6 LAST\r\nQUIT\r\n" + mail_from});
  EXPECT_THAT(
      out, EndsWith("552 5.3.4 message too big\r\n503 5.5.1 MAIL first\r\n503 5.5.1 MAIL first\r\n250 2.1.0 ok\r\n"));
}

TEST(Bdat, AbsurdCountClosesAtOnce) {
  const auto bdat = [](std::uint64_t n) { return "BDAT " + std::to_string(n) + " LAST\r\n"; };
  const auto limit = limits::smtp_discarded_octets;
  EXPECT_FALSE(talk({ehlo, mail_from + rcpt_to + bdat(limit)}).closed);
  EXPECT_TRUE(talk({ehlo, mail_from + rcpt_to + bdat(limit + 1)}).closed);
  EXPECT_TRUE(talk({ehlo, bdat(18'446'744'073'709'551'615ULL)}).closed);
  EXPECT_THAT(after_ehlo({mail_from + rcpt_to + bdat(limit + 1)}),
              HasSubstr("552 5.3.4 message too big\r\n421 4.7.0 "));
}

}  // namespace
}  // namespace longwire::smtp
