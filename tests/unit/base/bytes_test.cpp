#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace longwire {
namespace {

TEST(ByteReader, BigEndianInOrder) {
  const Bytes octets{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  ByteReader in(octets);
  EXPECT_EQ(in.u8(), 0x01);
  EXPECT_EQ(in.u16(), 0x0203);
  EXPECT_EQ(in.u32(), 0x04050607u);
  EXPECT_EQ(in.u64(), 0x08090A0B0C0D0E0Full);
  EXPECT_EQ(in.offset(), 15u);
  EXPECT_EQ(in.remaining(), 1u);
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(in.rest().size(), 1u);
  EXPECT_TRUE(in.at_end());
  EXPECT_FALSE(in.failed());
}

TEST(ByteReader, PastTheEndGivesZerosAndStaysFailed) {
  const Bytes octets{0xAA, 0xBB, 0xCC};
  ByteReader in(octets);
  EXPECT_EQ(in.u32(), 0u) << "not a part of what is there";
  EXPECT_TRUE(in.failed());
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(in.offset(), 3u);
  EXPECT_EQ(in.u8(), 0);
  EXPECT_EQ(in.u64(), 0u);
  EXPECT_TRUE(in.take(1).empty());
  EXPECT_TRUE(in.rest().empty());
  EXPECT_TRUE(in.failed());
}

TEST(ByteReader, TakeAndSkipAtTheEdge) {
  const Bytes octets{1, 2, 3};
  ByteReader in(octets);
  EXPECT_TRUE(in.take(0).empty());
  EXPECT_EQ(in.take(3).size(), 3u);
  in.skip(0);
  EXPECT_FALSE(in.failed());
  in.skip(1);
  EXPECT_TRUE(in.failed());
  ByteReader huge(octets);
  EXPECT_TRUE(huge.take(static_cast<std::size_t>(-1)).empty());
  EXPECT_TRUE(huge.failed());
  ByteReader empty(ByteView{});
  EXPECT_TRUE(empty.at_end());
  EXPECT_EQ(empty.u8(), 0);
  EXPECT_TRUE(empty.failed());
}

TEST(ByteWriter, WhatTheReaderReads) {
  ByteWriter out(4);
  out.u8(0xFE);
  out.u16(0xFDFC);
  out.u32(0xFBFAF9F8);
  out.u64(0xF7F6F5F4F3F2F1F0);
  out.text("ab");
  out.bytes(Bytes{0});
  out.patch_u16(1, 0x1234);
  EXPECT_EQ(out.size(), 18u);
  EXPECT_EQ(out.finish(), (Bytes{0xFE, 0x12, 0x34, 0xFB, 0xFA, 0xF9, 0xF8, 0xF7, 0xF6, 0xF5, 0xF4, 0xF3, 0xF2, 0xF1,
                                 0xF0, 'a', 'b', 0}));
}

TEST(ByteWriter, PatchOutsideIsRefused) {
  ByteWriter out;
  out.u16(0);
  EXPECT_THROW(out.patch_u16(1, 1), std::out_of_range);
}

TEST(Bytes, TextViews) {
  EXPECT_EQ(as_text(to_bytes("x\xFFy")), "x\xFFy");
  EXPECT_EQ(as_bytes("\xFF")[0], 0xFF);
}

}  // namespace
}  // namespace longwire
