#include "annexe/dmp/dmp_json.hpp"
#include "tests/unit/dmp/samples.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace longwire::dmp {
namespace {

using namespace test;
namespace json = boost::json;

json::object json_of(const std::string& name, std::optional<Time> now = std::nullopt) {
  return to_json(decode(test::vector(name), now.value_or(Time{})).value(), now);
}

TEST(DmpJson, MessageWithoutAReferenceSaysNothingOfNow) {
  const auto out = json_of("20-dmp-v2-message");
  EXPECT_EQ(out.at("content").as_string(), "message");
  EXPECT_EQ(out.at("id").to_number<int>(), 4242);
  EXPECT_EQ(out.at("submission").to_number<int>(), 0x1C20);
  EXPECT_FALSE(out.contains("submission_time"));
  EXPECT_FALSE(out.contains("expiry_time"));
  EXPECT_EQ(out.at("expiry_s").to_number<int>(), 60);
  EXPECT_EQ(out.at("precedence_name").as_string(), "immediate");
  EXPECT_EQ(out.at("classification_name").as_string(), "restricted");
  EXPECT_EQ(out.at("originator").at("direct").to_number<int>(), 5);
  EXPECT_EQ(out.at("recipients").at(0).at("report").as_string(), "positive");
  EXPECT_EQ(out.at("sics").at(0).as_string(), "ABC");
  EXPECT_EQ(out.at("body").at("data").as_string(), "ENEMY IN SIGHT");
}

TEST(DmpJson, WithAReferenceTimesAreResolved) {
  const auto out = json_of("20-dmp-v2-message", noon + std::chrono::hours{5});
  EXPECT_EQ(out.at("submission_time").as_string(), "2026-11-21T12:00:00Z");
  EXPECT_EQ(out.at("expiry_time").as_string(), "2026-11-21T12:01:00Z");
  EXPECT_EQ(out.at("dtg_time").as_string(), "2026-11-21T12:00:00Z");
  const auto report = json_of("27-dmp-report", noon);
  EXPECT_EQ(report.at("entries").at(0).at("delivery_time").as_string(), "2026-11-21T11:59:30Z");
}

TEST(DmpJson, NamesOfExtendedAddresses) {
  const auto out = json_of("22-dmp-v2-extended-addr");
  EXPECT_EQ(out.at("originator").at("or_name").as_string(),
            "/G=Officer/S=Duty/OU=OPS/O=HQ NORTH/PRMD=MIL/ADMD= /C=NO/");
  EXPECT_EQ(out.at("recipients").at(1).at("address").at("direct").to_number<int>(), 9000);
}

TEST(DmpJson, EveryVectorHasItsContent) {
  const std::array contents{"message",      "message",         "message",        "message",      "ipm",
                            "message",      "message",         "report",         "notification", "notification",
                            "notification", "acknowledgement", "acknowledgement"};
  for (std::size_t i = 0; i < vectors.size(); ++i)
    EXPECT_EQ(json_of(vectors.at(i)).at("content").as_string(), contents.at(i)) << vectors.at(i);
  EXPECT_EQ(json_of("25-dmp-x400-ids").at("ipm_id").as_string(), "1042 261121120000Z");
  EXPECT_EQ(json_of("26-dmp-extensions-structured").at("body").at("data_hex").as_string(), "002a010203");
  EXPECT_EQ(json_of("30-dmp-notification-on").at("acp127_type_name").as_string(), "tn");
  EXPECT_EQ(json_of("32-dmp-nack-recipients").at("reason_name").as_string(), "checksum incorrect");
}

}  // namespace
}  // namespace longwire::dmp
