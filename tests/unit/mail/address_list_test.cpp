#include "mail/address_list.hpp"

#include "mail/message.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

// "name|address|comment", one a line.
std::string read(std::string_view text) {
  const auto list = parse_address_list(text);
  if (!list) return std::string(list.error().name) + '@' + std::to_string(list.error().offset);
  std::string out;
  for (const auto& a : *list) {
    out += (out.empty() ? "" : "\n") + a.name + '|' + a.address + '|';
    for (const auto& comment : a.comments) out += '(' + comment + ')';
  }
  return out;
}

TEST(AddressList, Mailboxes) {
  EXPECT_EQ(read("a@b"), "|a@b|");
  EXPECT_EQ(read("Per Duty <per@x.example>"), "Per Duty|per@x.example|");
  EXPECT_EQ(read("\"Duty, Officer\" <a@b> , c@d"), "Duty, Officer|a@b|\n|c@d|");
  EXPECT_EQ(read("a . b @ c . d"), "|a.b@c.d|");
  EXPECT_EQ(read("\"a b\"@x"), "|\"a b\"@x|");
  EXPECT_EQ(read("\"ab\"@x"), "|ab@x|");  // quotes that are not needed go
  EXPECT_EQ(read("a@[192.0.2.1]"), "|a@[192.0.2.1]|");
  EXPECT_EQ(read("=?UTF-8?Q?K=C3=B8?= Duty <a@b>"), "K\xC3\xB8 Duty|a@b|");
}

TEST(AddressList, CommentsAndObsoleteForms) {
  EXPECT_EQ(read("a@b (one (nested) \\) two)"), "|a@b|(one (nested) ) two)");
  EXPECT_EQ(read("(before) A (mid) <a@b> (after)"), "A|a@b|(before)(mid)(after)");
  EXPECT_EQ(read("<@relay.one,@relay.two:a@b>"), "|a@b|");
  EXPECT_EQ(read(",, a@b,,c@d ,"), "|a@b|\n|c@d|");
  EXPECT_EQ(read("J. R. Duty <a@b>"), "J. R. Duty|a@b|");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" (only a comment) "), "");
}

TEST(AddressList, Groups) {
  EXPECT_EQ(read("undisclosed-recipients:;"), "undisclosed-recipients||");
  EXPECT_EQ(read("Fleet: a@b, C <c@d>;, e@f"), "Fleet||\n|a@b|\nC|c@d|\n|e@f|");
  EXPECT_EQ(read("A:;, B:;"), "A||\nB||");
}

TEST(AddressList, BadOnesAreNamed) {
  for (const auto* bad : {"a", "a@", "@b", "a@b c@d", "<a@b", "A <a@b> x", "a@b;", "A: B: c@d;;", "\"a@b", "(a@b",
                          "a@[1", "A <>", "a@\"b\""})
    EXPECT_EQ(read(bad).substr(0, 16), "bad_address_list") << bad;
  EXPECT_EQ(read(std::string(5000, '(')).substr(0, 16), "bad_address_list");  // no recursion
}

TEST(AddressList, WrittenAndReadAgain) {
  for (const auto* text : {"a@b", "Per Duty <per@x.example>", "\"Duty, Officer\" <a@b>", "Fleet:;",
                           "=?ISO-8859-1?Q?K=F8?= <a@b> (x \\(y\\))", "=?UTF-8?B?zpHOsQ==?= <a@b>"}) {
    const auto list = parse_address_list(text);
    ASSERT_TRUE(list && list->size() == 1) << text;
    EXPECT_EQ(format_address(list->front()), text);
  }
}

TEST(FoldField, LinesStayShortAndUnfoldToTheValue) {
  std::string value;
  for (int i = 0; i < 40; ++i) value += "word" + std::to_string(i) + (i % 3 == 0 ? "  " : " ");
  value += std::string(200, 'x');
  const auto folded = fold_field("X-Name", value);
  const HeaderView header(as_bytes(folded));
  ASSERT_EQ(header.fields().size(), 1U);
  EXPECT_EQ(*header.value("x-name"), value);
  for (std::size_t at = 0; at < folded.size(); at = folded.find("\r\n", at) + 2)
    EXPECT_TRUE(folded.find("\r\n", at) - at <= 78 || folded.substr(at, 4).ends_with("xx")) << at;
  // Nothing in a value can end the field.
  EXPECT_EQ(fold_field("A", "b\r\nC: d"), "A: b  C: d\r\n");
  EXPECT_EQ(fold_field("A", ""), "A: \r\n");
}

}  // namespace
}  // namespace longwire::mail
