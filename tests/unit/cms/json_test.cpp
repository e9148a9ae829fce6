#include "crypto/cms/cms_json.hpp"
#include "tests/unit/cms/people.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

namespace longwire::crypto::cms::test {

namespace {

namespace json = boost::json;

json::object shown(const std::string& name) {
  auto out = content_info_json(vector_of(name));
  EXPECT_TRUE(out) << name << (out ? "" : out.error().text);
  return out ? *out : json::object();
}

TEST(CmsJson, SignedData) {
  const auto out = shown("openssl/s10-two-signers.der");
  EXPECT_EQ(out.at("content_type"), "signed_data");
  const auto& content = out.at("content").as_object();
  EXPECT_EQ(content.at("version"), 1);
  EXPECT_EQ(content.at("digest_algorithms").as_array()[0], "sha256");
  const auto& inner = content.at("encap_content_info").as_object();
  EXPECT_EQ(inner.at("e_content_type"), "data");
  EXPECT_EQ(inner.at("e_content").at("octets").to_number<int>(), 132);
  EXPECT_EQ(inner.at("e_content").at("text").as_string(), as_text(plain()));
  ASSERT_EQ(content.at("signer_infos").as_array().size(), 2U);
  const auto& signer = content.at("signer_infos").at(0).as_object();
  EXPECT_EQ(signer.at("digest_algorithm"), "sha256");
  EXPECT_EQ(signer.at("signed_attrs").at(0).at("attr_type"), "content_type");
  EXPECT_EQ(signer.at("signed_attrs").at(0).at("attr_values").at(0), "data");
  EXPECT_EQ(content.at("certificates").at(0).at("issuer"), "CN=TEST Node CA,O=TEST Node,C=GB");
}

TEST(CmsJson, LabelsAndTheirWriter) {
  const auto find_label = [](const json::object& out) -> json::value {
    for (const auto& attribute : out.at("content").at("signer_infos").at(0).at("signed_attrs").as_array())
      if (attribute.at("attr_type") == "security_label") return attribute.at("attr_values").at(0);
    return {};
  };
  const auto label = find_label(shown("bc/b01-signed-label-rsa.der"));
  EXPECT_EQ(label.at("security_classification"), 4);
  EXPECT_EQ(label.at("privacy_mark"), "TEST SECRET");
  const auto own = content_info_json(vector_of("bc/b01-signed-label-rsa.der"), [](const SecurityLabel&) {
    return json::object{{"marking", "SECRET"}};
  });
  EXPECT_EQ(find_label(*own).at("marking"), "SECRET");
}

TEST(CmsJson, Recipients) {
  const auto out = shown("openssl/m01-rsa+ecdh+dhx.der");
  EXPECT_EQ(out.at("content_type"), "enveloped_data");
  const auto& content = out.at("content").as_object();
  EXPECT_EQ(content.at("recipient_infos").as_array().size(), 3U);
  EXPECT_EQ(content.at("encrypted_content_info").at("content_encryption_algorithm").at("algorithm"), "aes128_cbc");
  const auto key = shown("openssl/k07-ecdh-p256-rkeyid.der");
  const auto& recipient = key.at("content").at("recipient_infos").at(0).as_object();
  EXPECT_EQ(recipient.at("type"), "key_agree_recipient_info");
  EXPECT_EQ(recipient.at("key_encryption_algorithm").at("algorithm"), "std_dh_sha256kdf");
  EXPECT_TRUE(recipient.at("recipient_encrypted_keys").at(0).at("rid").as_object().contains("subject_key_identifier"));
}

TEST(CmsJson, LayersOfATripleWrap) {
  for (const auto* name : {"bc/t01-triple-rsa-rawcms.der", "bc/t04-triple-contentinfo.der"}) {
    const auto out = shown(name);
    const auto& inner = out.at("content").at("encap_content_info").at("e_content").as_object();
    EXPECT_EQ(inner.at("content_type"), "enveloped_data") << name;
    EXPECT_EQ(inner.at("content").at("recipient_infos").as_array().size(), 1U);
  }
}

TEST(CmsJson, DepthIsLimited) {
  auto octets = encode_content_info(oid::data, write_octets(to_bytes("in the middle")));
  for (std::size_t i = 0; i < 2 * limits::cms_json_depth; ++i) {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    out.integer(ber::integer_tag, 3);
    out.begin({ber::TagClass::universal, 17, true});
    out.end();
    out.begin(ber::sequence_tag);
    (void)out.oid(ber::oid_tag, oid::content_info);
    out.begin(ber::context_tag(0, true));
    out.primitive(ber::octet_string_tag, octets);
    out.end();
    out.end();
    out.begin({ber::TagClass::universal, 17, true});
    out.end();
    out.end();
    octets = encode_content_info(oid::signed_data, out.finish());
  }
  const auto out = content_info_json(octets);
  ASSERT_TRUE(out);
  json::value at = *out;
  std::size_t depth = 0;
  for (; at.as_object().contains("content_type"); ++depth)
    at = json::value(at.at("content").at("encap_content_info").at("e_content"));
  EXPECT_EQ(depth, limits::cms_json_depth);
}

TEST(CmsJson, EveryVectorIsShown) {
  std::size_t count = 0;
  for (const auto* folder : {"openssl", "bc", "nss", "gpgsm", "rfc4134"})
    for (const auto& entry : std::filesystem::directory_iterator(std::string(LONGWIRE_VECTORS) + "/cms/" + folder)) {
      const auto name = entry.path().filename().string();
      const bool cms =
          (name.ends_with(".der") && !name.starts_with("4.10-")) || (name.ends_with(".bin") && name != "ExContent.bin");
      if (!cms) continue;
      EXPECT_FALSE(json::serialize(shown(std::string(folder) + "/" + name)).empty());
      ++count;
    }
  EXPECT_EQ(count, 64U);
}

}  // namespace

}  // namespace longwire::crypto::cms::test
