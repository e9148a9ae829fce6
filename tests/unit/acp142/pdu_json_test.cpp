// What `longwire decode p_mul` adds for coded messages; everything else is compared with the vectors (pdu_test.cpp).
#include "acp142/pdu_json.hpp"
#include "acp142/fec_info.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace longwire::acp142 {
namespace {

boost::json::object shown(const Pdu& pdu) {
  const auto decoded = decode(encode(pdu, Checksum::internet));
  EXPECT_TRUE(decoded);
  return to_json(*decoded);
}

AddressPdu address_with(Fec fec) {
  AddressPdu pdu;
  pdu.total = 3;
  pdu.source = PmulId{0x0A420001};
  pdu.message_id = 7;
  pdu.expiry = 1'800'000'000;
  pdu.fec = std::move(fec);
  pdu.destinations.push_back({PmulId{0x0A420002}, 1, {}});
  return pdu;
}

TEST(PduJson, ShowsTheParametersOfOurCodeByName) {
  FecInfo info;
  info.message_octets = 1000;
  info.symbol_octets = 400;
  info.blocks = 1;
  info.digest = 0x0123456789ABCDEF;
  info.first = 1;
  info.last = 5;
  const auto out = shown(address_with(encode(info)));
  EXPECT_EQ(out.at("fec_id").to_number<int>(), 193);
  EXPECT_EQ(out.at("fec_params").as_string(), "000003e8019000010123456789abcdef00010005");
  EXPECT_EQ(out.at("code"), (boost::json::object{{"message_octets", 1000},
                                                 {"symbol_octets", 400},
                                                 {"blocks", 1},
                                                 {"digest", "0123456789abcdef"},
                                                 {"first", 1},
                                                 {"last", 5}}));
}

TEST(PduJson, NamesWhatIsWrongWithThem) {
  FecInfo info;
  info.message_octets = 5000;  // not three PDUs of 400
  info.symbol_octets = 400;
  const auto code = shown(address_with(encode(info))).at("code").as_object();
  EXPECT_EQ(code.at("error").as_string(), "bad_fec_parameters");
  EXPECT_EQ(code.at("offset").to_number<int>(), 22);
  EXPECT_EQ(code.at("text").as_string(),
            "message_octets is 5000, must be what 3 PDUs (Total_Number_of_PDUs) of 400 octets hold, not 13");
}

TEST(PduJson, LeavesOtherCodesAsOctets) {
  const auto out = shown(address_with(Fec{2, {1, 2, 3}}));
  EXPECT_EQ(out.at("fec_id").to_number<int>(), 2);
  EXPECT_EQ(out.at("fec_params").as_string(), "010203");
  EXPECT_FALSE(out.contains("code"));
}

TEST(PduJson, ShowsTheMarkOfAnAckWhereThereIsOne) {
  AckPdu ack;
  ack.sender = PmulId{0x0A420002};
  ack.entries.push_back({PmulId{0x0A420001}, 7, {}, false});
  EXPECT_FALSE(shown(ack).contains("mark"));
  ack.mark = encode(AckMark{0.2, 3});
  const auto said = decode_mark(ack.mark);
  ASSERT_TRUE(said);
  const auto mark = shown(ack).at("mark").as_object();
  EXPECT_TRUE(mark.at("octets").as_string().starts_with("c1"));
  EXPECT_TRUE(mark.at("decodes").as_bool());
  EXPECT_DOUBLE_EQ(mark.at("loss").as_double(), said->loss);
  EXPECT_DOUBLE_EQ(mark.at("burst").as_double(), said->burst);
  EXPECT_NEAR(mark.at("loss").as_double(), 0.2, 0.05);
  ack.mark = encode(AckMark{});
  EXPECT_TRUE(shown(ack).at("mark").at("loss").is_null());
  ack.mark = 0x0102;  // somebody else's
  EXPECT_EQ(shown(ack).at("mark"), (boost::json::object{{"octets", "0102"}}));
}

}  // namespace
}  // namespace longwire::acp142
