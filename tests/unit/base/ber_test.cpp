#include "base/ber.hpp"

#include "base/rng.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::ber {
namespace {

// The document holds views into the octets, so both live here.
struct Read {
  explicit Read(std::string_view hex, Limits limits = {})
      : octets(from_hex(hex).value()), document(Document::read(octets, limits)) {}
  std::string failure() const {
    return document ? "" : std::string(document.error().name) + '@' + std::to_string(document.error().offset);
  }
  Bytes octets;
  Result<Document> document;
};

std::string failure(std::string_view hex, Limits limits = {}) { return Read(hex, limits).failure(); }

TEST(BerReader, Tree) {
  const Read r("300a 020105 3003 0101ff 0400");
  ASSERT_EQ(r.failure(), "");
  const auto& d = *r.document;
  ASSERT_EQ(d.count(), 5u);
  EXPECT_EQ(d.octets(), 12u);
  EXPECT_EQ(d.children(0), (std::vector<std::size_t>{1, 2, 4}));
  EXPECT_EQ(d.children(2), std::vector<std::size_t>{3});
  EXPECT_TRUE(d.children(1).empty());
  EXPECT_EQ(d[0].tag, sequence_tag);
  EXPECT_EQ(d[3].offset, 7u);
  EXPECT_EQ(d[3].content, 9u);
  EXPECT_EQ(d[3].length, 1u);
  EXPECT_EQ(*d.integer(1), 5);
}

TEST(BerReader, IndefiniteIsTheSameTree) {
  const Read r("3080 020105 3080 0101ff 0000 0400 0000");
  ASSERT_EQ(r.failure(), "");
  const auto& d = *r.document;
  EXPECT_EQ(d.children(0), (std::vector<std::size_t>{1, 2, 4}));
  EXPECT_EQ(d[0].length, 12u);
  EXPECT_EQ(d[2].length, 3u);
  EXPECT_EQ(d.octets(), 16u);
}

TEST(BerReader, OctetsBehindTheValueAreLeftAlone) {
  const Read r("0500 ffff");
  ASSERT_EQ(r.failure(), "");
  EXPECT_EQ(r.document->octets(), 2u);
}

TEST(BerReader, TagForms) {
  EXPECT_EQ((*Read("9e00").document)[0].tag, context_tag(30, false));
  EXPECT_EQ((*Read("9f1f00").document)[0].tag, context_tag(31, false));
  EXPECT_EQ((*Read("bf817f00").document)[0].tag, context_tag(255, true));
  EXPECT_EQ((*Read("dfffffff7f00").document)[0].tag, (Tag{TagClass::private_, (1U << 28) - 1, false}));
  EXPECT_EQ((*Read("6100").document)[0].tag, (Tag{TagClass::application, 1, true}));
  EXPECT_EQ(failure("9f1e00"), "bad_tag@0");        // fits the short form
  EXPECT_EQ(failure("9f801f00"), "bad_tag@0");      // leading zeros
  EXPECT_EQ(failure("9f8180808000"), "bad_tag@0");  // 29 bits
  EXPECT_EQ(failure("9fff"), "truncated@2");
}

TEST(BerReader, EndOfContents) {
  EXPECT_EQ(failure("0000"), "bad_tag@0");
  EXPECT_EQ(failure("3002 0000"), "bad_tag@2");
  EXPECT_EQ(failure("3080 0001 00"), "bad_length@2");
  EXPECT_EQ(failure("3080 00"), "truncated@3");
  EXPECT_EQ(failure("3080 0500"), "truncated@4");
  EXPECT_EQ(failure("3002 3080 0000"), "bad_length@4");  // its end would stand outside
  EXPECT_EQ(failure("3080 2000 0000"), "");              // constructed universal 0 is no end-of-contents
}

TEST(BerReader, LengthForms) {
  EXPECT_EQ((*Read("0481"
                   "01"
                   "aa")
                  .document)[0]
                .length,
            1u);
  EXPECT_EQ((*Read("0488"
                   "0000000000000001"
                   "aa")
                  .document)[0]
                .length,
            1u);
  EXPECT_EQ((*Read("0489"
                   "000000000000000001"
                   "aa")
                  .document)[0]
                .length,
            1u);                                       // leading zeros are BER
  EXPECT_EQ(failure("0480 aa 0000"), "bad_length@0");  // primitive
  EXPECT_EQ(failure("04ff"), "bad_length@0");
  EXPECT_EQ(failure("0488ffffffffffffffff"), "bad_length@0");
  EXPECT_EQ(failure("0487ffffffffffffff"), "truncated@9");
  EXPECT_EQ(failure("0482 01"), "truncated@3");
  EXPECT_EQ(failure("0402 aa"), "truncated@3");
  EXPECT_EQ(failure("3003 0402 aa bb"), "bad_length@2");
  EXPECT_EQ(failure("3001 04 00"), "bad_length@2");
  EXPECT_EQ(failure("3003 0482 00 00 00"), "bad_length@2");
  EXPECT_EQ(failure("04"), "truncated@1");
  EXPECT_EQ(failure(""), "truncated@0");
}

TEST(BerReader, DepthLimit) {
  const auto nested = [](std::size_t depth) {
    std::string hex;
    for (std::size_t i = 0; i < depth; ++i) hex += "3080";
    for (std::size_t i = 0; i < depth; ++i) hex += "0000";
    return hex;
  };
  EXPECT_EQ(failure(nested(limits::ber_depth)), "");
  EXPECT_EQ(failure(nested(limits::ber_depth + 1)), "too_deep@" + std::to_string(2 * limits::ber_depth));
  std::string bottomless;
  for (int i = 0; i < 500'000; ++i) bottomless += "3080";
  EXPECT_EQ(failure(bottomless, Limits{1'000'000, 1'000'000}), "truncated@1000000");  // no call stack to run out of
}

TEST(BerReader, ElementLimit) {
  const auto with_children = [](std::size_t n) {
    std::string hex = "3080";
    for (std::size_t i = 0; i < n; ++i) hex += "0500";
    return hex + "0000";
  };
  EXPECT_EQ(failure(with_children(limits::ber_elements - 1)), "");
  EXPECT_EQ(failure(with_children(limits::ber_elements)),
            "too_many_elements@" + std::to_string(2 * limits::ber_elements));
}

TEST(BerReader, Integers) {
  const auto integer = [](std::string_view hex) { return Read(hex).document->integer(0); };
  EXPECT_EQ(*integer("020100"), 0);
  EXPECT_EQ(*integer("0201ff"), -1);
  EXPECT_EQ(*integer("02020080"), 128);
  EXPECT_EQ(*integer("0203ff0000"), -65536);
  EXPECT_EQ(*integer("02087fffffffffffffff"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(*integer("02088000000000000000"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(integer("0200").error().name, "bad_length");
  EXPECT_EQ(integer("0209008000000000000000").error().name, "bad_length");
  EXPECT_EQ(integer("2203020100").error().name, "bad_tag");
}

TEST(BerReader, OctetStrings) {
  EXPECT_EQ(to_hex(*Read("0403616263").document->octet_string(0)), "616263");
  EXPECT_EQ(to_hex(*Read("2480 040161 2404 04026263 0400 0000").document->octet_string(0)), "616263");
  EXPECT_EQ(to_hex(*Read("2400").document->octet_string(0)), "");
  const auto bad = Read("2406 040161 030162").document->octet_string(0);
  EXPECT_EQ(bad.error().name, "bad_tag");
  EXPECT_EQ(bad.error().offset, 5u);
}

TEST(BerReader, ObjectIdentifiers) {
  const auto oid = [](std::string_view hex) { return Read(hex).document->oid(0); };
  EXPECT_EQ(*oid("06082b1a00a236000401"), "1.3.26.0.4406.0.4.1");
  EXPECT_EQ(*oid("0603883703"), "2.999.3");
  EXPECT_EQ(*oid("060127"), "0.39");
  EXPECT_EQ(*oid("060150"), "2.0");
  EXPECT_EQ(*oid("060a2affffffffffffffff7f"), "1.2.9223372036854775807");
  EXPECT_EQ(oid("0600").error().name, "bad_oid");
  EXPECT_EQ(oid("06022a86").error().name, "bad_oid");
  EXPECT_EQ(oid("06032a8001").error().name, "bad_oid");
  EXPECT_EQ(oid("060b2a81ffffffffffffffff7f").error().name, "bad_oid");
  EXPECT_EQ(oid("260306012a").error().name, "bad_tag");
}

TEST(DerWriter, Forms) {
  Writer w;
  w.begin(sequence_tag);
  w.integer(integer_tag, 128);
  w.integer(context_tag(0, false), -129);
  ASSERT_TRUE(w.oid(oid_tag, "1.3.26.0.4406.0.4.1"));
  w.begin(context_tag(31, true));
  w.primitive(octet_string_tag, Bytes(128, 0xAA));
  w.end();
  w.end();
  const auto out = w.finish();
  EXPECT_EQ(to_hex(out).substr(0, 62),
            "308199"
            "02020080"
            "8002ff7f"
            "06082b1a00a236000401"
            "bf1f8183"
            "048180"
            "aaaaaa");
  EXPECT_TRUE(Document::read(out));
}

TEST(DerWriter, LengthsAtTheSteps) {
  for (const auto& [octets, header] : {std::pair{0UL, "0400"},
                                       {127UL, "047f"},
                                       {128UL, "048180"},
                                       {255UL, "0481ff"},
                                       {256UL, "04820100"},
                                       {65'535UL, "0482ffff"},
                                       {65'536UL, "0483010000"}}) {
    Writer w;
    w.primitive(octet_string_tag, Bytes(octets, 0));
    EXPECT_TRUE(to_hex(w.finish()).starts_with(header)) << octets;
  }
}

TEST(DerWriter, WhatItWritesIsRead) {
  Rng rng(5);
  for (int i = 0; i < 2000; ++i) {
    const auto value = static_cast<std::int64_t>(rng.next()) >> rng.below(64);
    const auto number = static_cast<std::uint32_t>(rng.below(1U << 28));
    Writer w;
    w.integer(context_tag(number, false), value);
    const auto octets = w.finish();
    const auto d = Document::read(octets);
    ASSERT_TRUE(d);
    EXPECT_EQ((*d)[0].tag, context_tag(number, false));
    EXPECT_EQ(*d->integer(0), value);
    EXPECT_EQ(d->octets(), octets.size());
  }
}

TEST(DerWriter, ObjectIdentifiersBothWays) {
  for (const auto* dotted : {"0.0", "0.39", "1.0", "1.39", "2.0", "2.999.3", "2.48.0.1", "1.2.840.113549.1.9.16.3.8",
                             "1.2.9223372036854775807", "2.9223372036854775727"}) {
    Writer w;
    ASSERT_TRUE(w.oid(oid_tag, dotted)) << dotted;
    const auto octets = w.finish();
    EXPECT_EQ(*Document::read(octets)->oid(0), dotted);
  }
  for (const auto* bad : {"", "1", "1.", ".1", "1.40", "3.1", "1..2", "1.2.", "1.2.x", "1.-2", "1.2 .3",
                          "1.2.9223372036854775808", "2.9223372036854775728", "1.2.99999999999999999999999"}) {
    Writer w;
    EXPECT_FALSE(w.oid(oid_tag, bad)) << bad;
    EXPECT_TRUE(w.finish().empty());
  }
}

TEST(BerReader, WholeEncodings) {
  const Read r("3080 a003 020105 048180 " + std::string(256, '0') + " 0000");
  ASSERT_EQ(r.failure(), "");
  const auto& d = *r.document;
  EXPECT_EQ(to_hex(d.encoding(0)), to_hex(r.octets));
  EXPECT_TRUE(d[0].indefinite);
  EXPECT_EQ(to_hex(d.encoding(1)), "a003020105");
  EXPECT_FALSE(d[3].indefinite);  // its last length octet is 80 all the same
  EXPECT_EQ(d.encoding(3).size(), 131u);
}

TEST(BerReader, BitStrings) {
  const auto octets = [](std::string_view hex) {
    const Read r(hex);
    const auto bits = r.document->bit_string(0);
    return bits ? to_hex(*bits) : std::string(bits.error().name);
  };
  EXPECT_EQ(octets("0302 00a5"), "a5");
  EXPECT_EQ(octets("8103 04a5ff"), "a5f0");
  EXPECT_EQ(octets("0301 00"), "");
  EXPECT_EQ(octets("2380 0302 00a5 2304 0302 0480 0000"), "a580");
  EXPECT_EQ(octets("2380 0000"), "");
  EXPECT_EQ(octets("0300"), "bad_length");
  EXPECT_EQ(octets("0301 01"), "bad_length");
  EXPECT_EQ(octets("0302 08ff"), "bad_length");
  EXPECT_EQ(octets("2308 0302 04a0 0302 00a5"), "bad_length");  // unused bits in the middle
  EXPECT_EQ(octets("2304 0402 00a5"), "bad_tag");
}

TEST(BerReader, Booleans) {
  EXPECT_TRUE(*Read("0101 ff").document->boolean(0));
  EXPECT_TRUE(*Read("8001 01").document->boolean(0));
  EXPECT_FALSE(*Read("0101 00").document->boolean(0));
  EXPECT_EQ(Read("0100").document->boolean(0).error().name, "bad_length");
  EXPECT_EQ(Read("0102 0000").document->boolean(0).error().name, "bad_length");
  EXPECT_EQ(Read("2180 0000").document->boolean(0).error().name, "bad_tag");
}

TEST(DerWriter, BitStringsAndBooleans) {
  const auto written = [](auto put) {
    Writer w;
    put(w);
    return to_hex(w.finish());
  };
  const Bytes octets{0xFF, 0xFF};
  EXPECT_EQ(written([&](Writer& w) { w.bit_string(bit_string_tag, octets, 9); }), "030307ff80");
  EXPECT_EQ(written([&](Writer& w) { w.bit_string(bit_string_tag, octets, 0); }), "030100");
  EXPECT_EQ(written([&](Writer& w) { w.bit_string(bit_string_tag, octets, 17); }), "030300ffff");
  EXPECT_EQ(written([&](Writer& w) { w.boolean(context_tag(1, false), true); }), "8101ff");
  EXPECT_EQ(written([&](Writer& w) { w.boolean(context_tag(1, false), false); }), "810100");
}

}  // namespace
}  // namespace longwire::ber
