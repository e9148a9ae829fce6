#include "node/smtp/reply_text.hpp"
#include "base/limits.hpp"
#include "node/smtp/reply_reader.hpp"

#include <gtest/gtest.h>

namespace longwire::smtp {
namespace {

std::string text_of(const Reply& reply) {
  std::string out;
  append_reply(out, reply);
  return out;
}

TEST(ReplyText, Forms) {
  EXPECT_EQ(text_of({250, "2.1.0", "ok"}), "250 2.1.0 ok\r\n");
  EXPECT_EQ(text_of({550, "5.1.1", "no\nask the directory"}), "550-5.1.1 no\r\n550 5.1.1 ask the directory\r\n");
  EXPECT_EQ(text_of({354, "", "go"}), "354 go\r\n");
  EXPECT_EQ(text_of({354, "3.0.0", "go"}), "354 go\r\n");
}

// RFC 2034 4: there is one, and its class is the first digit.
TEST(ReplyText, EnhancedCodeIsMadeToFit) {
  EXPECT_EQ(text_of({250, "", "ok"}), "250 2.0.0 ok\r\n");
  EXPECT_EQ(text_of({451, "5.1.1", "x"}), "451 4.0.0 x\r\n");
  EXPECT_EQ(text_of({550, "5", "x"}), "550 5.0.0 x\r\n");
}

TEST(ReplyText, CodesNobodyMaySend) {
  for (const int code : {-1, 0, 99, 199, 600, 2500})
    EXPECT_EQ(text_of({code, "2.0.0", "x"}), "451 4.3.0 internal error\r\n") << code;
}

TEST(ReplyText, NothingGetsIntoTheStream) {
  EXPECT_EQ(text_of({550, "5.0.0", "a\r250 ok\x1b\x7f\xc3\xa4\tb"}), "550 5.0.0 a?250 ok?????b\r\n");
  EXPECT_EQ(text_of({550, "5.0.0", std::string("a\0b", 3)}), "550 5.0.0 a?b\r\n");
}

TEST(ReplyText, LineAtTheLimitAndOneBeyond) {
  const auto room = limits::smtp_reply_line - std::string("250 2.0.0 \r\n").size();
  EXPECT_EQ(text_of({250, "2.0.0", std::string(room, 'x')}).size(), limits::smtp_reply_line);
  EXPECT_EQ(text_of({250, "2.0.0", std::string(room + 1, 'x')}).size(), limits::smtp_reply_line);
}

TEST(ReplyText, LinesAtTheLimitAndOneBeyond) {
  const auto lines = [](std::size_t n) {
    const auto text = text_of({250, "2.0.0", std::string(n - 1, '\n')});
    EXPECT_EQ(text.substr(text.size() - 12), "250 2.0.0 \r\n");  // the last line ends the reply
    return text.size() / std::string("250 2.0.0 \r\n").size();
  };
  EXPECT_EQ(lines(limits::smtp_reply_lines), limits::smtp_reply_lines);
  EXPECT_EQ(lines(limits::smtp_reply_lines + 1), limits::smtp_reply_lines);
}

// What one side writes the other reads.
TEST(ReplyText, ReadBack) {
  const auto text = text_of({550, "5.7.1", "no\nnever"});
  ReplyReader reader;
  EXPECT_EQ(reader.feed(as_bytes(text + "250 next\r\n")), text.size());
  ASSERT_EQ(reader.state(), ReplyReader::State::reply);
  const auto reply = reader.take_reply();
  EXPECT_EQ(reply.code, 550);
  EXPECT_EQ(reply.status(), "5.7.1");
  EXPECT_EQ(reply.exact(), "550-5.7.1 no\n550 5.7.1 never");
}

TEST(ReplyReader, Status) {
  const auto status = [](const std::string& line) {
    ReplyReader reader;
    reader.feed(as_bytes(line + "\r\n"));
    return reader.state() == ReplyReader::State::reply ? reader.take_reply().status() : std::string("malformed");
  };
  EXPECT_EQ(status("550 5.1.1 x"), "5.1.1");
  EXPECT_EQ(status("550 5.1.100"), "5.1.100");
  EXPECT_EQ(status("550 5.1.1000 x"), "5.0.0");
  EXPECT_EQ(status("550 5.1 x"), "5.0.0");
  EXPECT_EQ(status("550 5.1.1.1 x"), "5.0.0");
  EXPECT_EQ(status("550 5..1 x"), "5.0.0");
  EXPECT_EQ(status("550 55.1.1 x"), "5.0.0");
  EXPECT_EQ(status("550 4.1.1 x"), "5.0.0");
  EXPECT_EQ(status("550"), "5.0.0");
  EXPECT_EQ(status("550 "), "5.0.0");
  EXPECT_EQ(status("055 x"), "malformed");
}

}  // namespace
}  // namespace longwire::smtp
