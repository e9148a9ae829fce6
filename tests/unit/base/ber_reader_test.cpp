// Typed values of BER: strings, bits, times.
#include "base/ber_reader.hpp"

#include "base/text.hpp"
#include "base/utc_time.hpp"

#include <gtest/gtest.h>

namespace longwire::ber {
namespace {

// A reader applied to the one element of `hex`; errors as their name.
template <class Read>
std::string with(std::string_view hex, Read read) {
  const auto octets = from_hex(hex).value();
  const auto doc = ber::Document::read(octets);
  if (!doc) return std::string(doc.error().name);
  return read(*doc);
}
std::string text_of(std::string_view hex) {
  return with(hex, [](const auto& doc) {
    const auto value = text(doc, 0);
    return value ? *value : std::string(value.error().name);
  });
}
std::string bits_of(std::string_view hex) {
  return with(hex, [](const auto& doc) {
    const auto value = bits(doc, 0);
    return value ? std::to_string(*value) : std::string(value.error().name);
  });
}
std::string number_of(std::string_view hex) {
  return with(hex, [](const auto& doc) {
    const auto value = small_integer(doc, 0);
    return value ? std::to_string(*value) : std::string(value.error().name);
  });
}

TEST(X400Reader, Strings) {
  EXPECT_EQ(text_of("1303 414240"), "AB@");  // '@' is not PrintableString, but real
  EXPECT_EQ(text_of("1300"), "");
  EXPECT_EQ(text_of("3380 0401 41 2480 0401 42 0000 0000"), "AB");
  EXPECT_EQ(text_of("3303 1301 41"), "bad_tag");
  EXPECT_EQ(text_of("1301 80"), "bad_string");
}

TEST(X400Reader, TeletexIsLatin1) {
  const auto teletex_of = [](std::string_view hex) {
    return with(hex, [](const auto& doc) { return *teletex(doc, 0); });
  };
  EXPECT_EQ(teletex_of("1404 41f8 7f80"), "A\xC3\xB8\x7F\xC2\x80");
  const auto written = [](std::string_view utf8) {
    ber::Writer out;
    put_teletex(out, teletex_string_tag, utf8);
    return to_hex(out.finish());
  };
  EXPECT_EQ(written("A\xC3\xB8\x7F\xC2\x80"), "140441f87f80");
  EXPECT_EQ(written("\xE2\x82\xAC!"), "14023f21");  // the euro sign is not in ISO 8859-1
  EXPECT_EQ(written("\xC3"), "14013f");             // cut off
  EXPECT_EQ(written("\xC3x\xBFy\xF0\x9F\x98\x80"), "14053f783f793f");
  ber::Writer out;
  put_text(out, printable_string_tag, "a\xC3\xB8");
  EXPECT_EQ(to_hex(out.finish()), "1303613f3f");
}

TEST(X400Reader, Bits) {
  EXPECT_EQ(bits_of("0302 00a0"), std::to_string(0xA000));
  EXPECT_EQ(bits_of("0302 07ff"), std::to_string(0x8000));
  EXPECT_EQ(bits_of("0304 00 a0b0ff"), std::to_string(0xA0B0));  // further bits are dropped
  EXPECT_EQ(bits_of("0301 00"), "0");
  EXPECT_EQ(bits_of("2380 0302 00a0 0302 04ff 0000"), std::to_string(0xA0F0));
  for (const auto* hex : {"0300", "0301 01", "0302 08ff", "2380 0302 04ff 0302 00a0 0000", "2304 0402 00a0"})
    EXPECT_EQ(bits_of(hex), "bad_value") << hex;
  const auto written = [](auto put) {
    ber::Writer out;
    put(out);
    return to_hex(out.finish());
  };
  EXPECT_EQ(written([](auto& out) { put_bits(out, bit_string_tag, 0xA8FF, 8); }), "030200a8");
  EXPECT_EQ(written([](auto& out) { put_bits(out, bit_string_tag, 0xFFFF, 10); }), "030306ffc0");
  EXPECT_EQ(written([](auto& out) { put_bits(out, bit_string_tag, 0xFFFF, 0); }), "030100");
  EXPECT_EQ(written([](auto& out) { put_bits(out, bit_string_tag, 0xFFFF, 99); }), "030300ffff");
  EXPECT_EQ(written([](auto& out) { put_named_bits(out, bit_string_tag, 0x2000); }), "03020520");
  EXPECT_EQ(written([](auto& out) { put_named_bits(out, bit_string_tag, 0); }), "030100");
  EXPECT_EQ(written([](auto& out) { put_named_bits(out, bit_string_tag, 1); }), "0303000001");
}

TEST(X400Reader, Numbers) {
  EXPECT_EQ(number_of("0204 7fffffff"), "2147483647");
  EXPECT_EQ(number_of("0204 80000000"), "-2147483648");
  EXPECT_EQ(number_of("0205 0080000000"), "bad_value");
  EXPECT_EQ(number_of("0a01 02"), "2");
  EXPECT_EQ(number_of("0200"), "bad_length");
}

TEST(X400Reader, UtcTimes) {
  const auto seconds = [](std::string_view text) {
    const auto t = parse_utc_time(text);
    return t ? std::chrono::floor<std::chrono::seconds>(t->time_since_epoch()).count() : -1;
  };
  EXPECT_EQ(seconds("261121120000Z"), 1795262400);
  EXPECT_EQ(seconds("2611211200Z"), 1795262400);
  EXPECT_EQ(seconds("261121130000+0100"), 1795262400);
  EXPECT_EQ(seconds("2611211030-0130"), 1795262400);
  EXPECT_EQ(seconds("700101000000Z"), 3155760000);  // 2070
  EXPECT_EQ(seconds("800101000000Z"), 315532800);   // 1980
  EXPECT_EQ(seconds("240229000000Z"), 1709164800);
  for (const auto* text :
       {"", "261121120000", "26112112Z", "261321120000Z", "261131120000Z", "250229000000Z", "261121240000Z",
        "261121126000Z", "261121120060Z", "261121120000z", "261121120000+01", "261121120000+2400", "261121120000+0160",
        "261121120000Zx", " 61121120000Z", "2611211200000Z", "26112112000\xff"})
    EXPECT_FALSE(parse_utc_time(text)) << text;
  EXPECT_EQ(format_utc_time(from_unix(1795262400)), "261121120000Z");
  EXPECT_EQ(format_utc_time(from_unix(1795262400) + std::chrono::milliseconds(999)), "261121120000Z");
  EXPECT_EQ(format_utc_time(Time::min()), "800101000000Z");  // two digits say no more
  EXPECT_EQ(format_utc_time(never), "791231235959Z");
  EXPECT_EQ(with("1701 41", [](const auto& doc) { return std::string(utc_time(doc, 0).error().name); }), "bad_time");
}

TEST(X400Reader, Members) {
  const auto octets = from_hex("3110 800101 810102 800103 8001 04 9f2a01 05").value();
  const auto doc = ber::Document::read(octets);
  ASSERT_TRUE(doc);
  Members members(*doc, 0);
  EXPECT_EQ(members.take(ber::TagClass::context, 1), 2u);
  EXPECT_FALSE(members.check_duplicates());
  EXPECT_FALSE(members.take(ber::TagClass::context, 1));
  EXPECT_FALSE(members.take(ber::TagClass::application, 0));
  EXPECT_EQ(members.take(ber::TagClass::context, 0), 1u);
  EXPECT_EQ(members.check_duplicates()->name, "duplicate_element");
  EXPECT_EQ(members.check_duplicates()->offset, 8u);
  EXPECT_EQ(members.rest(), (std::vector<std::size_t>{3, 4, 5}));
  EXPECT_EQ(to_hex(raw(*doc, 5)), "9f2a0105");
}

TEST(X400Reader, OnlyChild) {
  const auto child_of = [](std::string_view hex) {
    return with(hex, [](const auto& doc) {
      const auto child = only_child(doc, 0);
      return child ? std::to_string(*child) : std::string(child.error().name);
    });
  };
  EXPECT_EQ(child_of("a002 0500"), "1");
  EXPECT_EQ(child_of("a006 3004 0500 0500"), "1");
  EXPECT_EQ(child_of("a000"), "bad_length");
  EXPECT_EQ(child_of("8000"), "bad_length");
  EXPECT_EQ(child_of("a004 0500 0500"), "bad_length");
}

}  // namespace
}  // namespace longwire::ber
