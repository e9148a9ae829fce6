// The keys of coded P_MUL.
#include "node/config/config_toml.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace longwire::config {
namespace {

using namespace std::chrono_literals;

std::string text(const std::string& bearer, const std::string& peer, const std::string& more = {}) {
  return "[node]\nname = \"a\"\ndomain = \"a.example\"\npmul_id = \"10.66.0.1\"\ndata_dir = \"/x\"\n"
         "[smtp]\nlisten = [\"127.0.0.1:2525\"]\n[deliver]\nmaildir = \"/m/{local}\"\n[[bearer]]\nname = \"sat\"\n"
         "group = \"239.66.0.1\"\n" +
         bearer +
         "\n[[peer]]\nname = \"b\"\npmul_id = \"10.66.0.2\"\ndomains = [\"b.example\"]\nbearers = [\"sat\"]\n" + peer +
         "\n" + more;
}

std::vector<std::string> problems(const std::string& toml) {
  std::vector<std::string> out;
  for (const auto& p : parse_config(toml, "n").problems) out.push_back(p.text);
  return out;
}

bool tells(const std::string& toml, const std::string& part) {
  const auto all = problems(toml);
  return std::ranges::any_of(all, [&](const auto& one) { return one.find(part) != std::string::npos; });
}

TEST(CodingKeys, AreRead) {
  const auto parsed = parse_config(text("coding = \"auto\"\nemcon_delivery = 0.9999\nemcon_loss = 0\n"
                                        "emcon_burst = \"3s\"\nparity_aim = \"air_time\"",
                                        "coding = \"always\""),
                                   "n");
  ASSERT_TRUE(parsed.config);
  EXPECT_TRUE(parsed.problems.empty());
  const auto& bearer = parsed.config->bearers.at(0);
  EXPECT_EQ(bearer.coding, "auto");
  EXPECT_EQ(bearer.emcon_delivery, 0.9999);
  EXPECT_EQ(bearer.emcon_loss, 0.0) << "a whole number is a number too";
  EXPECT_EQ(bearer.emcon_burst, 3s);
  EXPECT_EQ(bearer.parity_aim, "air_time");
  EXPECT_EQ(parsed.config->peers.at(0).coding, "always");
}

TEST(CodingKeys, OffUnlessTold) {
  const auto parsed = parse_config(text("", ""), "n");
  ASSERT_TRUE(parsed.config);
  EXPECT_EQ(parsed.config->bearers.at(0).coding, "off");
  EXPECT_EQ(parsed.config->peers.at(0).coding, "");
  EXPECT_FALSE(parsed.config->bearers.at(0).emcon_delivery);
}

TEST(CodingKeys, WrongValuesAreErrors) {
  for (const auto& [key, good, bad] : std::vector<std::tuple<std::string, std::string, std::vector<std::string>>>{
           {"emcon_delivery", "0.5", {"0.49", "1", "\"0.9\"", "true", "nan", "inf"}},
           {"emcon_delivery", "0.999999", {"0.9999991"}},
           {"emcon_loss", "0.8", {"0.81", "-0.01"}},
           {"emcon_burst", "\"0s\"", {"3", "0", "3.5", "true", "\"\"", "\"-1s\"", "\"3 parsecs\"", "\"3S\""}},
           {"parity_aim", "\"time\"", {"\"both\"", "1"}},
           {"coding", "\"always\"", {"\"on\"", "true", "\"automatic\""}}}) {
    EXPECT_TRUE(parse_config(text(key + " = " + good, "coding = \"auto\""), "n").config) << key << good;
    for (const auto& value : bad) EXPECT_FALSE(parse_config(text(key + " = " + value, ""), "n").config) << key << value;
  }
  // On a bearer alone: they are of how it is, not of who hears it.
  for (const auto* key : {"emcon_delivery = 0.9", "emcon_loss = 0.1", "emcon_burst = \"1s\"", "parity_aim = \"time\""})
    EXPECT_FALSE(parse_config(text("", key), "n").config) << key;
  EXPECT_TRUE(tells(text("emcon_delivery = 1", ""), "emcon_delivery must be a number from 0.5 to 0.999999"));
  EXPECT_FALSE(parse_config(text("", "coding = \"yes\""), "n").config);
}

TEST(CodingKeys, ADurationWithoutUnitIsTold) {
  const auto burst = [](const std::string& value) {
    return parse_config(text("coding = \"auto\"\nemcon_burst = " + value, ""), "n");
  };
  for (const std::string bare : {"3", "1.5", " 3 "}) {
    const auto parsed = burst("\"" + bare + "\"");
    ASSERT_TRUE(parsed.config) << bare;
    EXPECT_TRUE(parsed.config->bearers.at(0).emcon_burst) << "a warning takes nothing away";
    ASSERT_EQ(parsed.problems.size(), 1u) << bare;
    EXPECT_EQ(parsed.problems[0].severity, Problem::Severity::warning);
    EXPECT_EQ(parsed.problems[0].line, 14u);
    EXPECT_NE(parsed.problems[0].text.find("emcon_burst has no unit and counts as seconds: write \""),
              std::string::npos);
  }
  EXPECT_EQ(burst("\"3\"").config->bearers.at(0).emcon_burst, 3s);
  for (const auto* clear : {"\"3s\"", "\"0\"", "\"250ms\""}) EXPECT_TRUE(burst(clear).problems.empty()) << clear;
  EXPECT_TRUE(tells(text("latency = \"2\"", ""), "latency has no unit")) << "as any other duration";
}

TEST(CodingKeys, WithoutEffectAreWarned) {
  const std::string none = "has no effect";
  EXPECT_TRUE(tells(text("", "edition = \"2001\"\ncoding = \"auto\""), "coding has no effect: edition 2001"));
  EXPECT_TRUE(tells(text("", "content = \"dmp\"\ncoding = \"auto\""), "DMP is not coded"));
  EXPECT_TRUE(tells(text("coding = \"auto\"", "coding = \"off\""), "coding has no effect: every peer"));
  EXPECT_TRUE(tells(text("emcon_loss = 0.3", ""), "emcon_loss has no effect"));
  EXPECT_FALSE(tells(text("emcon_loss = 0.3", "coding = \"auto\""), none));
  auto nobody = text("coding = \"auto\"\nemcon_loss = 0.3\n[[bearer]]\nname = \"other\"\ngroup = \"239.66.0.2\"", "");
  nobody.replace(nobody.find("bearers = [\"sat\"]"), 17, "bearers = [\"other\"]");
  EXPECT_TRUE(tells(nobody, "emcon_loss has no effect: no peer has this bearer"));
  EXPECT_FALSE(tells(text("coding = \"auto\"", "edition = \"142a\""), none));
  EXPECT_FALSE(tells(text("coding = \"off\"", "edition = \"2001\"\ncoding = \"off\""), none));
  // One peer by ARQ; two make a group, which ARQ cannot serve.
  const std::string hf = "kind = \"modem\"\naddress = \"1.2.3.1\"\nmodem = \"127.0.0.1:7000\"\nrate = \"1200\"\n";
  const auto on_hf = [&](const std::string& more, const std::string& others) {
    auto toml = text(hf + more, "s5066 = \"1.2.3.2\"", others);
    toml.erase(toml.find("group = \"239.66.0.1\"\n"), 21);
    return toml;
  };
  const std::string second =
      "[[peer]]\nname = \"c\"\npmul_id = \"10.66.0.3\"\ns5066 = \"1.2.3.3\"\n"
      "domains = [\"c.example\"]\nbearers = [\"sat\"]\n";
  EXPECT_TRUE(tells(on_hf("coding = \"auto\"", ""), "go by ARQ, which is not coded"));
  EXPECT_FALSE(tells(on_hf("coding = \"auto\"\narq = false", ""), none));
  EXPECT_FALSE(tells(on_hf("coding = \"auto\"", second), none));
  EXPECT_FALSE(tells(on_hf("coding = \"auto\"", "emcon = true"), none)) << "ARQ needs answers";
  EXPECT_TRUE(parse_config(on_hf("coding = \"auto\"", second), "n").config);
}

}  // namespace
}  // namespace longwire::config
