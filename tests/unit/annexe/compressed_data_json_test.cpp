#include "annexe/compressed_data_json.hpp"

#include "mail/mule.hpp"
#include "tests/unit/vectors.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

namespace longwire::annexe {
namespace {

TEST(CompressedDataJson, Members) {
  EXPECT_EQ(to_json(*decode_compressed_data(test::read_hex_vector("cdt/07-cdt-external.hex"))), boost::json::parse(R"({
    "tags": "implicit", "algorithm": "zlib", "content_type": 1, "compressed_octets": 23, "content_octets": 15,
    "content": "160d414e59204245522056414c5545"})"));
  const auto oid = to_json(*decode_compressed_data(test::read_hex_vector("cdt/06-cdt-content-oid-form.hex")));
  EXPECT_EQ(oid.at("content_type"), "1.3.26.0.4406.0.4.1");
  EXPECT_EQ(oid.at("content_octets"), 260);
}

TEST(CompressedDataJson, MuleFromEitherForm) {
  const auto text = test::read_vector("mule/mule_text.txt");
  const auto pdu = test::read_hex_vector("mule/41_data_mule_explicit_tags.hex");
  const auto data = ByteView(pdu).subspan(16);
  EXPECT_EQ(to_json(*decode_compressed_data(data)).at("tags"), "explicit");
  EXPECT_EQ(*mule_payload_of(data), text);
  EXPECT_EQ(*mule_payload_of(text), text);
  EXPECT_EQ(mule_text_of(data), as_text(text));
  EXPECT_EQ(mule_text_of(text), std::nullopt);
  EXPECT_EQ(mule_text_of(data.first(data.size() - 1)), std::nullopt);
  EXPECT_EQ(mule_text_of({}), std::nullopt);
  const auto other = test::read_hex_vector("cdt/07-cdt-external.hex");
  EXPECT_EQ(mule_payload_of(other).error().name, "not_mule");
  EXPECT_EQ(mule_text_of(other), std::nullopt);
  EXPECT_EQ(mule_payload_of(data.first(5)).error().name, "truncated");
}

}  // namespace
}  // namespace longwire::annexe
