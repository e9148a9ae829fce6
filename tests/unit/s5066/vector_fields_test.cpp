// Every field of every vector made outside the project is what our JSON says.
#include "bearers/s5066/d_pdu_json.hpp"
#include "bearers/s5066/primitive_json.hpp"
#include "tests/unit/s5066/vector_names.hpp"

#include <boost/json.hpp>

namespace longwire::s5066 {
namespace {

namespace json = boost::json;

json::object fields_of(const std::string& name) {
  const auto text = test::read_vector("s5066/" + name + ".json");
  return json::parse(as_text(text)).at("fields").as_object();
}

std::size_t expect_fields(const json::object& ours, const std::string& name) {
  const auto expected = fields_of(name);
  for (const auto& [key, value] : expected) {
    const auto* own = ours.if_contains(key);
    EXPECT_TRUE(own != nullptr) << name << " lacks " << key;
    if (own != nullptr) {
      EXPECT_EQ(*own, value) << name << " " << key;
    }
  }
  return expected.size();
}

TEST(VectorFields, SisJsonHasEveryOne) {
  std::size_t compared = 0;
  for (const auto& name : test::vector_names("sis-")) {
    const auto decoded = decode_primitive(test::s5066_vector(name));
    ASSERT_TRUE(decoded) << name;
    compared += expect_fields(to_json(decoded->primitive), name);
  }
  EXPECT_GT(compared, 300U);
}

TEST(VectorFields, DPduJsonHasEveryOne) {
  std::size_t compared = 0;
  for (const auto& name : test::vector_names("dts-")) {
    const auto octets = test::s5066_vector(name);
    const auto decoded = decode_d_pdu(octets);
    ASSERT_TRUE(decoded) << name;
    compared += expect_fields(to_json(decoded->pdu, octets), name);
  }
  EXPECT_GT(compared, 250U);
}

}  // namespace
}  // namespace longwire::s5066
