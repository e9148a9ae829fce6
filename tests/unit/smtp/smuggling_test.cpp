// Everything somebody could take for the end of a message, or for a line, and must not. smtp-edge.md 8.
#include "base/limits.hpp"
#include "node/smtp/data_reader.hpp"
#include "node/smtp/line_check.hpp"
#include "server_talk.hpp"

#include <gmock/gmock.h>

namespace longwire::smtp {
namespace {

using ::testing::EndsWith;

const std::string smuggled = "MAIL FROM:<evil@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nevil: 1\r\n\r\n.\r\n";
const std::string refusal = "550 5.5.2 bare CR, bare LF or NUL in the message\r\n421 4.7.0 gw.example closing\r\n";

TEST(Smuggling, WrongEndsOfData) {
  const std::string nul(1, '\0');
  for (const std::string& end :
       {std::string("\n.\n"), std::string("\n.\r\n"), std::string("\r\n.\n"), std::string("\r.\r"),
        std::string("\r.\r\n"), std::string("\r\n.\r"), std::string("\r\n.\r\r\n"), std::string("\r\r\n.\r\n"),
        std::string("\n\r.\r\n"), std::string("\n\n.\r\n"), "\r\n." + nul + "\r\n", nul + "\r\n.\r\n",
        "\r\n" + nul + ".\r\n"}) {
    const auto t =
        talk({ehlo, mail_from, rcpt_to, "DATA\r\n", "a: b\r\n\r\ntext" + end + smuggled + "\r\n.\r\nNOOP\r\n"});
    EXPECT_THAT(t.output, EndsWith("\r\n354 end with CR LF . CR LF\r\n" + refusal)) << ::testing::PrintToString(end);
    EXPECT_TRUE(t.accepted.empty());
    EXPECT_TRUE(t.closed);
  }
}

// The refusal must come when the sender thinks it has ended, not after an idle timeout.
TEST(Smuggling, AnsweredAtTheWrongEnd) {
  for (const auto* end : {"\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r"}) {
    const auto t = talk({ehlo, mail_from, rcpt_to, "DATA\r\n", std::string("a: b\r\n\r\ntext") + end});
    EXPECT_THAT(t.output, EndsWith(refusal)) << ::testing::PrintToString(end);
  }
}

TEST(Smuggling, BareLineEndsInText) {
  for (const auto* text : {"\n", "a\nb\r\n", "a\rb\r\n", "\rb\r\n", "a\r\r\n", "a\n\r\n", ".\nb\r\n", "\r\n..\n"}) {
    const auto t = talk({ehlo, mail_from, rcpt_to, "DATA\r\n", "a: b\r\n\r\n" + std::string(text) + "\r\n.\r\n"});
    EXPECT_THAT(t.output, EndsWith(refusal)) << ::testing::PrintToString(text);
    EXPECT_TRUE(t.accepted.empty());
  }
}

TEST(Smuggling, DotsThatAreText) {
  const auto t = talk({ehlo, mail_from, rcpt_to, "DATA\r\n", "a: b\r\n\r\n..\r\n.x\r\n...\r\n. \r\nx.\r\n.\r\n"});
  ASSERT_EQ(t.accepted.size(), 1u);
  EXPECT_EQ(t.accepted[0].message, "a: b\r\n\r\n.\r\nx\r\n..\r\n \r\nx.\r\n");
}

TEST(Smuggling, CommandsEndWithCrLf) {
  for (const auto* line : {"NOOP\n", "NOOP\rQUIT\r\n", "NOOP\r\r\n", "\n", "MAIL FROM:<a@b>\nRCPT TO:<c@d>\r\n"}) {
    const auto t = talk({ehlo, std::string(line) + "NOOP\r\n"});
    EXPECT_THAT(t.output,
                EndsWith("500 5.5.2 a line ends with CR LF and nothing else\r\n421 4.7.0 gw.example closing\r\n"))
        << ::testing::PrintToString(line);
    EXPECT_TRUE(t.closed);
  }
}

// Reads like the session would, but in the plainest way, octet by octet.
std::string plain_reading(std::string_view text) {
  std::string message, line;
  for (const char c : text) {
    line += c;
    if (c == '\0') return "bad";
    if (line.size() >= 2 && line[line.size() - 2] == '\r' && c != '\n') return "bad";
    if (c != '\n') continue;
    if (line.size() < 2 || line[line.size() - 2] != '\r') return "bad";
    if (line == ".\r\n") return "message:" + message;
    message += line.front() == '.' ? line.substr(1) : line;
    line.clear();
  }
  return "open";
}

TEST(DataReader, AgreesWithThePlainReadingOnEveryShortInput) {
  const std::string alphabet("\r\n.x\0", 5);
  const std::size_t length = 7;
  std::size_t total = 1;
  for (std::size_t i = 0; i < length; ++i) total *= alphabet.size();
  for (std::size_t n = 0; n < total; ++n) {
    std::string input;
    for (auto rest = n; input.size() < length; rest /= alphabet.size()) input += alphabet[rest % alphabet.size()];
    const auto expected = plain_reading(input);
    for (const std::size_t cut : {std::size_t{0}, std::size_t{3}, std::size_t{5}}) {
      DataReader reader(1000);
      auto octets = as_bytes(input);
      auto used = reader.feed(octets.first(cut));
      if (used == cut) used += reader.feed(octets.subspan(cut));
      if (expected.starts_with("message:")) {
        ASSERT_EQ(reader.state(), DataReader::State::complete) << ::testing::PrintToString(input);
        ASSERT_EQ(as_text(reader.take_message()), expected.substr(8));
      } else {
        // "bad" input may still be awaiting its end; it must never complete.
        ASSERT_NE(reader.state(), DataReader::State::complete) << ::testing::PrintToString(input);
        if (expected == "open") {
          ASSERT_EQ(reader.state(), DataReader::State::reading) << ::testing::PrintToString(input);
        }
      }
    }
  }
}

TEST(DataReader, FloodIsCut) {
  const std::string block(1 << 20, 'x');
  for (const bool bad : {false, true}) {
    DataReader reader(1000);
    if (bad) reader.feed(as_bytes("\n"));
    std::size_t sent = 0;
    while (reader.state() == DataReader::State::reading && sent < 4 * limits::smtp_discarded_octets)
      sent += reader.feed(as_bytes(block));
    EXPECT_EQ(reader.state(), bad ? DataReader::State::bad_text : DataReader::State::flooded);
    EXPECT_LE(sent, limits::smtp_discarded_octets + 1000 + block.size());
  }
}

TEST(LineCheck, Facts) {
  const auto facts = [](std::string_view s) { return check_lines(as_bytes(s)); };
  EXPECT_FALSE(facts("").bare_line_end);
  EXPECT_TRUE(facts("").ends_with_crlf);
  EXPECT_FALSE(facts("a\r\nbc\r\n").bare_line_end);
  EXPECT_EQ(facts("a\r\nbc\r\n").longest_line, 2u);
  EXPECT_EQ(facts("a\r\nbcd").longest_line, 3u);
  EXPECT_FALSE(facts("a\r\nbcd").ends_with_crlf);
  for (const auto* bad : {"\n", "\r", "a\n", "a\r", "a\r\r\n", "\n\r\n", "a\rb\r\n", "a\r\n\n"})
    EXPECT_TRUE(facts(bad).bare_line_end) << ::testing::PrintToString(bad);
  EXPECT_TRUE(facts(std::string_view("a\0", 2)).nul);
  EXPECT_TRUE(facts("\x80").eight_bit);
  EXPECT_FALSE(facts("\x7f").eight_bit);
}

TEST(LineCheck, Header) {
  const auto header = [](std::string_view s) { return std::string(as_text(header_of(as_bytes(s)))); };
  EXPECT_EQ(header("a: b\r\n\r\nx"), "a: b\r\n");
  EXPECT_EQ(header("a: b\r\n"), "a: b\r\n");
  EXPECT_EQ(header("\r\nx"), "");
}

}  // namespace
}  // namespace longwire::smtp
