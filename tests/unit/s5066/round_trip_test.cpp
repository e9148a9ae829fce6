// decode(encode(x)) is x, for random PDUs of every type.
#include "bearers/s5066/c_pdu_json.hpp"
#include "bearers/s5066/d_pdu_json.hpp"
#include "bearers/s5066/primitive_json.hpp"
#include "bearers/s5066/udop.hpp"
#include "tests/unit/s5066/random_pdus.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace longwire::s5066 {
namespace {

constexpr int rounds = 300;

std::string text_of(const boost::json::object& fields) { return boost::json::serialize(fields); }

// The JSON tells every field, so two PDUs with the same JSON are the same.
TEST(RoundTrip, Primitives) {
  test::RandomPdus random(1);
  for (unsigned type = 1; type <= 27; ++type) {
    for (int i = 0; i < rounds; ++i) {
      const auto primitive = random.primitive(type);
      ASSERT_EQ(type_of(primitive), type);
      const auto octets = encode(primitive);
      const auto decoded = decode_primitive(octets);
      ASSERT_TRUE(decoded) << type << ' ' << decoded.error().name;
      ASSERT_EQ(text_of(to_json(decoded->primitive)), text_of(to_json(primitive)));
      ASSERT_EQ(encode(decoded->primitive), octets);
    }
  }
}

TEST(RoundTrip, SPdus) {
  test::RandomPdus random(2);
  for (unsigned type = 0; type <= 7; ++type) {
    for (int i = 0; i < rounds; ++i) {
      const auto pdu = random.s_pdu(type);
      const auto octets = encode(pdu);
      ASSERT_EQ(octets.at(0) >> 4, type);
      const auto decoded = decode_s_pdu(octets);
      ASSERT_TRUE(decoded) << type << ' ' << decoded.error().name;
      ASSERT_EQ(decoded->index(), pdu.index());
      ASSERT_EQ(encode(*decoded), octets);
    }
  }
}

TEST(RoundTrip, SPduFields) {
  const DataSPdu data{5, 1, 9, true, TimeToDie{5, 40'061}, {0xAB}};
  const auto octets = encode(SPdu{data});
  EXPECT_EQ(octets, (Bytes{0x05, 0x19, 0xC5, 0x9C, 0x7D, 0xAB}));
  const auto got = std::get<DataSPdu>(*decode_s_pdu(octets));
  EXPECT_EQ(got.priority, 5);
  EXPECT_EQ(got.source_sap, 1);
  EXPECT_EQ(got.dest_sap, 9);
  EXPECT_TRUE(got.client_confirm);
  EXPECT_EQ(got.time_to_die, data.time_to_die);
  EXPECT_EQ(got.u_pdu, data.u_pdu);
  const auto link = std::get<LinkRequest>(*decode_s_pdu(encode(SPdu{LinkRequest{2, 3, 6, 5}})));
  EXPECT_EQ(link.link_type, 2);
  EXPECT_EQ(link.priority, 3);
  EXPECT_EQ(link.requesting_sap, 6);
  EXPECT_EQ(link.remote_sap, 5);
}

TEST(RoundTrip, CPdus) {
  test::RandomPdus random(3);
  for (unsigned type = 0; type <= 5; ++type) {
    for (int i = 0; i < rounds; ++i) {
      CPdu pdu;
      pdu.type = static_cast<CPduType>(type);
      pdu.exclusive = pdu.type == CPduType::request && random.flag();
      if (pdu.type == CPduType::rejected || pdu.type == CPduType::break_link) pdu.reason = random.below(16);
      if (pdu.type == CPduType::data) pdu.s_pdu = random.octets_up_to(general_mtu);
      const auto octets = encode(pdu);
      const auto decoded = decode_c_pdu(octets);
      ASSERT_TRUE(decoded);
      ASSERT_EQ(decoded->type, pdu.type);
      ASSERT_EQ(decoded->exclusive, pdu.exclusive);
      ASSERT_EQ(decoded->reason, pdu.reason);
      ASSERT_EQ(decoded->s_pdu, pdu.s_pdu);
    }
  }
}

TEST(RoundTrip, DPdus) {
  test::RandomPdus random(4);
  for (const auto type : test::all_d_pdu_types) {
    for (int i = 0; i < rounds; ++i) {
      auto pdu = random.d_pdu(type);
      ASSERT_EQ(type_of(pdu), type);
      const auto octets = encode(pdu);
      ASSERT_EQ(octets.size(), encoded_size(pdu));
      const auto decoded = decode_d_pdu(octets);
      ASSERT_TRUE(decoded) << to_string(type) << ' ' << decoded.error().name;
      ASSERT_EQ(decoded->length, octets.size());
      ASSERT_GE(decoded->pdu.address_octets, pdu.address_octets);
      pdu.address_octets = decoded->pdu.address_octets;  // asked for too few, it takes what it needs
      ASSERT_EQ(text_of(to_json(decoded->pdu, octets)), text_of(to_json(pdu, octets)));
      ASSERT_EQ(encode(decoded->pdu), octets);
    }
  }
}

TEST(RoundTrip, Udop) {
  test::RandomPdus random(5);
  for (int i = 0; i < rounds; ++i) {
    const UdopUnit unit{random.below(16), random.octet(), random.word(), random.word(), random.octets_up_to(2042)};
    const auto decoded = decode_udop(encode(unit));
    ASSERT_TRUE(decoded);
    ASSERT_EQ(decoded->connection, unit.connection);
    ASSERT_EQ(decoded->u_pdu_id, unit.u_pdu_id);
    ASSERT_EQ(decoded->segment, unit.segment);
    ASSERT_EQ(decoded->app_id, unit.app_id);
    ASSERT_EQ(decoded->octets, unit.octets);
  }
}

// Whatever comes in, the decoders answer; what they take encodes to octets they take as the same.
TEST(RoundTrip, HurtOctetsNeverBreakADecoder) {
  test::RandomPdus random(6);
  std::size_t accepted = 0;
  for (int i = 0; i < 30'000; ++i) {
    auto octets = encode(random.primitive(1 + random.below(27)));
    if (octets.size() > 200) continue;
    for (int hits = 1 + random.below(3); hits > 0; --hits) octets[random.rng().below(octets.size())] = random.octet();
    const auto decoded = decode_primitive(octets);
    if (!decoded) {
      ASSERT_FALSE(decoded.error().name.empty());
      ASSERT_LE(decoded.error().offset, octets.size());
      continue;
    }
    ++accepted;
    const auto again = decode_primitive(encode(decoded->primitive));
    ASSERT_TRUE(again);
    ASSERT_EQ(text_of(to_json(again->primitive)), text_of(to_json(decoded->primitive)));
  }
  EXPECT_GT(accepted, 1000U);
}

}  // namespace
}  // namespace longwire::s5066
