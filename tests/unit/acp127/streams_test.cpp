// ITA2, the scanner of octet streams, sections.
#include "annexe/acp127/format_lines.hpp"
#include "annexe/acp127/ita2.hpp"
#include "annexe/acp127/scanner.hpp"
#include "annexe/acp127/sections.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::acp127 {
namespace {

Message message(std::string text) {
  Message m;
  m.channel = "ABA051";
  m.routing = {"RFLSVH"};
  m.station = "RFLSAA";
  m.serial = "0042";
  m.filing_time = "3251200";
  m.dtg = "211200Z NOV 26";
  m.date_time = from_unix(1795262400);
  m.from = {"", "HQ NORTH"};
  m.to = {{"RFLSVH", "HNOMS NANSEN"}};
  m.text = std::move(text);
  m.validation = m.serial;
  return m;
}

TEST(Ita2, CodesOfTheAlphabet) {
  // RYRYRY is the classic test: alternate marks in every position.
  EXPECT_EQ(encode_ita2("RY"), (Bytes{31, 10, 21}));
  EXPECT_EQ(encode_ita2("A1 B?"), (Bytes{31, 3, 27, 23, 4, 31, 25, 27, 25}));
  EXPECT_EQ(encode_ita2("X\r\r\nY"), (Bytes{31, 29, 8, 8, 2, 31, 21}));  // the shift again on each line
  EXPECT_EQ(decode_ita2(Bytes{31, 3, 27, 23, 4, 31, 25, 27, 25}), "A1 B?");
  EXPECT_EQ(decode_ita2(Bytes{0, 0, 31, 31, 3, 0}), "A");  // blanks and shifts are nothing
}

TEST(Ita2, EveryCharacterThatHasACodeComesBack) {
  const std::string all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789-?:().,'=/+!&#\r\n";
  EXPECT_EQ(decode_ita2(encode_ita2(all)), all);
}

TEST(Ita2, OthersGetAStandInOrAreTold) {
  EXPECT_EQ(decode_ita2(encode_ita2("ops@ship;\xc3\xa6")), "OPS(A)SHIP,??");
  EXPECT_EQ(decode_ita2(Bytes{31, 3, 200}), std::string("A") + ita2_garbled);
}

TEST(Transmission, EndsAsTeleprintersExpect) {
  Style style;
  style.code = Code::ita2;
  const auto octets = transmission(message("UNCLAS\nTEST 1\n"), style);
  const Bytes letters(12, ita2_letters);
  ASSERT_GT(octets.size(), letters.size());
  EXPECT_TRUE(std::equal(letters.begin(), letters.end(), octets.end() - 12));
  const auto text = decode_ita2(octets);
  EXPECT_NE(text.find("\r\r\n\n\n\n\n\n\n\nNNNN"), std::string::npos) << text;
  const auto back = parse(text);
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(*back, message("UNCLAS\nTEST 1\n"));
}

std::vector<Scanned> scan(ByteView octets, Code code, std::size_t piece) {
  Scanner scanner(code);
  std::vector<Scanned> out;
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    scanner.feed(octets.subspan(at, std::min(piece, octets.size() - at)));
    while (auto s = scanner.poll()) out.push_back(std::move(*s));
  }
  scanner.finish();
  while (auto s = scanner.poll()) out.push_back(std::move(*s));
  return out;
}

TEST(Scanner, FindsMessagesInBothCodesWhateverTheCutsAndTheNoise) {
  for (const auto code : {Code::ia5, Code::ita2}) {
    Style style;
    style.code = code;
    Bytes stream{31, 10, 21, 2, 4, 4, 2};  // noise
    std::vector<Message> sent;
    for (int i = 0; i < 3; ++i) {
      sent.push_back(message("UNCLAS\nNUMBER " + std::to_string(i) + "\n"));
      const auto octets = transmission(sent.back(), style);
      stream.insert(stream.end(), octets.begin(), octets.end());
    }
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, stream.size()}) {
      const auto found = scan(stream, code, piece);
      ASSERT_EQ(found.size(), sent.size());
      for (std::size_t i = 0; i < sent.size(); ++i) {
        EXPECT_EQ(found[i].problem, "");
        const auto m = parse(found[i].text);
        ASSERT_TRUE(m) << m.error().text;
        EXPECT_EQ(*m, sent[i]);
      }
    }
  }
}

TEST(Scanner, GivesAMessageOutWithoutALineEndBehindIt) {
  Scanner scanner(Code::ia5);
  auto text = format(message("UNCLAS\n"), {});
  text.resize(text.find("NNNN") + 4);
  scanner.feed(as_bytes(text));
  const auto s = scanner.poll();
  ASSERT_TRUE(s);
  EXPECT_EQ(s->problem, "");
  EXPECT_TRUE(parse(s->text));
}

TEST(Scanner, ALostEndDoesNotSwallowTheNextMessage) {
  const auto text = format(message("UNCLAS\n"), {});
  const auto cut = text.substr(0, text.find("BT"));
  const auto found = scan(as_bytes(cut + "\r\n" + text), Code::ia5, 1000);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].problem, "no_end");
  EXPECT_EQ(found[1].problem, "");
  EXPECT_EQ(scan(as_bytes(cut), Code::ia5, 10).at(0).problem, "no_end");
}

TEST(Scanner, MemoryIsBoundedAndItGoesOnBehindTheExcess) {
  Scanner scanner(Code::ia5);
  scanner.feed(as_bytes("ZCZC\r\n"));
  const std::string block(limits::acp127_noise_octets, 'A');
  for (std::size_t sent = 0; sent < 2 * limits::acp127_message_octets; sent += block.size())
    scanner.feed(as_bytes(block));
  EXPECT_FALSE(scanner.poll());
  scanner.feed(as_bytes("\nNNNN\n" + format(message("UNCLAS\n"), {})));
  const auto first = scanner.poll();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->problem, "too_long");
  EXPECT_EQ(first->text.size(), limits::acp127_message_octets);
  const auto second = scanner.poll();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->problem, "");
}

TEST(Scanner, CountsNoise) {
  Scanner scanner(Code::ia5);
  scanner.feed(as_bytes("QWERTY\nXX VZCZCABA051\n"));
  EXPECT_EQ(scanner.noise_octets(), 9U);
  EXPECT_TRUE(scanner.inside());
}

std::string numbered_lines(int count) {
  std::string out = "UNCLAS\n";
  for (int i = 1; i < count; ++i) out += "LINE " + std::to_string(i) + "\n";
  return out;
}

TEST(Sections, ShortTextIsOneMessage) {
  Style style;
  style.section_lines = 10;
  EXPECT_EQ(sections(message(numbered_lines(10)), style)->size(), 1U);
  EXPECT_EQ(sections(message(numbered_lines(11)), style)->size(), 2U);
}

TEST(Sections, LinesSayWhichTheyAre) {
  Style style;
  style.section_lines = 10;
  const auto all = *sections(message(numbered_lines(20)), style);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_NE(format(all[0], style).find("BT\r\r\nSECTION 1 OF 3\r\r\nUNCLAS\r\r\n"), std::string::npos);
  EXPECT_NE(format(all[2], style).find("BT\r\r\nFINAL SECTION OF 3\r\r\nUNCLAS\r\r\n"), std::string::npos);
  for (const auto& s : all) EXPECT_LE(std::count(s.text.begin(), s.text.end(), '\n') + 1, 10);
}

TEST(Sections, ReassembledInAnyOrder) {
  Style style;
  style.section_lines = 10;
  auto whole = message(numbered_lines(20));
  whole.corrections = {"LINE 1"};
  auto all = *sections(whole, style);
  std::swap(all[0], all[2]);
  Reassembly reassembly;
  std::uint64_t ticket = 10;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto received = parse(format(all[i], style));
    ASSERT_TRUE(received);
    ASSERT_TRUE(received->section);
    const auto out = reassembly.add(*received, ticket++, from_unix(1000));
    if (i + 1 < all.size()) {
      EXPECT_EQ(out.kind, Reassembly::Outcome::Kind::waiting);
      continue;
    }
    ASSERT_EQ(out.kind, Reassembly::Outcome::Kind::whole);
    EXPECT_EQ(out.message, whole);
    EXPECT_EQ(out.tickets, (std::vector<std::uint64_t>{12, 11, 10}));
  }
  EXPECT_EQ(reassembly.open(), 0U);
}

TEST(Sections, SerialNumbersThatFollowEachOtherBelongTogether) {
  Style style;
  style.section_lines = 10;
  auto all = *sections(message(numbered_lines(15)), style);
  ASSERT_EQ(all.size(), 2U);
  all[1].serial = all[1].validation = "0043";
  Reassembly reassembly;
  EXPECT_EQ(reassembly.add(all[0], 1, Time{}).kind, Reassembly::Outcome::Kind::waiting);
  EXPECT_EQ(reassembly.add(all[1], 2, Time{}).kind, Reassembly::Outcome::Kind::whole);
  all[1].serial = "0049";
  EXPECT_EQ(reassembly.add(all[0], 3, Time{}).kind, Reassembly::Outcome::Kind::waiting);
  EXPECT_EQ(reassembly.add(all[1], 4, Time{}).kind, Reassembly::Outcome::Kind::waiting);
  EXPECT_EQ(reassembly.open(), 2U);
}

TEST(Sections, RepeatsConflictsAndMissingOnes) {
  Style style;
  style.section_lines = 10;
  auto all = *sections(message(numbered_lines(30)), style);
  ASSERT_EQ(all.size(), 4U);
  Reassembly reassembly;
  EXPECT_EQ(reassembly.add(all[1], 1, from_unix(1000)).kind, Reassembly::Outcome::Kind::waiting);
  EXPECT_EQ(reassembly.add(all[1], 2, from_unix(1001)).kind, Reassembly::Outcome::Kind::duplicate);
  all[1].text += "MORE\n";
  EXPECT_EQ(reassembly.add(all[1], 3, from_unix(1001)).kind, Reassembly::Outcome::Kind::conflict);
  EXPECT_EQ(reassembly.oldest(), from_unix(1000));
  EXPECT_TRUE(reassembly.give_up(from_unix(1000)).empty());
  const auto lost = reassembly.give_up(from_unix(1001));
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].what, "RFLSAA 0042 3251200");
  EXPECT_EQ(lost[0].missing, "1, 3, 4 of 4");
  EXPECT_EQ(lost[0].tickets, (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(reassembly.oldest(), never);
}

TEST(Sections, LimitOfOpenMessages) {
  Reassembly reassembly;
  auto m = message("UNCLAS\n");
  m.section = Section{1, 2};
  for (std::size_t i = 0; i < limits::acp127_open_messages; ++i) {
    m.serial = std::to_string(1000 + 7 * i);
    EXPECT_EQ(reassembly.add(m, i, Time{}).kind, Reassembly::Outcome::Kind::waiting);
  }
  m.serial = "1";
  EXPECT_EQ(reassembly.add(m, 99, Time{}).kind, Reassembly::Outcome::Kind::full);
  reassembly.forget(0);
  EXPECT_EQ(reassembly.add(m, 99, Time{}).kind, Reassembly::Outcome::Kind::waiting);
}

TEST(Sections, LimitOfSections) {
  Style style;
  style.section_lines = 4;
  const auto fits = static_cast<int>(2 * limits::acp127_sections);
  EXPECT_EQ(sections(message(numbered_lines(fits + 1)), style)->size(), limits::acp127_sections);
  const auto beyond = sections(message(numbered_lines(fits + 2)), style);
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().name, "too_long");
}

}  // namespace
}  // namespace longwire::acp127
