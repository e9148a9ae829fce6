#include "sim/ip_packet.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::sim {
namespace {

const UdpDatagram hello{{0x0A420001}, {0xEF420001}, 2753, 2754, as_bytes("hello")};

TEST(IpPacket, RoundTrip) {
  const auto packet = encode_udp(hello, 16, 7);
  ASSERT_EQ(packet.size(), 28U + 5U);
  const auto back = parse_udp(packet);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->source, hello.source);
  EXPECT_EQ(back->destination, hello.destination);
  EXPECT_EQ(back->source_port, 2753);
  EXPECT_EQ(back->destination_port, 2754);
  EXPECT_EQ(as_text(back->payload), "hello");
}

TEST(IpPacket, ChecksumsSumToNothing) {
  const auto packet = encode_udp(hello, 16, 7);
  const auto sum = [](ByteView octets, std::uint32_t start) {
    for (std::size_t i = 0; i < octets.size(); ++i)
      start += static_cast<std::uint32_t>(octets[i]) << (i % 2 == 0 ? 8 : 0);
    while (start > 0xFFFF) start = (start & 0xFFFF) + (start >> 16);
    return start;
  };
  EXPECT_EQ(sum(ByteView(packet).first(20), 0), 0xFFFFU);
  const auto pseudo = sum(ByteView(packet).subspan(12, 8), 17 + 13);
  EXPECT_EQ(sum(ByteView(packet).subspan(20), pseudo), 0xFFFFU);
}

TEST(IpPacket, NamesWhatIsWrong) {
  const auto good = encode_udp(hello, 16, 7);
  const auto name = [](Bytes packet) {
    const auto r = parse_udp(packet);
    return r ? "ok" : std::string(r.error().name);
  };
  const auto with = [&](std::size_t at, std::uint8_t value) {
    auto packet = good;
    packet[at] = value;
    return name(packet);
  };
  EXPECT_EQ(name({}), "truncated");
  EXPECT_EQ(name(Bytes(good.begin(), good.begin() + 19)), "truncated");
  EXPECT_EQ(name(Bytes(good.begin(), good.end() - 1)), "bad_length");
  EXPECT_EQ(with(0, 0x65), "bad_version");
  EXPECT_EQ(with(0, 0x44), "bad_header_length");
  EXPECT_EQ(with(9, 6), "not_udp");
  EXPECT_EQ(with(6, 0x20), "fragment");
  EXPECT_EQ(with(7, 1), "fragment");
  EXPECT_EQ(with(6, 0x40), "ok") << "do not fragment is no fragment";
  EXPECT_EQ(with(25, 7), "bad_length");
  EXPECT_EQ(with(25, 14), "bad_length");
}

TEST(IpPacket, PaddingBehindThePacketIsIgnored) {
  auto packet = encode_udp(hello, 16, 7);
  packet.resize(60);  // as the smallest Ethernet frame does
  ASSERT_TRUE(parse_udp(packet));
  EXPECT_EQ(as_text(parse_udp(packet)->payload), "hello");
}

}  // namespace
}  // namespace longwire::sim
