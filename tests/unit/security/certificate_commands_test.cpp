#include "node/security/certificate_commands.hpp"

#include "base/base64.hpp"
#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <fstream>
#include <iterator>

namespace longwire::security {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

std::string der(const std::string& name) {
  std::ifstream in(std::string(LONGWIRE_VECTORS) + "/" + name + ".der", std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  const Bytes octets{std::istreambuf_iterator<char>(in), {}};
  return base64_encode(octets);
}

struct CommandsTest : testing::Test {
  CommandsTest() { trust.anchors = {*crypto::read_certificate(*base64_strict(der("cms/pki/ca")))}; }
  json::object run(json::object request) {
    request["command"] = "cert";
    auto result = certificate_command(book, request, *parse_utc("2026-06-01T00:00:00Z"));
    audit = result.audit;
    EXPECT_TRUE(result.answer.at("ok").is_bool());
    EXPECT_EQ(result.answer.contains("error"), !result.answer.at("ok").as_bool());
    return result.answer;
  }
  std::string refused(const json::object& request) {
    const auto answer = run(request);
    EXPECT_EQ(audit, "");
    return answer.contains("error") ? std::string(answer.at("error").as_string()) : "";
  }

  store::Store store{":memory:"};
  crypto::TrustStore trust;
  CertificateBook book{store, trust};
  std::string audit;
};

TEST_F(CommandsTest, ImportsShowsAndRemoves) {
  auto answer = run({{"action", "import"}, {"certificates", {der("cms/pki/bob-p256"), der("cms/pki/ca")}}});
  EXPECT_TRUE(answer.at("ok").as_bool());
  ASSERT_EQ(answer.at("imported").as_array().size(), 1U);
  EXPECT_EQ(answer.at("imported").at(0).at("address").as_string(), "bob@bravo.example");
  EXPECT_EQ(answer.at("skipped").at(0).at("reason").as_string(), "is_a_ca");
  const auto fingerprint = std::string(answer.at("imported").at(0).at("fingerprint").as_string());
  EXPECT_EQ(audit, "cert import " + fingerprint + " bob@bravo.example");

  answer = run({{"action", "show"}, {"which", fingerprint.substr(0, 12)}});
  EXPECT_EQ(answer.at("certificates").as_array().size(), 1U);
  EXPECT_EQ(audit, "");
  answer = run({{"action", "list"}});
  EXPECT_EQ(answer.at("total").to_number<int>(), 1);

  answer = run({{"action", "remove"}, {"which", "bob@bravo.example"}});
  EXPECT_EQ(answer.at("removed").to_number<int>(), 1);
  EXPECT_EQ(audit, "cert remove bob@bravo.example");
  EXPECT_EQ(refused({{"action", "remove"}, {"which", "bob@bravo.example"}}), "no certificate 'bob@bravo.example'");
  EXPECT_EQ(run({{"action", "list"}, {"which", "bob@bravo.example"}}).at("total").to_number<int>(), 0);
}

TEST_F(CommandsTest, GoesOnBehindACertificateItRefuses) {
  const auto answer = run({{"action", "import"}, {"certificates", {der("x509/good"), der("cms/pki/bob-p256")}}});
  EXPECT_FALSE(answer.at("ok").as_bool());
  EXPECT_THAT(std::string(answer.at("error").as_string()), HasSubstr("untrusted_issuer"));
  EXPECT_EQ(answer.at("imported").as_array().size(), 1U);
  EXPECT_EQ(answer.at("skipped").at(0).at("reason").as_string(), "untrusted_issuer");
  EXPECT_THAT(audit, HasSubstr("bob@bravo.example"));
}

TEST_F(CommandsTest, TakesAddressesAndForce) {
  const auto answer = run({{"action", "import"},
                           {"certificates", {der("x509/good")}},
                           {"addresses", {"one@x.example", "two@x.example"}},
                           {"force", true}});
  EXPECT_EQ(answer.at("imported").as_array().size(), 2U);
  EXPECT_TRUE(answer.at("imported").at(1).at("forced").as_bool());
  EXPECT_THAT(audit, HasSubstr("one@x.example two@x.example by force"));
  const auto limited = run({{"action", "list"}, {"limit", 1}});
  EXPECT_EQ(limited.at("certificates").as_array().size(), 1U);
  EXPECT_EQ(limited.at("total").to_number<int>(), 2);
}

TEST_F(CommandsTest, NamesWhatIsWrong) {
  EXPECT_THAT(refused({}), HasSubstr("cert takes"));
  EXPECT_THAT(refused({{"action", "burn"}}), HasSubstr("cert takes"));
  EXPECT_THAT(refused({{"action", "show"}}), HasSubstr("which certificate"));
  EXPECT_THAT(refused({{"action", "show"}, {"which", "a@b"}}), HasSubstr("no certificate 'a@b'"));
  EXPECT_THAT(refused({{"action", "list"}, {"limit", -1}}), HasSubstr("no count"));
  EXPECT_THAT(refused({{"action", "import"}}), HasSubstr("no_certificate"));
  EXPECT_THAT(refused({{"action", "import"}, {"certificates", "text"}}), HasSubstr("no_certificate"));
  EXPECT_THAT(refused({{"action", "import"}, {"certificates", {"!"}}}), HasSubstr("bad_base64"));
  EXPECT_THAT(refused({{"action", "import"}, {"certificates", {"MAA="}}}), HasSubstr("bad_certificate"));
  EXPECT_THAT(refused({{"action", "import"}, {"certificates", {der("cms/pki/ca")}}}), HasSubstr("no_address"));
  EXPECT_THAT(refused({{"action", "import"}, {"certificates", {der("cms/pki/ca"), der("x509/root")}}}),
              HasSubstr("only CAs"));
}

}  // namespace
}  // namespace longwire::security
