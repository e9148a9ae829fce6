#include "bearers/modem/packet_110d.hpp"

#include "base/checksum.hpp"
#include "base/rng.hpp"
#include "base/text.hpp"
#include "bearers/modem/packet_reader_110d.hpp"

#include <gtest/gtest.h>

namespace longwire::modem::port110d {
namespace {

PacketId some_id(std::uint8_t seed) {
  PacketId id{};
  for (auto& octet : id) octet = seed++;
  return id;
}

PacketId short_id(unsigned number) {
  PacketId id{};
  id[10] = static_cast<std::uint8_t>(number >> 8);
  id[11] = static_cast<std::uint8_t>(number);
  return id;
}

std::vector<Packet> one_of_each() {
  return {Connect{},
          ConnectAck{},
          ErrorPacket{},
          ErrorPacket{to_bytes("why")},
          KeepAlive{},
          DataTransfer{Order::first_only, some_id(1), {}},
          DataTransfer{Order::last, some_id(9), to_bytes("octets")},
          DataTransfer{Order::continuation, {}, Bytes(largest_data, 0xA5)},
          Arm{},
          Start{},
          RequestStatus{},
          DataNak{NakCause::multiple_first, some_id(200)},
          DataTransfer{Order::last, short_id(0xFFF), to_bytes("octets"), Header::short_},
          DataTransfer{Order::first_only, short_id(0), Bytes(largest_data, 0x5A), Header::short_},
          DataNak{NakCause::not_armed, short_id(0), Header::short_},
          DataNak{NakCause::multiple_first, short_id(0x123), Header::short_},
          TxStatus{TxState::started, 1, 2, 3, 0xFFFFFFFF},
          AbortReception{},
          CarrierDetect{true, 9600, 1152},
          CarrierDetect{},
          TxSetup{75, 45},
          InitialSetup{12, 0, 500, false, 3, 0, 0, 1},
          ConnectionProbe{}};
}

// A packet with good CRCs around whatever payload.
Bytes sealed(std::uint8_t type, ByteView payload) {
  ByteWriter w;
  w.bytes(packet_preamble);
  w.u8(type);
  w.u16(static_cast<std::uint16_t>(payload.size()));
  w.u16(crc16_s5066(w.view()));
  if (payload.empty()) return w.finish();
  w.bytes(payload);
  w.u16(crc16_s5066(payload));
  return w.finish();
}

std::string_view refusal(std::uint8_t type, const Bytes& payload) {
  const auto packet = decode(sealed(type, payload));
  return packet ? std::string_view("accepted") : packet.error().name;
}

TEST(Packet110d, EveryPacketComesBack) {
  for (const auto& packet : one_of_each()) {
    const auto octets = encode(packet);
    const auto back = decode(octets);
    ASSERT_TRUE(back) << back.error().name << ' ' << packet.index();
    EXPECT_EQ(back.value(), packet) << packet.index();
    EXPECT_LE(octets.size(), largest_packet);
  }
}

// Octets set down by hand from figures; the CRCs by a bitwise calculation outside.
TEST(Packet110d, OctetsOnTheLine) {
  EXPECT_EQ(to_hex(encode(Connect{})).substr(0, 12), "495055010001");
  EXPECT_EQ(to_hex(encode(Connect{})).substr(16, 2), "0c");
  EXPECT_EQ(to_hex(encode(KeepAlive{})).substr(0, 12), "495055000000");
  EXPECT_EQ(encode(KeepAlive{}).size(), header_octets);
  const auto data = to_hex(encode(DataTransfer{Order::first_and_last, some_id(1), to_bytes("A")}));
  EXPECT_EQ(data.substr(8, 4), "000f");
  EXPECT_EQ(data.substr(16, 30),
            "0002"
            "0102030405060708090a0b0c"
            "41");
  EXPECT_EQ(to_hex(encode(TxStatus{TxState::started, 1, 2, 3, 4})).substr(16, 36),
            "0504"
            "00000001"
            "00000002"
            "00000003"
            "00000004");
  EXPECT_EQ(to_hex(encode(DataNak{NakCause::underrun, some_id(1)})).substr(16, 28),
            "0401"
            "0102030405060708090a0b0c");
  EXPECT_EQ(to_hex(encode(DataTransfer{Order::last, short_id(0xABC), to_bytes("A"), Header::short_})).substr(16, 8),
            "004abc41");
  EXPECT_EQ(to_hex(encode(DataNak{NakCause::missing_first, short_id(0xABC), Header::short_})).substr(16, 6), "042abc");
  EXPECT_EQ(to_hex(encode(CarrierDetect{true, 300, 180})).substr(16, 20),
            "0801"
            "0000012c"
            "000000b4");
}

// The check value of the CRC ("123456789": 7D01), most significant octet first.
TEST(Packet110d, CrcGoesMostSignificantOctetFirst) {
  const auto packet = encode(ErrorPacket{to_bytes("123456789")});
  EXPECT_EQ(packet[packet.size() - 2], 0x7D);
  EXPECT_EQ(packet[packet.size() - 1], 0x01);
}

TEST(Packet110d, NamesEveryFault) {
  EXPECT_EQ(refusal(0x03, {}), "unknown_type");
  EXPECT_EQ(refusal(0x01, {}), "truncated");
  EXPECT_EQ(refusal(0x01, {12, 0}), "trailing_octets");
  EXPECT_EQ(refusal(0x00, {0x07}), "unknown_command");
  EXPECT_EQ(refusal(0x00, {0x0C}), "unknown_command");
  EXPECT_EQ(refusal(0x00, {0x01, 0x00}), "trailing_octets");
  EXPECT_EQ(refusal(0x00, {0x00}), "truncated");
  Bytes data(14, 0);
  for (const auto order : {0, 5, 255}) {
    data[1] = static_cast<std::uint8_t>(order);
    EXPECT_EQ(refusal(0x00, data), "bad_order");
  }
  data[1] = 4;
  EXPECT_EQ(refusal(0x00, data), "accepted");
  data.pop_back();
  EXPECT_EQ(refusal(0x00, data), "truncated");
  Bytes nak(14, 0);
  nak[0] = 0x04;
  nak[1] = 4;
  EXPECT_EQ(refusal(0x00, nak), "bad_cause");
  // The form of two octets.
  EXPECT_EQ(refusal(0x00, {0x00, 0x10, 0x00}), "accepted");
  EXPECT_EQ(refusal(0x00, {0x00, 0x4F, 0xFF, 0x01}), "accepted");
  EXPECT_EQ(refusal(0x00, {0x00, 0x10}), "truncated");
  EXPECT_EQ(refusal(0x00, {0x00, 0x50, 0x00}), "bad_order");
  EXPECT_EQ(refusal(0x00, {0x04, 0x3F, 0xFF}), "accepted");
  EXPECT_EQ(refusal(0x00, {0x04, 0x4F, 0xFF}), "bad_cause");
  EXPECT_EQ(refusal(0x00, {0x04, 0x00, 0x00, 0x00}), "truncated");
  Bytes status(18, 0);
  status[0] = 0x05;
  for (const auto state : {0, 7}) {
    status[1] = static_cast<std::uint8_t>(state);
    EXPECT_EQ(refusal(0x00, status), "bad_state");
  }
  Bytes carrier(10, 0);
  carrier[0] = 0x08;
  carrier[1] = 2;
  EXPECT_EQ(refusal(0x00, carrier), "bad_carrier");
  Bytes setup(18, 0);
  setup[0] = 0x0A;
  setup[13] = 2;
  EXPECT_EQ(refusal(0x00, setup), "bad_setup");
  setup[13] = 1;
  setup.push_back(0);
  EXPECT_EQ(refusal(0x00, setup), "trailing_octets");
}

TEST(Packet110d, PayloadAtTheLimitAndOneBeyond) {
  EXPECT_EQ(refusal(0xFF, Bytes(largest_payload, 1)), "accepted");
  EXPECT_EQ(refusal(0xFF, Bytes(largest_payload + 1, 1)), "payload_too_long");
  Bytes data(14 + largest_data, 0);
  data[1] = 3;
  EXPECT_EQ(data.size(), largest_payload);
  EXPECT_EQ(refusal(0x00, data), "accepted");
}

TEST(Packet110d, EveryTruncationAndEveryWrongBitIsNoticed) {
  for (const auto& packet : one_of_each()) {
    const auto good = encode(packet);
    if (good.size() > 64) continue;
    for (std::size_t n = 0; n < good.size(); ++n)
      EXPECT_FALSE(decode(ByteView(good).first(n))) << packet.index() << ' ' << n;
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
      auto wrong = good;
      wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(decode(wrong)) << packet.index() << ' ' << bit;
    }
    auto longer = good;
    longer.push_back(0);
    EXPECT_EQ(decode(longer).error().name, "trailing_octets");
  }
}

TEST(PacketReader110d, CutsAStreamAnywhere) {
  Bytes stream;
  for (const auto& packet : one_of_each()) {
    const auto octets = encode(packet);
    stream.insert(stream.end(), octets.begin(), octets.end());
  }
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{7}, std::size_t{4096}, stream.size()}) {
    PacketReader reader;
    std::vector<Packet> read;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      reader.feed(ByteView(stream).subspan(at, std::min(step, stream.size() - at)));
      while (auto packet = reader.next()) {
        ASSERT_TRUE(*packet);
        read.push_back(packet->value());
      }
    }
    EXPECT_EQ(read, one_of_each()) << step;
    EXPECT_EQ(reader.buffered(), 0U);
    EXPECT_EQ(reader.skipped_octets(), 0U);
  }
}

TEST(PacketReader110d, DropsWrongCrcsAndGoesOn) {
  const auto good = encode(Arm{});
  auto bad_header = good;
  bad_header[6] ^= 1;
  auto bad_payload = encode(DataTransfer{Order::last, {}, to_bytes("IPU")});
  bad_payload.back() ^= 0x80;
  PacketReader reader;
  reader.feed(to_bytes("noise IP"));
  for (const auto& part : {bad_header, good, bad_payload, good, Bytes{0x49, 0x49, 0x50}}) reader.feed(part);
  for (int i = 0; i < 2; ++i) {
    const auto packet = reader.next();
    ASSERT_TRUE(packet && *packet);
    EXPECT_EQ(packet->value(), Packet{Arm{}});
  }
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.bad_crcs(), 2U);
  EXPECT_EQ(reader.buffered(), 2U);  // "IP" may become a preamble
  reader.feed(ByteView(good).subspan(2));
  EXPECT_TRUE(reader.next().has_value());
}

TEST(PacketReader110d, TellsProtocolErrors) {
  PacketReader reader;
  reader.feed(sealed(0x42, {}));
  reader.feed(encode(Arm{}));
  auto packet = reader.next();
  ASSERT_TRUE(packet && packet->has_error());
  EXPECT_EQ(packet->error().name, "unknown_type");
  packet = reader.next();
  EXPECT_TRUE(packet && packet->has_value());
}

// Random octets, random cuts: never a crash, never more kept than was fed, a packet after noise is found.
TEST(PacketReader110d, RandomStreams) {
  Rng rng(42);
  for (int round = 0; round < 200; ++round) {
    PacketReader reader;
    std::size_t fed = 0;
    for (int part = 0; part < 20; ++part) {
      Bytes octets;
      if (rng.chance(0.3)) {
        octets = encode(one_of_each()[rng.below(one_of_each().size())]);
        if (rng.chance(0.3)) octets[rng.below(octets.size())] = static_cast<std::uint8_t>(rng.next());
      } else {
        for (auto n = rng.below(30); n > 0; --n)
          octets.push_back(static_cast<std::uint8_t>(rng.chance(0.5) ? packet_preamble[rng.below(3)] : rng.next()));
      }
      fed += octets.size();
      reader.feed(octets);
      while (auto packet = reader.next()) EXPECT_TRUE(packet->has_error() || decode(encode(packet->value())));
      EXPECT_LE(reader.buffered(), fed);
    }
    // Whatever came before: after one packet's worth of silence a good one gets through.
    reader.feed(Bytes(largest_packet, 0));
    while (reader.next()) {
    }
    reader.feed(encode(Start{}));
    const auto packet = reader.next();
    ASSERT_TRUE(packet && *packet);
    EXPECT_EQ(packet->value(), Packet{Start{}});
  }
}

}  // namespace
}  // namespace longwire::modem::port110d
