#include "node/config/config_toml.hpp"

#include "node/config/config_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace longwire::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view good = R"([node]
name = "ship-a"
domain = "Ship-A.example"
pmul_id = "10.66.0.1"
data_dir = "/var/lib/longwire"
[smtp]
listen = ["127.0.0.1:2525"]
[deliver]
maildir = "/var/mail/{local}"
[[bearer]]
name = "satcom"
bind = "10.66.0.1"
group = "239.66.0.1"
rate = "64k"
[[peer]]
name = "shore"
pmul_id = "10.66.0.9"
domains = ["shore.example"]
bearers = ["satcom"]
)";

std::vector<std::string> lines(const Problems& problems) {
  std::vector<std::string> out;
  for (const auto& p : problems) out.push_back(to_string(p));
  return out;
}

// The good text with one line replaced ("rate" finds `rate = ...`), or lines added at the end.
std::string with(std::string_view key, std::string_view replacement) {
  std::string text(good);
  const auto at = text.find("\n" + std::string(key) + " =") + 1;
  text.replace(at, text.find('\n', at) - at, replacement);
  return text;
}
std::string plus(std::string_view more) { return std::string(good) + std::string(more); }

void expect_problem(const std::string& text, const std::string& wanted) {
  const auto parsed = parse_config(text, "n.toml");
  const auto got = lines(parsed.problems);
  EXPECT_NE(std::find(got.begin(), got.end(), wanted), got.end()) << "wanted: " << wanted << "\ngot:\n"
                                                                  << testing::PrintToString(got);
  EXPECT_EQ(parsed.config.has_value(), wanted.find(": error: ") == std::string::npos);
}

TEST(Config, ReadsTheWholeDesignExample) {
  const auto parsed =
      parse_config(plus("[[group]]\nname=\"all\"\naddress=\"239.66.0.7\"\nmembers=[\"shore\"]\n"), "n.toml");
  ASSERT_TRUE(parsed.config) << testing::PrintToString(lines(parsed.problems));
  EXPECT_TRUE(parsed.problems.empty()) << testing::PrintToString(lines(parsed.problems));
  const auto& c = *parsed.config;
  EXPECT_EQ(c.name, "ship-a");
  EXPECT_EQ(c.domain, "ship-a.example");
  EXPECT_EQ(c.local_domains, std::vector<std::string>{"ship-a.example"});
  EXPECT_EQ(to_string(c.pmul_id), "10.66.0.1");
  ASSERT_EQ(c.smtp_listen.size(), 1U);
  EXPECT_EQ(c.smtp_listen[0].port, 2525);
  EXPECT_EQ(c.deliver.maildir, "/var/mail/{local}");
  ASSERT_EQ(c.bearers.size(), 1U);
  EXPECT_EQ(c.bearers[0].rate_bps, 64'000U);
  EXPECT_EQ(to_string(*c.bearers[0].group), "239.66.0.1");
  EXPECT_EQ(c.bearers[0].aport, 2754);
  ASSERT_EQ(c.peers.size(), 1U);
  EXPECT_EQ(c.peers[0].bearers, std::vector<std::string>{"satcom"});
  EXPECT_EQ(c.groups.at(0).members, std::vector<std::string>{"shore"});
}

TEST(Config, ReadsEveryOptionalKey) {
  const auto parsed = parse_config(R"([node]
name = "n"
domain = "n.example"
local_domains = ["b.n.example"]
pmul_id = "4711"
data_dir = "/d"
emcon = true
relay = ["*"]
default_expiry = "2d"
delay_warning = "90m"
minimize = "priority"
[smtp]
listen = ["[::1]:25", "unix:/run/lw"]
max_message = "1M"
max_sessions = 7
[[smtp.submitter]]
network = "10.0.0.0/8"
max_precedence = "priority"
strict = true
relay = false
[deliver]
lmtp = "unix:/run/lmtp"
[[bearer]]
name = "hf"
bind = "10.0.0.1"
rate = "2400"
duplex = "half"
turnaround = "2s"
latency = "5ms"
max_over = "2m"
mtu = 600
ttl = 1
interface = "tun0"
tport = 1
rport = 2
dport = 3
aport = 4
max_message = "20k"
min_precedence = "flash"
ack_retransmission_time = "61s"
ack_pdu_time = "31s"
max_ack_delay = "3s"
emcon_rti = "10m"
emcon_rtc = 4
mm = 60
max_retries = 9
max_pdu = 572
extra_address = false
[[peer]]
name = "p"
pmul_id = "10.0.0.2"
address = "10.0.0.3"
domains = ["*", ".example"]
bearers = ["hf"]
content = "mule"
emcon = true
edition = "2001"
cdt_tags = "explicit"
)",
                                   "n.toml");
  ASSERT_TRUE(parsed.config) << testing::PrintToString(lines(parsed.problems));
  EXPECT_TRUE(parsed.problems.empty()) << testing::PrintToString(lines(parsed.problems));
  const auto& c = *parsed.config;
  EXPECT_EQ(c.local_domains, (std::vector<std::string>{"n.example", "b.n.example"}));
  EXPECT_EQ(c.pmul_id.value, 4711U);
  EXPECT_TRUE(c.emcon);
  EXPECT_EQ(c.default_expiry, 48h);
  EXPECT_EQ(c.minimize, Precedence::priority);
  EXPECT_EQ(c.smtp_listen.at(0).host, "::1");
  EXPECT_TRUE(c.smtp_listen.at(1).is_unix);
  EXPECT_EQ(c.max_message, 1'000'000U);
  EXPECT_EQ(c.max_sessions, 7U);
  EXPECT_TRUE(c.submitters.at(0).strict);
  EXPECT_EQ(c.submitters.at(0).max_precedence, Precedence::priority);
  EXPECT_TRUE(c.deliver.lmtp->is_unix);
  const auto& b = c.bearers.at(0);
  EXPECT_TRUE(b.half_duplex);
  EXPECT_EQ(b.turnaround, 2s);
  EXPECT_EQ(b.max_over, 120s);
  EXPECT_EQ(b.interface, "tun0");
  EXPECT_EQ(b.dport, 3);
  EXPECT_EQ(b.min_precedence, Precedence::flash);
  EXPECT_EQ(b.ack_retransmission_time, 61s);
  EXPECT_EQ(b.emcon_rtc, 4U);
  EXPECT_EQ(b.max_pdu, 572U);
  EXPECT_EQ(b.extra_address, false);
  const auto& p = c.peers.at(0);
  EXPECT_EQ(to_string(*p.address), "10.0.0.3");
  EXPECT_EQ(p.checksum, "fletcher");  // from the edition
  EXPECT_FALSE(p.ack_ranges);
  EXPECT_EQ(p.cdt_tags, "explicit");
}

TEST(Config, AnnotatedSampleIsAccepted) {
  const auto parsed = parse_config(sample_text(), "sample.toml");
  EXPECT_TRUE(parsed.config) << sample_text() << testing::PrintToString(lines(parsed.problems));
}

TEST(Config, EveryCommentedExampleIsAcceptedToo) {
  std::string text = sample_text();
  for (std::size_t at = text.find("\n# "); at != std::string::npos; at = text.find("\n# ", at + 1))
    if (text.substr(at, 9) != "\n# Longwi") text.erase(at + 1, 2);
  // Exactly one of the three delivery ways may stand; the other two are tried one by one.
  for (const auto* key : {"\nlmtp", "\nsmtp"})
    text.erase(text.find(key), text.find('\n', text.find(key) + 1) - text.find(key));
  const auto parsed = parse_config(text, "sample.toml");
  EXPECT_TRUE(parsed.config) << text << testing::PrintToString(lines(parsed.problems));
}

TEST(Config, ReferenceNamesEveryKey) {
  const auto text = reference_text();
  for (const auto* key : {"pmul_id", "turnaround", "min_precedence", "cdt_tags", "members", "max_precedence", "lmtp"})
    EXPECT_NE(text.find(key), std::string::npos) << key;
}

TEST(Config, SyntaxErrorHasItsPlace) {
  expect_problem("[node\nname=1", "n.toml:1:6: error: Error while parsing table header: expected ']', saw '\\n'");
  // The library asserted here.
  expect_problem("[=x]\n",
                 "n.toml:1:2: error: Error while parsing key: expected bare key starting character or string "
                 "delimiter, saw '='");
}

TEST(Config, NonAsciiOutsideStringsIsASyntaxError) {
  for (const auto* letter : {"\xC3\x86", "\xC2\x85", "\xC4\x80", "\xE2\x80\x90", "\xEF\xBB\xBF", "\xF0\x9F\x9A\xA2"}) {
    EXPECT_TRUE(has_errors(parse_config("[" + std::string(letter) + "]\n", "n").problems)) << letter;
    EXPECT_TRUE(has_errors(parse_config("[node]\nname = \"x\" " + std::string(letter) + "\n", "n").problems)) << letter;
    EXPECT_TRUE(parse_config("# " + std::string(letter) + "\n" + std::string(good), "n").config || *letter == '\xC2')
        << letter;
  }
}

TEST(Config, UnknownKeysAreErrorsWithAHint) {
  expect_problem(with("rate", "rte = \"64k\""),
                 "n.toml:14:1: error: unknown key rte in [bearer[0]] (did you mean \"rate\"?)");
  expect_problem(plus("[consle]\n"), "n.toml:20:2: error: unknown key consle (did you mean \"console\"?)");
  expect_problem(with("name", "name=\"a\"\nwholly_other=1"), "n.toml:3:1: error: unknown key wholly_other in [node]");
}

TEST(Config, TypesAndRanges) {
  expect_problem(with("rate", "rate = true"),
                 "n.toml:14:8: error: rate must be bits per second above zero, such as \"2400\" or \"64k\"");
  expect_problem(with("rate", "rate = \"0\""),
                 "n.toml:14:8: error: rate must be bits per second above zero, such as \"2400\" or \"64k\"");
  expect_problem(with("rate", "turnaround = 2"),
                 "n.toml:14:14: error: turnaround must be a duration such as \"250ms\", \"2s\" or \"6h\"");
  expect_problem(with("rate", "dport = 65536"), "n.toml:14:9: error: dport must be a whole number from 1 to 65535");
  expect_problem(with("rate", "dport = 0"), "n.toml:14:9: error: dport must be a whole number from 1 to 65535");
  expect_problem(with("rate", "ttl = 1.5"), "n.toml:14:7: error: ttl must be a whole number from 1 to 255");
  expect_problem(with("rate", "duplex = \"hlf\""),
                 "n.toml:14:10: error: duplex must be one of full, half, not 'hlf' (did you mean \"half\"?)");
  expect_problem(
      with("rate", "kind = \"modm\""),
      "n.toml:14:8: error: kind must be one of udp, stanag5066, modem, not 'modm' (did you mean \"modem\"?)");
  expect_problem(with("rate", "min_precedence = \"flsh\""),
                 "n.toml:14:18: error: 'flsh' is no precedence: override, flash, immediate, priority, routine or "
                 "deferred (did you mean \"flash\"?)");
  expect_problem(with("bind", "bind = \"10.66.0\""),
                 "n.toml:12:8: error: bind must be an IPv4 address such as \"10.66.0.1\"");
  expect_problem(with("pmul_id", "pmul_id = 7"),
                 "n.toml:4:11: error: pmul_id must be an ACP 142 node id such as \"10.66.0.1\" (a string, not 0)");
  expect_problem(with("domain", "domain = \"a b\""), "n.toml:3:10: error: 'a b' is not a mail domain");
  expect_problem(with("name", "name = \"a b\""),
                 "n.toml:2:8: error: name must be 1 to 64 letters, digits, '.', '_' or '-'");
  expect_problem(with("data_dir", "data_dir = \"\""), "n.toml:5:12: error: data_dir must not be empty");
  expect_problem(with("data_dir", "data_dir = \"/d\"\nemcon = \"yes\""),
                 "n.toml:6:9: error: emcon must be true or false");
  expect_problem(with("listen", "listen = [\"127.0.0.1:25\", \"localhost:25\"]"),
                 "n.toml:7:27: error: listen[1] must be ADDRESS:PORT such as \"127.0.0.1:25\" or \"[::1]:25\", or "
                 "\"unix:/path\"");
  expect_problem(with("listen", "listen = \"127.0.0.1:25\""),
                 "n.toml:7:10: error: listen must be an array of \"ADDRESS:PORT\"");
  expect_problem(with("listen", "listen = []\nmax_message = \"17M\""),
                 "n.toml:8:15: error: max_message must be from 1000 to 16777216 octets");
  expect_problem(plus("content = \"annexe\"\n"),
                 "n.toml:20:11: error: content must be one of mule, annex-e, dmp, not 'annexe' (did you mean "
                 "\"annex-e\"?)");
  expect_problem(plus("content = \"dmp\"\ndmp_version = 3\n"),
                 "n.toml:21:15: error: dmp_version must be a whole number from 1 to 2");
  expect_problem(plus("[smtp.submitter]\n"),
                 "n.toml:20:1: error: submitter must be written [[smtp.submitter]], once for each");
  expect_problem(plus("[[smtp.submitter]]\nnetwork = \"10.0.0.0/33\"\n"),
                 "n.toml:21:11: error: '10.0.0.0/33' is not a network such as \"10.1.0.0/16\" or \"::1/128\"");
}

TEST(Config, MissingKeys) {
  expect_problem("[smtp]\nlisten=[]\n", "n.toml:1:1: error: missing key node (this node)");
  expect_problem(with("domain", ""),
                 "n.toml:1:1: error: node: missing key domain (mail for this domain is delivered here)");
  expect_problem(with("data_dir", ""), "n.toml:1:1: error: node: missing key data_dir (store and control socket)");
  expect_problem(with("bearers", ""), "n.toml:15:1: error: peer[0]: missing key bearers (in order of preference)");
  expect_problem(
      with("maildir", ""),
      "n.toml:8:1: error: missing [deliver]: one of maildir, lmtp or smtp says where mail for this node goes");
}

TEST(Config, ChecksAcrossSections) {
  expect_problem(with("maildir", "maildir = \"/m/{local}\"\nlmtp = \"127.0.0.1:24\""),
                 "n.toml:8:1: error: [deliver] must have exactly one of maildir, lmtp and smtp");
  expect_problem(with("bearers", "bearers = [\"satcm\"]"),
                 "n.toml:19:12: error: unknown bearer 'satcm' (did you mean \"satcom\"?)");
  expect_problem(with("bearers", "bearers = []"), "n.toml:19:11: error: a peer needs at least one bearer");
  expect_problem(with("group", "group = \"10.0.0.1\""),
                 "n.toml:13:9: error: 10.0.0.1 is not a multicast address (224.0.0.0 to 239.255.255.255)");
  expect_problem(with("domains", "domains = [\"ship-a.example\"]"),
                 "n.toml:18:12: error: mail for ship-a.example is delivered on this node");
  expect_problem(
      plus("[[peer]]\nname = \"x\"\npmul_id = \"10.66.0.1\"\nbearers = [\"satcom\"]\ndomains=[\"x.example\"]\n"),
      "n.toml:22:11: error: 10.66.0.1 is the id of this node");
  expect_problem(
      plus("[[peer]]\nname = \"shore\"\npmul_id = \"10.66.0.8\"\nbearers = [\"satcom\"]\ndomains=[\"x.example\"]\n"),
      "n.toml:21:8: error: peer name 'shore' is used before, in line 16");
  expect_problem(
      plus("[[peer]]\nname = \"x\"\npmul_id = \"10.66.0.9\"\nbearers = [\"satcom\"]\ndomains=[\"x.example\"]\n"),
      "n.toml:22:11: error: pmul_id 10.66.0.9 is used before, in line 17");
  expect_problem(
      plus("[[peer]]\nname = \"x\"\npmul_id = \"10.66.0.8\"\nbearers = [\"satcom\"]\ndomains=[\"shore.example\"]\n"),
      "n.toml:24:10: error: mail for shore.example has a route already, in line 18");
  expect_problem(plus("[[peer]]\nname=\"x\"\npmul_id=\"1\"\nbearers=[\"satcom\"]\ndomains=[\"*\"]\n"
                      "[[peer]]\nname=\"y\"\npmul_id=\"2\"\nbearers=[\"satcom\"]\ndomains=[\"*\"]\n"),
                 "n.toml:29:10: error: there is a default route already, in line 24");
  expect_problem(plus("[[bearer]]\nname=\"satcom\"\nbind=\"10.67.0.1\"\n"),
                 "n.toml:21:6: error: bearer name 'satcom' is used before, in line 11");
  expect_problem(plus("[[bearer]]\nname=\"b\"\nbind=\"10.66.0.1\"\ndport=9999\n"),
                 "n.toml:20:1: error: port 2751 of 10.66.0.1 is used before, in line 10");
  expect_problem(with("bind", "bind = \"239.1.1.1\""),
                 "n.toml:12:8: error: bind must be an address of this host, not 239.1.1.1");
  expect_problem(with("rate", "mtu = 91"), "n.toml:14:7: error: mtu must be 0 or from 92 to 65535");
  expect_problem(with("rate", "mtu = 576\nmax_pdu = 549"),
                 "n.toml:15:11: error: max_pdu does not fit the mtu: at most 548");
}

TEST(Config, ChecksGroups) {
  const auto group = [](std::string_view body) { return plus("[[group]]\nname = \"g\"\n" + std::string(body)); };
  expect_problem(group("address = \"10.0.0.1\"\nmembers = [\"shore\"]\n"),
                 "n.toml:22:11: error: 10.0.0.1 is not a multicast address (224.0.0.0 to 239.255.255.255)");
  expect_problem(group("address = \"239.0.0.1\"\nmembers = [\"shor\"]\n"),
                 "n.toml:23:12: error: unknown peer 'shor' (did you mean \"shore\"?)");
  expect_problem(group("address = \"239.0.0.1\"\nmembers = []\n"),
                 "n.toml:23:11: error: a group needs at least one member");
  expect_problem(group("address = \"239.0.0.1\"\nmembers = [\"shore\", \"shore\"]\n"),
                 "n.toml:23:21: error: 'shore' is given twice");
  expect_problem(group("address = \"239.0.0.1\"\nmembers = [\"shore\"]\nbearer = \"hf\"\n"),
                 "n.toml:24:10: error: unknown bearer 'hf'");
  expect_problem(group("address = \"239.0.0.1\"\nmembers = [\"shore\"]\n[[group]]\nname = \"h\"\naddress = "
                       "\"239.0.0.1\"\nmembers = [\"shore\"]\n"),
                 "n.toml:26:11: error: group address 239.0.0.1 is used before, in line 22");
}

TEST(Config, WarningsDoNotFail) {
  expect_problem(with("rate", "duplex = \"half\""),
                 "n.toml:14:10: warning: half duplex without turnaround: timers will be too short for a radio");
  expect_problem(with("rate", "turnaround = \"1s\""),
                 "n.toml:14:14: warning: turnaround has no effect on a full-duplex bearer");
  expect_problem(with("listen", "listen = []"),
                 "n.toml:6:1: warning: no [smtp] listen: nobody can submit mail to this node");
  expect_problem(with("domains", "domains = []"), "n.toml:18:11: warning: no domains: no mail is routed to this peer");
  expect_problem(with("maildir", "maildir = \"/m\""),
                 "n.toml:9:11: warning: no {local} in maildir: all recipients share one mailbox");
}

TEST(Config, AllProblemsOfOneRunInOrder) {
  std::string text = with("rate", "rte = 1\nduplex = \"x\"");
  text.replace(text.find("name = \"ship-a\""), 15, "name = 5");
  const auto parsed = parse_config(text, "n.toml");
  ASSERT_EQ(parsed.problems.size(), 3U) << testing::PrintToString(lines(parsed.problems));
  EXPECT_EQ(parsed.problems[0].line, 2U);
  EXPECT_EQ(parsed.problems[1].line, 14U);
  EXPECT_EQ(parsed.problems[2].line, 15U);
}

TEST(Config, LimitsAtAndBeyond) {
  std::string text(limits::config_file_octets - good.size(), '\n');
  EXPECT_TRUE(parse_config(std::string(good) + text, "n").config);
  const auto parsed = parse_config(std::string(good) + text + "\n", "n");
  EXPECT_FALSE(parsed.config);
  EXPECT_EQ(parsed.problems.at(0).text, "the file is larger than 1048576 octets");
  const auto bearers = [](std::size_t n) {
    std::string more;
    for (std::size_t i = 1; i < n; ++i)
      more += "[[bearer]]\nname=\"b" + std::to_string(i) + "\"\nbind=\"10.1.0." + std::to_string(i) + "\"\n";
    return plus(more);
  };
  EXPECT_TRUE(parse_config(bearers(limits::config_bearers), "n").config);
  EXPECT_FALSE(parse_config(bearers(limits::config_bearers + 1), "n").config);
  const auto peers = [](std::size_t n) {
    std::string more;
    for (std::size_t i = 1; i < n; ++i)
      more += "[[peer]]\nname=\"p" + std::to_string(i) + "\"\npmul_id=\"" + std::to_string(i) +
              "\"\nbearers=[\"satcom\"]\n";
    return plus(more);
  };
  EXPECT_TRUE(parse_config(peers(limits::config_peers), "n").config);
  EXPECT_FALSE(parse_config(peers(limits::config_peers + 1), "n").config);
}

TEST(Config, Ipv6Addresses) {
  const auto accepted = [](const std::string& address) {
    return parse_config(with("listen", "listen = [\"[" + address + "]:25\"]"), "n").config.has_value();
  };
  for (const auto* good_one : {"::1", "::", "fe80::1", "1:2:3:4:5:6:7:8", "::ffff:10.0.0.1", "1::", "A::f"})
    EXPECT_TRUE(accepted(good_one)) << good_one;
  for (const auto* bad : {":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
                          "12345::", "g::", "1:", ":1", "1:2:3:4:5:6:7::8", "::10.0.0.256", "10.0.0.1::"})
    EXPECT_FALSE(accepted(bad)) << bad;
}

TEST(Config, UnreadableFile) {
  EXPECT_EQ(to_string(load_config("/nowhere/x.toml").problems.at(0)),
            "/nowhere/x.toml:1:1: error: cannot open the file");
}

TEST(ConfigTable, NodeKeysInlineForScenarios) {
  const auto doc = toml::parse(R"(seed = 1
[[node]]
name = "a"
domain = "a.example"
pmul_id = "10.0.0.1"
links = ["sat"]
[[node.bearer]]
name = "sat"
[[node.peer]]
name = "b"
pmul_id = "10.0.0.2"
domains = ["b.example"]
bearers = ["sta"]
)");
  ASSERT_TRUE(doc);
  const auto& table = *doc.table()["node"].as_array()->get(0)->as_table();
  TableOptions options;
  options.node_keys_inline = true;
  options.host_keys_optional = true;
  options.foreign_keys = {"links"};
  const auto parsed = parse_config(table, "s.toml", options);
  EXPECT_EQ(lines(parsed.problems),
            std::vector<std::string>{"s.toml:13:12: error: unknown bearer 'sta' (did you mean \"sat\"?)"});
  options.foreign_keys = {};
  EXPECT_EQ(parse_config(table, "s.toml", options).problems.at(0).line, 6U);
}

}  // namespace
}  // namespace longwire::config
