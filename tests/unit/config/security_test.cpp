// [security], and what peers, bearers and circuits say of it
#include "base/limits.hpp"
#include "node/config/config_toml.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace longwire::config {
namespace {

constexpr std::string_view base = R"([node]
name = "ship-a"
domain = "ship-a.example"
pmul_id = "10.66.0.1"
data_dir = "/var/lib/longwire"
[smtp]
listen = ["127.0.0.1:2525"]
[deliver]
maildir = "/var/mail/{local}"
)";

const std::string vectors = LONGWIRE_VECTORS "/cms/";

std::string with_network(const std::string& peer, const std::string& bearer = {}) {
  return "[[bearer]]\nname = \"net\"\nbind = \"10.66.0.1\"\n" + bearer +
         "[[peer]]\nname = \"shore\"\npmul_id = \"10.66.0.9\"\ndomains = [\"shore.example\"]\nbearers = [\"net\"]\n" +
         peer;
}

ParsedConfig parsed(const std::string& more) { return parse_config(std::string(base) + more, "n.toml"); }

std::string problems_of(const std::string& more) {
  std::string all;
  for (const auto& p : parsed(more).problems) all += to_string(p) + "\n";
  return all;
}

void expect_problem(const std::string& more, const std::string& text) {
  const auto all = problems_of(more);
  EXPECT_NE(all.find(text), std::string::npos) << "problems of\n" << more << "are:\n" << all;
}

std::string key_of(const std::string& name) {
  return "[[security.key]]\ncertificate = \"" + vectors + "pki/" + name + ".crt\"\nkey = \"" + vectors + "pki/" + name +
         ".key\"\n";
}
const std::string policy = "[security]\nspifs = [\"" + vectors + "labels/spif-test.xml\"]\n";

TEST(SecurityConfig, IsRead) {
  const auto got =
      parsed("[security]\ntrust = [\"" + vectors + "pki/ca.crt\"]\nspifs = [\"" + vectors +
             "labels/spif-test.xml\"]\nlabel_required = true\ndefault_label = \"UNCLASSIFIED\"\n"
             "translators = [\"gateway@hub.example\"]\ndefault_clearance = \"UNCLASSIFIED\"\n" +
             key_of("gateway-p256") +
             "[[security.profile]]\nname = \"gateways\"\nsign = true\nouter_sign = true\n"
             "encrypt = \"gateway\"\ngateway = [\"gateway@hub.example\"]\nextract = \"encryption\"\n"
             "no_certificate = \"hold\"\nonly = [\"clear\", \"signed\"]\n"
             "[[security.clearance]]\nwho = \"@ship-a.example\"\nclearance = \"SECRET\"\n"
             "[[security.clearance]]\nwho = \"ops@ship-a.example\"\nclearance = \"file:" +
             vectors + "labels/der/C1.der\"\n" +
             with_network("profile = \"gateways\"\nclearance = \"SECRET\"\n", "clearance = \"RESTRICTED\"\n"));
  ASSERT_TRUE(got.config) << to_string(got.problems.at(0));
  const auto& s = got.config->security;
  EXPECT_TRUE(s.on());
  ASSERT_EQ(s.trust.size(), 1U);
  EXPECT_FALSE(s.trust[0].octets.empty());
  EXPECT_FALSE(s.spifs.at(0).octets.empty());
  EXPECT_TRUE(s.label_required);
  EXPECT_EQ(s.default_label, "UNCLASSIFIED");
  EXPECT_EQ(s.translators, (std::vector<std::string>{"gateway@hub.example"}));
  ASSERT_EQ(s.keys.size(), 1U);
  ASSERT_NE(s.keys[0].key.octets, nullptr);
  EXPECT_GT(s.keys[0].key.octets->size(), 100U);
  const auto& p = s.profiles.at(0);
  EXPECT_TRUE(p.sign && p.outer_sign && !p.compact);
  EXPECT_EQ(p.encrypt, security::Encrypt::gateway);
  EXPECT_EQ(p.extract, security::Extract::encryption);
  EXPECT_EQ(p.no_certificate, security::NoCertificate::hold);
  EXPECT_EQ(p.only.size(), 2U);
  EXPECT_EQ(s.clearances.at(0).clearance.words, "SECRET");
  EXPECT_FALSE(s.clearances.at(1).clearance.file.empty());
  EXPECT_EQ(got.config->peers.at(0).profile, "gateways");
  EXPECT_EQ(got.config->peers.at(0).clearance.words, "SECRET");
  EXPECT_EQ(got.config->bearers.at(0).clearance.words, "RESTRICTED");
}

TEST(SecurityConfig, ProblemsStandWhereTheyAre) {
  expect_problem("[security]\ntrust = [\"nowhere.pem\"]\n",
                 "n.toml:11:10: error: cannot read 'nowhere.pem': no such file");
  expect_problem("[security]\nlable_required = true\n", "did you mean \"label_required\"?");
  expect_problem("[security]\nfirst_line = \"on\"\n", "must be one of off, read, write");
  expect_problem("[security]\ndefault_label = \"SECRET\"\n", "n.toml:11:17: error: default_label needs a policy");
  expect_problem("[[security.clearance]]\nwho = \"*\"\nclearance = \"SECRET\"\n", "clearance needs a policy");
  expect_problem("[[security.clearance]]\nwho = \"ops\"\nclearance = \"file:x\"\n", "is none of");
  expect_problem(policy + "[[security.clearance]]\nwho = \"A@b.example\"\nclearance = \"SECRET\"\n" +
                     "[[security.clearance]]\nwho = \"a@b.example\"\nclearance = \"SECRET\"\n",
                 "is used before, in line 13");
  expect_problem("[[security.key]]\ncertificate = \"a\"\n", "missing key key");
  expect_problem("[[security.profile]]\nname = \"p\"\nsign = true\n", "n.toml:12:8: error: to sign, this node needs a");
  expect_problem("[[security.profile]]\nname = \"p\"\nencrypt = \"gateway\"\n", "needs the address of the far gateway");
  expect_problem("[[security.profile]]\nname = \"p\"\ncipher = \"aes512\"\n", "must be one of aes128-cbc");
  expect_problem("[[security.profile]]\nname = \"p\"\n[[security.profile]]\nname = \"p\"\n", "is used before");
  expect_problem(key_of("gateway-p256") + "[[security.profile]]\nname = \"p\"\nouter_sign = true\n",
                 "an outer signature stands around encryption");
  expect_problem("[[security.profile]]\nname = \"p\"\nrequire_signature = true\n", "without an authority");
  expect_problem("[[security.profile]]\nname = \"p\"\nrequest_receipt = true\n", "only a signature can ask");
  expect_problem("[[security.profile]]\nname = \"gateways\"\n" + with_network("profile = \"gateway\"\n"),
                 "unknown profile 'gateway' (did you mean \"gateways\"?)");
  expect_problem(with_network("", "clearance = \"SECRET\"\n"), "clearance needs a policy");
}

TEST(SecurityConfig, FilesAreLookedInto) {
  expect_problem("[security]\ntrust = [\"" + vectors + "labels/spif-test.xml\"]\n", "holds no certificate");
  expect_problem("[security]\nspifs = [\"" + vectors + "pki/ca.crt\"]\n", "is no policy");
  expect_problem("[security]\ncrls = [\"" + vectors + "pki/ca.crt\"]\n", "is no revocation list");
  expect_problem("[[security.key]]\ncertificate = \"" + vectors + "pki/alice-rsa.crt\"\nkey = \"" + vectors +
                     "pki/bob-rsa.key\"\n",
                 "n.toml:12:7: error: '" + vectors + "pki/bob-rsa.key' is not the key of certificate");
  expect_problem("[[security.key]]\ncertificate = \"" + vectors + "pki/alice-rsa.crt\"\nkey = \"" + vectors +
                     "pki/alice-rsa.crt\"\n",
                 "holds no private key");
  expect_problem(policy + "default_label = \"SECERT\"\n", "n.toml:12:17: error: 'SECERT'");
  expect_problem(policy + "[[security.clearance]]\nwho = \"*\"\nclearance = \"SECRET/Sensitivty:CRYPTO\"\n",
                 "n.toml:14:13: error: 'SECRET/Sensitivty:CRYPTO'");
  expect_problem(policy + with_network("", "clearance = \"SECRE\"\n"), "error: 'SECRE'");
  expect_problem(policy + with_network("clearance = \"file:" + vectors + "labels/der/L01.der\"\n"), "L01.der'");
}

TEST(SecurityConfig, CertificatesThatAreNotValidNow) {
  const auto text = std::string(base) + key_of("alice-rsa");  // 2020 to 2099
  const auto problems = [&](std::int64_t at, bool strict) {
    FileAccess files;
    files.now = from_unix(at);
    files.strict = strict;
    const auto got = parse_config(text, "n.toml", files);
    std::string all = got.config ? "taken\n" : "";
    for (const auto& p : got.problems) all += to_string(p) + "\n";
    return all;
  };
  constexpr std::int64_t in_2015 = 1'420'070'400, in_2026 = 1'767'225'600, in_2100 = 4'102'444'800;
  EXPECT_EQ(problems(in_2026, true).find("expired"), std::string::npos);
  EXPECT_NE(problems(in_2100, true).find("n.toml:11:15: error: '"), std::string::npos) << problems(in_2100, true);
  EXPECT_NE(problems(in_2100, true).find("expired at 2099-"), std::string::npos);
  EXPECT_NE(problems(in_2015, true).find("is not valid before 2020-"), std::string::npos);
  EXPECT_EQ(problems(in_2100, false).rfind("taken\n", 0), 0U) << "a node at sea goes on, with a warning";
}

TEST(SecurityConfig, WhoOnlyAsksTheDaemonNeedsNoKeys) {
  const auto text = std::string(base) + "[[security.key]]\ncertificate = \"nowhere\"\nkey = \"nowhere\"\n";
  EXPECT_FALSE(parse_config(text, "n.toml").config);
  EXPECT_TRUE(parse_config(text, "n.toml", {.read = false, .credentials = {}}).config);
}

TEST(SecurityConfig, KeysComeFromCredentials) {
  const auto text = std::string(base) + "[[security.key]]\ncertificate = \"" + vectors +
                    "pki/alice-rsa.crt\"\nkey = \"credential:alice-rsa.key\"\n";
  const auto known = parse_config(text, "n.toml", {.read = true, .credentials = vectors + "pki"});
  ASSERT_TRUE(known.config);
  EXPECT_NE(known.config->security.keys.at(0).key.octets, nullptr);
  const auto unknown = parse_config(text, "n.toml");
  ASSERT_TRUE(unknown.config) << "`check` run by hand only warns";
  EXPECT_EQ(unknown.config->security.keys.at(0).key.octets, nullptr);
  std::string all;
  for (const auto& p : unknown.problems) all += p.text + "\n";
  EXPECT_NE(all.find("CREDENTIALS_DIRECTORY is not set"), std::string::npos) << all;
}

TEST(SecurityConfig, Limits) {
  const auto profiles = [](std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += "[[security.profile]]\nname = \"p" + std::to_string(i) + "\"\n";
    return out;
  };
  EXPECT_TRUE(parsed(profiles(limits::security_profiles)).config);
  EXPECT_FALSE(parsed(profiles(limits::security_profiles + 1)).config);
}

}  // namespace
}  // namespace longwire::config
