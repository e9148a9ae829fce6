// The vectors made outside the project: octets decode, and encode back to the same octets.
#include "bearers/s5066/d_pdu.hpp"
#include "bearers/s5066/d_pdu_scanner.hpp"
#include "bearers/s5066/primitive.hpp"
#include "tests/unit/s5066/vector_names.hpp"

#include <gtest/gtest.h>

namespace longwire::s5066 {
namespace {

constexpr auto all_sis = "sis-";
constexpr auto all_dts = "dts-";

template <class Check>
void each_vector(const std::string& prefix, Check check) {
  for (const auto& name : test::vector_names(prefix)) {
    SCOPED_TRACE(name);
    check(test::s5066_vector(name));
  }
}

TEST(S5066Vectors, AreAllThere) {
  EXPECT_EQ(test::vector_names("sis-").size() + test::vector_names("dts-").size(), 113U);
}

TEST(SisVector, DecodesAndEncodesBack) {
  each_vector(all_sis, [](const Bytes& octets) {
    const auto decoded = decode_primitive(octets);
    ASSERT_TRUE(decoded) << decoded.error().name << ' ' << decoded.error().text;
    EXPECT_EQ(decoded->length, octets.size());
    EXPECT_EQ(encode(decoded->primitive), octets);
  });
}

TEST(SisVector, EveryTruncationIsTold) {
  each_vector(all_sis, [](const Bytes& octets) {
    for (std::size_t n = 0; n < octets.size(); ++n) {
      const auto decoded = decode_primitive(ByteView(octets).first(n));
      ASSERT_FALSE(decoded) << n;
      EXPECT_EQ(decoded.error().name, "truncated") << n;
    }
  });
}

TEST(SisVector, TrailingOctetIsRefused) {
  each_vector(all_sis, [](Bytes octets) {
    const auto length = octets.size();
    octets.push_back(0);
    const auto decoded = decode_primitive(octets);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().name, "trailing_octets");
    EXPECT_EQ(decoded.error().offset, length);
  });
}

TEST(SisVector, SizeFieldOneOffIsBadSize) {
  each_vector(all_sis, [](const Bytes& octets) {
    if (octets[5] == 18 || octets[5] == 19) return;  // any size is right for a management message
    auto longer = octets;
    ++longer[4];
    longer.push_back(0);
    EXPECT_EQ(decode_primitive(longer).error().name, "bad_size");
    auto shorter = octets;
    --shorter[4];
    shorter.pop_back();
    EXPECT_EQ(decode_primitive(shorter).error().name, "bad_size");
  });
}

TEST(SisVector, ReaderTakesItOctetByOctet) {
  each_vector(all_sis, [](const Bytes& octets) {
    PrimitiveReader reader;
    for (std::size_t i = 0; i < octets.size(); ++i) {
      EXPECT_FALSE(reader.next().has_value()) << i;
      reader.feed(ByteView(octets).subspan(i, 1));
    }
    const auto got = reader.next();
    ASSERT_TRUE(got.has_value());
    ASSERT_TRUE(got->has_value());
    EXPECT_EQ(encode(**got), octets);
    EXPECT_FALSE(reader.next().has_value());
    EXPECT_EQ(reader.incomplete(), 0U);
  });
}

TEST(DtsVector, DecodesAndEncodesBack) {
  each_vector(all_dts, [](const Bytes& octets) {
    const auto decoded = decode_d_pdu(octets);
    ASSERT_TRUE(decoded) << decoded.error().name << ' ' << decoded.error().text;
    EXPECT_EQ(decoded->length, octets.size());
    EXPECT_EQ(encode(decoded->pdu), octets);
    EXPECT_EQ(encoded_size(decoded->pdu), octets.size());
    if (const auto* segment = segment_of(decoded->pdu)) {
      EXPECT_TRUE(segment->crc_ok);
    }
  });
}

TEST(DtsVector, EveryTruncationIsTold) {
  each_vector(all_dts, [](const Bytes& octets) {
    for (std::size_t n = 0; n < octets.size(); ++n) {
      const auto decoded = decode_d_pdu(ByteView(octets).first(n));
      ASSERT_FALSE(decoded) << n;
      EXPECT_EQ(decoded.error().name, "truncated") << n;
    }
  });
}

TEST(DtsVector, NoSingleBitErrorPassesBothCrcs) {
  each_vector(all_dts, [](const Bytes& octets) {
    for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
      auto hurt = octets;
      hurt[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      const auto decoded = decode_d_pdu(hurt);
      const auto* segment = decoded ? segment_of(decoded->pdu) : nullptr;
      EXPECT_TRUE(!decoded || (segment != nullptr && !segment->crc_ok)) << bit;
    }
  });
}

TEST(DtsVector, ScannerTakesItOctetByOctet) {
  each_vector(all_dts, [](const Bytes& octets) {
    DPduScanner scanner;
    for (std::size_t i = 0; i < octets.size(); ++i) {
      EXPECT_FALSE(scanner.next().has_value()) << i;
      scanner.feed(ByteView(octets).subspan(i, 1));
    }
    const auto found = scanner.next();
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(encode(found->pdu), octets);
    EXPECT_EQ(found->octets_after_sync, octets.size());
    EXPECT_FALSE(found->bad_segment);
    EXPECT_FALSE(scanner.next().has_value());
  });
}

}  // namespace
}  // namespace longwire::s5066
