// [gateway] and what peers with content annex-e or dmp need.
#include "node/config/config_toml.hpp"
#include "node/engine/gateway_setup.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

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
[[bearer]]
name = "satcom"
bind = "10.66.0.1"
[[peer]]
name = "shore"
pmul_id = "10.66.0.9"
domains = ["shore.example"]
bearers = ["satcom"]
)";

ParsedConfig parsed(std::string_view more, std::string_view file = "n.toml") {
  return parse_config(std::string(base) + std::string(more), file);
}

std::vector<std::string> lines(const ParsedConfig& p) {
  std::vector<std::string> out;
  for (const auto& problem : p.problems) out.push_back(to_string(problem));
  return out;
}

void expect_only(std::string_view more, const std::string& wanted) {
  const auto got = lines(parsed(more));
  EXPECT_EQ(got, std::vector<std::string>{wanted}) << more;
}

TEST(GatewayConfig, ReadsEveryKey) {
  const auto p = parsed(R"(content = "annex-e"
[gateway]
or_address = "/O=SHIP-A/PRMD=SHIPA/ADMD=TAC/C=NO/"
mta_name = "SHIP A MTA"
files = "bilateral"
civil_urgent_cap = 4
military = true
[[gateway.user]]
address = "ops@ship-a.example"
or = "/S=OPS/O=SHIP-A/PRMD=SHIPA/ADMD=TAC/C=NO/"
plad = "HNOMS NANSEN"
routing_indicator = "RFLSVH"
dmp = 524287
[[gateway.domain]]
domain = "shore.example"
or = "/PRMD=SHORE/ADMD=TAC/C=NO/"
)");
  ASSERT_TRUE(p.config) << testing::PrintToString(lines(p));
  EXPECT_TRUE(p.problems.empty()) << testing::PrintToString(lines(p));
  EXPECT_EQ(p.config->peers.at(0).content, engine::Content::annex_e);
  const auto& g = p.config->gateway;
  EXPECT_EQ(g.addresses.or_address.prmd, "SHIPA");
  EXPECT_EQ(g.mta_name, "SHIP A MTA");
  EXPECT_EQ(g.files, "bilateral");
  EXPECT_EQ(g.civil_urgent_cap, 4);
  const auto& user = g.addresses.users.at(0);
  EXPECT_EQ(user.address, "ops@ship-a.example");
  ASSERT_TRUE(user.or_name);
  EXPECT_EQ(user.or_name->person.surname, "OPS");
  EXPECT_EQ(user.plad, "HNOMS NANSEN");
  EXPECT_EQ(user.routing_indicator, "RFLSVH");
  EXPECT_EQ(user.dmp, 524'287U);
  EXPECT_EQ(g.addresses.domains.at(0).domain, "shore.example");
  EXPECT_EQ(g.addresses.domains.at(0).prefix.prmd, "SHORE");
  const auto settings = engine::gateway_settings(*p.config);
  EXPECT_EQ(settings.domain.country, "NO");
  EXPECT_EQ(settings.domain.admd, "TAC");
  EXPECT_EQ(settings.domain.prmd, "SHIPA");
  EXPECT_EQ(settings.mta_name, "SHIP A MTA");
  EXPECT_EQ(settings.host, "ship-a.example");
  EXPECT_EQ(settings.files, gateway::FilesAs::bilateral);
  EXPECT_TRUE(settings.military_default);
}

TEST(GatewayConfig, WithoutTheSectionANodeHasANameOfItsOwn) {
  const auto p = parsed("content = \"dmp\"\n");
  ASSERT_TRUE(p.config) << testing::PrintToString(lines(p));
  EXPECT_EQ(p.config->peers.at(0).dmp_version, 2);
  const auto settings = engine::gateway_settings(*p.config);
  EXPECT_EQ(settings.domain.country, "ZZ");
  EXPECT_EQ(settings.domain.admd, " ");
  EXPECT_EQ(settings.domain.prmd, "ship-a.example");
  EXPECT_EQ(settings.mta_name, "ship-a");
  // 16 characters as they are; longer ones stay apart although their beginnings are alike.
  EXPECT_EQ(engine::default_or_address("abcdef.123456.de").prmd, "abcdef.123456.de");
  const auto one = engine::default_or_address("ship-alpha.north.navy.example").prmd;
  const auto two = engine::default_or_address("ship-alpha.south.navy.example").prmd;
  EXPECT_EQ(one.size(), 16U);
  EXPECT_EQ(one.substr(0, 9), "ship-alp-");
  EXPECT_NE(one, two);
  EXPECT_EQ(engine::default_or_address(std::string(60, 'a') + ".example").organization.size(), 64U);
}

TEST(GatewayConfig, DmpHasAPortWhereAPeerTakesIt) {
  const auto port = [](std::string_view more) {
    const auto p = parsed(more);
    return p.config ? static_cast<int>(engine::dmp_port_of(*p.config, 0)) : -1;
  };
  EXPECT_EQ(port(""), 0);
  EXPECT_EQ(port("content = \"dmp\"\n"), 5031);
  EXPECT_EQ(port("[[bearer]]\nname = \"b\"\nbind = \"10.9.9.9\"\ndmp_port = 7\n"), 0);
  const auto with_port = [](const std::string& bearer_line, const std::string& peer_line) {
    std::string text(base);
    text.insert(text.find("[[peer]]"), bearer_line);
    const auto p = parse_config(text + peer_line, "n.toml");
    return p.config ? static_cast<int>(engine::dmp_port_of(*p.config, 0)) : -1;
  };
  EXPECT_EQ(with_port("dmp_port = 7000\n", ""), 7000);
  EXPECT_EQ(with_port("dmp_port = 7000\n", "content = \"dmp\"\n"), 7000);
  EXPECT_EQ(with_port("dmp_port = 0\n", ""), 0);
  EXPECT_EQ(with_port("dmp_port = 0\n", "content = \"dmp\"\n"), -1) << "nothing could be sent to that peer";
  EXPECT_EQ(with_port("dmp_port = 2753\n", ""), -1) << "a port of P_MUL";
  const std::string second =
      "[[bearer]]\nname = \"b\"\nbind = \"10.66.0.1\"\ntport = 1\nrport = 2\ndport = 3\naport = 4\n";
  EXPECT_EQ(with_port("dmp_port = 7000\n" + second + "dmp_port = 7001\n", ""), 7000);
  EXPECT_EQ(with_port("dmp_port = 7000\n" + second + "dmp_port = 7000\n", ""), -1) << "one socket cannot serve both";
}

TEST(GatewayConfig, MistakesAreNamedWhereTheyStand) {
  expect_only("[gateway]\nor_address = \"/O=X/\"\n",
              "n.toml:19:14: error: or_address needs a country and an ADMD, such as \"/O=SHIP-A/ADMD=TAC/C=NO/\"");
  expect_only("[gateway]\nmta_name = \"" + std::string(33, 'x') + "\"\n",
              "n.toml:19:12: error: mta_name must be 1 to 32 printable ASCII characters (X.411)");
  expect_only("[gateway]\ncivil_urgent_cap = 7\n",
              "n.toml:19:20: error: civil_urgent_cap must be a whole number from 0 to 6");
  expect_only("[[gateway.user]]\naddress = \"ops\"\n",
              "n.toml:19:11: error: 'ops' is not a mail address such as \"ops@ship-a.example\"");
  expect_only("[[gateway.user]]\naddress = \"a@ship-a.example\"\nrouting_indicator = \"RFL\"\n",
              "n.toml:20:21: error: a routing indicator is 4 to 7 capital letters such as \"RFLSVH\" (ACP 127 7.1)");
  expect_only("[[gateway.user]]\naddress = \"a@ship-a.example\"\ndmp = 524288\n",
              "n.toml:20:7: error: dmp must be a whole number from 0 to 524287");
  expect_only("[[gateway.user]]\naddress = \"a@nowhere.example\"\n",
              "n.toml:19:11: warning: there is no route to nowhere.example: add it to the domains of a [[peer]] or to "
              "local_domains of [node]");
  expect_only("dmp_version = 1\n", "n.toml:18:15: warning: dmp_version has no effect without content = \"dmp\"");
}

TEST(GatewayConfig, NamesAndNumbersStandForOneOnly) {
  const std::string first = "[[gateway.user]]\naddress = \"a@ship-a.example\"\n";
  const std::string second = "[[gateway.user]]\naddress = \"b@ship-a.example\"\n";
  expect_only(first + "dmp = 7\n" + second + "dmp = 7\n",
              "n.toml:23:7: error: DMP number 7 is used before, in line 20");
  expect_only(first + "plad = \"KNM TOR\"\n" + second + "plad = \"knm tor\"\n",
              "n.toml:23:8: error: PLAD 'knm tor' is used before, in line 20");
  expect_only(first + "or = \"/S=X/ADMD=T/C=NO/\"\n" + second + "or = \"/s=x/admd=t/c=no/\"\n",
              "n.toml:23:6: error: this O/R address is used before, in line 20");
  expect_only(first + "[[gateway.user]]\naddress = \"A@Ship-A.example\"\n",
              "n.toml:21:11: error: address A@Ship-A.example is used before, in line 19");
  expect_only(
      "[[gateway.domain]]\ndomain = \"x.example\"\nor = \"/ADMD=T/C=NO/\"\n"
      "[[gateway.domain]]\ndomain = \"y.example\"\nor = \"/ADMD=T/C=NO/\"\n",
      "n.toml:23:6: error: O/R prefix /ADMD=T/C=NO/ is used before, in line 20");
  expect_only(
      "[[gateway.domain]]\ndomain = \"x.example\"\nor = \"/ADMD=T/C=NO/\"\n"
      "[[gateway.domain]]\ndomain = \"x.example\"\nor = \"/ADMD=T/C=UK/\"\n",
      "n.toml:22:10: error: domain x.example is used before, in line 19");
}

TEST(GatewayConfig, APeerWithOurManagementDomainIsWarnedOf) {
  const std::string own = "[gateway]\nor_address = \"/O=SHIP-A/PRMD=TAC1/ADMD=TAC/C=NO/\"\n";
  const std::string domain = "[[gateway.domain]]\ndomain = \"shore.example\"\nor = ";
  const std::string user = "[[gateway.user]]\naddress = \"ops@shore.example\"\nor = ";
  const std::string shared = "\"/O=SHORE/PRMD=tac1/ADMD=TAC/C=NO/\"\n";
  const std::string text =
      ": warning: peer 'shore' has the C, ADMD and PRMD of this node: if it uses them in its own or_address, its "
      "messages are refused as loops; give every node a PRMD of its own";
  const std::string x400 = "content = \"annex-e\"\n";
  expect_only(x400 + own + domain + shared, "n.toml:23:6" + text);
  expect_only(x400 + own + user + shared, "n.toml:23:6" + text);
  EXPECT_TRUE(lines(parsed(x400 + own + domain + "\"/O=SHORE/PRMD=SHORE/ADMD=TAC/C=NO/\"\n")).empty());
  EXPECT_TRUE(lines(parsed(own + domain + shared)).empty()) << "with MULE nobody looks at them";
}

TEST(GatewayConfig, MappingFilesStandBesideTheConfiguration) {
  auto pattern = (std::filesystem::temp_directory_path() / "longwire-map-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const std::filesystem::path folder(pattern);
  std::ofstream(folder / "map.txt") << "# comment\nshore.example#PRMD$SHORE.ADMD$TAC.C$NO#\n";
  std::ofstream(folder / "bad.txt") << "shore.example#PRMD$SHORE.ADMD$TAC.C$NO#\nwhat is this\n";
  const auto file = (folder / "n.toml").string();
  const auto good = parsed("[gateway]\nmapping_files = [\"map.txt\"]\n", file);
  ASSERT_TRUE(good.config) << testing::PrintToString(lines(good));
  ASSERT_EQ(good.config->gateway.addresses.domains.size(), 1U);
  EXPECT_EQ(good.config->gateway.addresses.domains[0].domain, "shore.example");
  EXPECT_EQ(good.config->gateway.addresses.domains[0].prefix.prmd, "SHORE");
  EXPECT_EQ(lines(parsed("[gateway]\nmapping_files = [\"bad.txt\"]\n", file)),
            std::vector<std::string>{file + ":19:18: error: '" + (folder / "bad.txt").string() +
                                     "' line 2 is not \"domain#PRMD$..ADMD$..C$..#\" (RFC 2156 appendix F)"});
  EXPECT_EQ(lines(parsed("[gateway]\nmapping_files = [\"none.txt\"]\n", file)),
            std::vector<std::string>{file + ":19:18: error: cannot read '" + (folder / "none.txt").string() +
                                     "': no such file"});
  EXPECT_EQ(lines(parsed("[gateway]\nmapping_files = [\"/dev/zero\"]\n", file)),
            std::vector<std::string>{file + ":19:18: error: cannot read '/dev/zero': no such file"});
  std::filesystem::remove_all(folder);
}

TEST(PeerDictionaries, AreReadAndStandBesideTheConfiguration) {
  auto pattern = (std::filesystem::temp_directory_path() / "longwire-dict-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const std::filesystem::path folder(pattern);
  std::vector<Bytes> samples;
  for (int i = 0; i < 40; ++i)
    samples.push_back(to_bytes("Subject: report " + std::to_string(i * 7919) + " of today\r\n"));
  const auto trained = annexe::Dictionary::train(samples, 1024).value();
  std::ofstream(folder / "fleet.dict", std::ios::binary) << as_text(trained.file());
  std::ofstream(folder / "text.dict") << "no dictionary\n";
  const auto file = (folder / "n.toml").string();
  const auto good = parsed("dictionaries = [\"fleet.dict\"]\n", file);
  ASSERT_TRUE(good.config) << testing::PrintToString(lines(good));
  ASSERT_EQ(good.config->peers[0].dictionaries.size(), 1U);
  EXPECT_EQ(good.config->peers[0].dictionaries[0].id(), trained.id());
  const auto told = [&](const std::string& name) {
    const auto got = lines(parsed("dictionaries = [\"" + name + "\"]\n", file));
    return got.size() == 1 ? got[0] : testing::PrintToString(got);
  };
  EXPECT_NE(told("text.dict")
                .find("n.toml:18:17: error: '" + (folder / "text.dict").string() +
                      "': no dictionary in the format of zstd; make one with longwire dict train"),
            std::string::npos)
      << told("text.dict");
  EXPECT_NE(told("none.dict").find("no such file"), std::string::npos);
  EXPECT_NE(told("/dev/zero").find("no such file"), std::string::npos);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace longwire::config
