#include "mail/message.hpp"

#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace longwire::mail {
namespace {

// The views point into the text, so tests keep it in a string of their own.
HeaderView view(std::string_view text) { return HeaderView(as_bytes(text)); }

TEST(HeaderView, FieldsFoldsAndBody) {
  const std::string text = "Subject: one\r\n two\r\nX-Empty:\r\nFROM : a@b\r\n\r\nBody: no field\r\n";
  const auto h = view(text);
  ASSERT_EQ(h.fields().size(), 3u);
  EXPECT_EQ(h.fields()[0].name, "Subject");
  EXPECT_EQ(h.fields()[0].raw_value, " one\r\n two");
  EXPECT_EQ(h.fields()[1].offset, 20u);
  EXPECT_EQ(h.fields()[1].raw_value, "");
  EXPECT_EQ(h.value("subject"), "one two");
  EXPECT_EQ(h.value("From"), "a@b");
  EXPECT_EQ(h.value("Body"), std::nullopt);
  EXPECT_EQ(text.substr(h.body_offset()), "Body: no field\r\n");
}

TEST(HeaderView, FirstOfSeveralAndTheirNumber) {
  const std::string text = "Received: a\r\nreceived: b\r\nRECEIVED: c\r\n\r\n";
  EXPECT_EQ(view(text).value("Received"), "a");
  EXPECT_EQ(view(text).count("received"), 3u);
  EXPECT_EQ(view(text).body_offset(), text.size());
}

TEST(HeaderView, WhatEndsAHeader) {
  EXPECT_EQ(view("").fields().size(), 0u);
  EXPECT_EQ(view("\r\nX: 1\r\n").body_offset(), 2u);
  EXPECT_EQ(view(" X: 1\r\n").fields().size(), 0u);
  EXPECT_EQ(view("X: 1\r\nno field here\r\nY: 2\r\n").body_offset(), 6u);
  EXPECT_EQ(view("X: 1\r\n: no name\r\n").body_offset(), 6u);
  EXPECT_EQ(view("X: 1\r\nY y: 2\r\n").fields().size(), 1u);
  EXPECT_EQ(view("X\xC3\xA4: 1\r\n").fields().size(), 0u);
  EXPECT_EQ(view("X: 1").value("X"), "1");
  EXPECT_EQ(view("X: 1\nY: 2\n\nbody").value("Y"), "2");  // LF as mail readers take it
  EXPECT_EQ(view("X: 1\nY: 2\n\nbody").body_offset(), 11u);
}

TEST(HeaderView, Bounded) {
  const std::string first = "X: 1\r\n";
  const auto with_second = [&](std::size_t octets) {  // a second field of so many octets
    return first + "Y: " + std::string(octets - 5, 'y') + "\r\n";
  };
  const auto at = with_second(limits::header_octets - first.size()) + "Z: 3\r\n";
  EXPECT_EQ(view(at).count("Y"), 1u);
  EXPECT_EQ(view(at).count("Z"), 0u);
  const auto beyond = with_second(limits::header_octets - first.size() + 1) + "Z: 3\r\n";
  EXPECT_EQ(view(beyond).count("Y"), 0u) << "a field cut by the bound";
  EXPECT_EQ(view(beyond).body_offset(), first.size());
}

TEST(HeaderView, NoLineEndSurvivesUnfolding) { EXPECT_EQ(unfold(" a\r\n b\rc\nd"), " a bcd"); }

TEST(Received, AsInTheSpecification) {
  Received r{"ws3.hqn.example",
             "10.1.2.3",
             "gw.hqn.example",
             "ESMTPSA",
             "7QF3",
             "bridge@tor.example",
             2,
             "Sat, 21 Nov 2026 12:00:02 +0000"};
  EXPECT_EQ(format_received(r),
            "Received: from ws3.hqn.example ([10.1.2.3])\r\n"
            " by gw.hqn.example with ESMTPSA id 7QF3 for <bridge@tor.example>\r\n"
            " PRIORITY 2; Sat, 21 Nov 2026 12:00:02 +0000\r\n");
  r.mt_priority.reset();
  r.for_path.clear();
  r.from_address.clear();
  r.with = "MULE";
  EXPECT_EQ(format_received(r),
            "Received: from ws3.hqn.example\r\n"
            " by gw.hqn.example (MULE) id 7QF3;\r\n"
            " Sat, 21 Nov 2026 12:00:02 +0000\r\n");
}

TEST(Received, HostileStringsStayInTheirPlace) {
  Received r{"evil\r\nSubject: x", "1) by (x\r\n", "gw.example", "X)\r\nY: (", "i\nd", "a\r\nb@c", -4, "now\r\nZ: 1"};
  const auto text = format_received(r);
  const auto h = HeaderView(as_bytes(text));
  EXPECT_EQ(h.fields().size(), 1u) << text;
  EXPECT_EQ(h.body_offset(), text.size()) << text;
}

TEST(Received, LinesStayWithinTheLimit) {
  const std::string wide(5000, 'x');
  for (const auto& path : {std::string(limits::path, 'p'), std::string(limits::path + 1, 'p'), wide}) {
    const auto text = format_received({wide, wide, wide, wide, wide, path, 1, wide});
    EXPECT_EQ(text.find(path + '>') != std::string::npos, path.size() == limits::path);
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find("\r\n", at);
      ASSERT_NE(end, std::string::npos);
      EXPECT_LE(end - at, limits::text_line);
      at = end + 2;
    }
  }
}

}  // namespace
}  // namespace longwire::mail
