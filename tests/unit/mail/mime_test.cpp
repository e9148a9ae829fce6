#include "mail/mime.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

std::vector<MimePart> walk(std::string_view message) {
  auto r = walk_mime(as_bytes(message));
  EXPECT_TRUE(r);
  return r ? *r : std::vector<MimePart>{};
}

std::string failure(std::string_view message, MimeLimits limits = {}) {
  const auto r = walk_mime(as_bytes(message), limits);
  return r ? "" : std::string(r.error().name) + '@' + std::to_string(r.error().offset);
}

std::string_view body(std::string_view message, const MimePart& p) { return message.substr(p.body, p.end - p.body); }

TEST(ContentType, Reading) {
  const auto t = parse_content_type(" Multipart/MIXED (c(o)m) ; Boundary = \"a \\\"b\" ; x=y/z;charset=UTF-8");
  ASSERT_TRUE(t);
  EXPECT_EQ(t->type, "multipart/mixed");
  EXPECT_EQ(t->parameter("boundary"), "a \"b");
  EXPECT_EQ(t->parameter("x"), "y/z");
  EXPECT_EQ(t->parameter("charset"), "UTF-8");
  EXPECT_EQ(t->parameter("none"), "");
  for (const auto* bad : {"", "text", "text/", "/plain", "(text/plain", "text plain"})
    EXPECT_FALSE(parse_content_type(bad)) << bad;
  EXPECT_EQ(parse_content_type("a/b; x=1; y; z=3")->parameters.size(), 1u);
  EXPECT_EQ(parse_content_type("a/b; x=1; y=\"open")->parameters.size(), 1u);
}

TEST(Mime, PlainMessage) {
  const std::string m = "Subject: x\r\n\r\nhello\r\n";
  const auto p = walk(m);
  ASSERT_EQ(p.size(), 1u);
  EXPECT_EQ(p[0].content_type.type, "text/plain");
  EXPECT_EQ(p[0].encoding, "7bit");
  EXPECT_EQ(body(m, p[0]), "hello\r\n");
  EXPECT_EQ(walk("").size(), 1u);
  EXPECT_EQ(walk("no header\r\n")[0].body, 0u);
}

TEST(Mime, MultipartWithEverything) {
  const std::string m =
      "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n"
      "preamble\r\n--bb\r\n"
      "--b\r\nContent-Type: TEXT/html\r\nContent-Transfer-Encoding: Base64 (c)\r\n\r\none\r\n\r\n"
      "--b  \r\n\r\n--not\r\n"
      "--b\r\n"  // a part of nothing
      "--b--\r\nepilogue\r\n--b\r\nno part\r\n";
  const auto p = walk(m);
  ASSERT_EQ(p.size(), 4u);
  EXPECT_EQ(p[1].content_type.type, "text/html");
  EXPECT_EQ(p[1].encoding, "base64");
  EXPECT_EQ(body(m, p[1]), "one\r\n");
  EXPECT_EQ(body(m, p[2]), "--not");
  EXPECT_EQ(body(m, p[3]), "");
  EXPECT_EQ(p[0].end, m.size());
  for (std::size_t i = 1; i < p.size(); ++i) {
    EXPECT_EQ(p[i].depth, 2u);
    EXPECT_EQ(p[i].parent, 0u);
  }
}

TEST(Mime, NestedPartsThatLostTheirEnd) {
  const std::string m =
      "Content-Type: multipart/mixed; boundary=out\r\n\r\n"
      "--out\r\nContent-Type: multipart/alternative; boundary=in\r\n\r\n"
      "--in\r\n\r\nfirst\r\n"
      "--out\r\n\r\nsecond";
  const auto p = walk(m);
  ASSERT_EQ(p.size(), 4u);
  EXPECT_EQ(p[2].parent, 1u);
  EXPECT_EQ(p[2].depth, 3u);
  EXPECT_EQ(body(m, p[2]), "first");
  EXPECT_EQ(p[1].end, p[2].end);
  EXPECT_EQ(body(m, p[3]), "second");
  EXPECT_EQ(p[3].depth, 2u);
}

TEST(Mime, MessagesInside) {
  const std::string m =
      "Content-Type: multipart/digest; boundary=d\r\n\r\n"
      "--d\r\n\r\nSubject: inner\r\n\r\ntext\r\n"
      "--d\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n"
      "--d--\r\n";
  const auto p = walk(m);
  ASSERT_EQ(p.size(), 4u);
  EXPECT_EQ(p[1].content_type.type, "message/rfc822");
  EXPECT_EQ(p[2].parent, 1u);
  EXPECT_EQ(body(m, p[2]), "text");
  EXPECT_EQ(body(m, p[3]), "AAAA");  // encoded: not entered
}

TEST(Mime, Leniency) {
  EXPECT_EQ(walk("Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nx\r\n").size(), 1u);  // no boundary: a leaf
  EXPECT_EQ(walk("Content-Type: broken\r\n\r\n")[0].content_type.type, "text/plain");
  const std::string lf = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n";
  const auto p = walk(lf);
  ASSERT_EQ(p.size(), 2u);
  EXPECT_EQ(body(lf, p[1]), "one");
  EXPECT_EQ(walk("Content-Type: multipart/mixed; boundary=b\r\n--b\r\n\r\none\r\n--b--\r\n").size(),
            2u);  // no empty line
  // A part whose header runs straight into a delimiter that looks like a field.
  EXPECT_EQ(
      walk("Content-Type: multipart/mixed; boundary=\"a:b\"\r\n\r\n--a:b\r\nX: 1\r\n--a:b\r\n\r\ny\r\n--a:b--").size(),
      3u);
}

TEST(Mime, DepthLimit) {
  const auto nested = [](std::size_t depth) {
    std::string m;
    for (std::size_t i = 1; i < depth; ++i) m += "Content-Type: message/rfc822\r\n\r\n";
    return m + "\r\n";
  };
  EXPECT_EQ(walk(nested(limits::mime_depth)).size(), limits::mime_depth);
  EXPECT_EQ(failure(nested(limits::mime_depth + 1)).substr(0, 9), "too_deep@");
}

TEST(Mime, PartLimit) {
  const auto with_parts = [](std::size_t parts) {
    std::string m = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (std::size_t i = 1; i < parts; ++i) m += "--b\r\n\r\n";
    return m;
  };
  EXPECT_EQ(walk(with_parts(limits::mime_parts)).size(), limits::mime_parts);
  EXPECT_EQ(failure(with_parts(limits::mime_parts + 1)).substr(0, 15), "too_many_parts@");
}

TEST(Mime, HeaderLimit) {
  const auto with_header = [](std::size_t octets) { return "X: " + std::string(octets - 5, 'x') + "\r\n\r\nbody"; };
  EXPECT_EQ(failure(with_header(limits::header_octets)), "");
  EXPECT_EQ(failure(with_header(limits::header_octets + 1)), "header_too_large@0");
}

TEST(BodyNeeded, WhatAHopMustCarry) {
  const auto needed = [](std::string_view s) { return body_needed(as_bytes(s)); };
  EXPECT_EQ(needed(""), Body::seven_bit);
  EXPECT_EQ(needed("plain\r\n"), Body::seven_bit);
  EXPECT_EQ(needed("\xC3\xA4\r\n"), Body::eight_bit);
  EXPECT_EQ(needed(std::string_view("a\0b", 3)), Body::binary);
  EXPECT_EQ(needed("a\nb"), Body::binary);
  EXPECT_EQ(needed("a\rb"), Body::binary);
  EXPECT_EQ(needed("a\r"), Body::binary);
  EXPECT_EQ(needed(std::string(limits::text_line, 'x') + "\r\n"), Body::seven_bit);
  EXPECT_EQ(needed(std::string(limits::text_line + 1, 'x') + "\r\n"), Body::binary);
}

}  // namespace
}  // namespace longwire::mail
