// [[bearer]] of the kinds stanag5066 and modem, and the STANAG 5066 addresses of peers and groups.
#include "node/config/config_toml.hpp"

#include "bearers/s5066/address.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace longwire::config {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view head = R"([node]
name = "a"
domain = "a.example"
pmul_id = "10.66.0.1"
data_dir = "/d"
[smtp]
listen = ["127.0.0.1:2525"]
[deliver]
maildir = "/m/{local}"
)";
constexpr std::string_view modem = R"([[bearer]]
name = "hf"
kind = "modem"
address = "1.2.3.4"
modem = "127.0.0.1:7000"
)";
constexpr std::string_view client = R"([[bearer]]
name = "hf"
kind = "stanag5066"
address = "1.2.3.4"
server = "127.0.0.1:5066"
)";
constexpr std::string_view shore = R"([[peer]]
name = "b"
pmul_id = "10.66.0.9"
s5066 = "1.2.3.9"
domains = ["b.example"]
bearers = ["hf"]
)";

std::string file(std::string_view bearer, std::string_view peers = shore) {
  return std::string(head) + std::string(bearer) + std::string(peers);
}
std::string plus(std::string_view bearer, std::string_view line) {
  return std::string(bearer) + std::string(line) + "\n";
}

std::vector<std::string> problems_of(const std::string& text) {
  std::vector<std::string> out;
  for (const auto& p : parse_config(text, "n").problems) out.push_back(to_string(p));
  return out;
}

void expect_problem(const std::string& text, const std::string& wanted) {
  const auto got = problems_of(text);
  const bool found = std::any_of(got.begin(), got.end(), [&](const auto& g) { return g.find(wanted) == 0; });
  EXPECT_TRUE(found) << "wanted: " << wanted << "\ngot: " << testing::PrintToString(got);
}

engine::Config config_of(const std::string& text) {
  auto parsed = parse_config(text, "n");
  EXPECT_EQ(problems_of(text), std::vector<std::string>{});
  return parsed.config.value_or(engine::Config{});
}

TEST(HfConfig, DefaultsOfAModem) {
  const auto c = config_of(file(modem));
  ASSERT_EQ(c.bearers.size(), 1U);
  const auto& b = c.bearers[0];
  EXPECT_TRUE(b.is_hf());
  EXPECT_TRUE(b.half_duplex);
  EXPECT_EQ(b.rate_bps, 1200U);
  EXPECT_EQ(b.hf.address, (Ipv4{0x01020304}));
  EXPECT_EQ(b.hf.modem.attach, "110d");
  EXPECT_EQ(b.hf.modem.address.host, "127.0.0.1");
  EXPECT_EQ(b.hf.modem.address.port, 7000);
  EXPECT_EQ(b.hf.udop_sap, 7U);
  EXPECT_EQ(b.hf.rcop_sap, 6U);
  EXPECT_EQ(b.hf.app_id, 0x2000U);
  EXPECT_TRUE(b.hf.arq);
  EXPECT_EQ(c.peers.at(0).hf_address, (Ipv4{0x01020309}));
}

TEST(HfConfig, EveryKeyOfAModem) {
  const auto c = config_of(file(plus(modem, R"(attach = "tcp"
rate = "300"
rates = ["300", 1200, "2400"]
interleaver = "long"
lead = "5s"
tail = "4s"
max_over = "60s"
max_transmit = "80s"
sis_listen = ["127.0.0.1:5066", "[::1]:5066"]
link_protocol = false
slots = 8
slot_time = "1s"
max_segment = 200
soft_link_idle = "30s"
udop_sap = 13
rcop_sap = 14
app_id = 0x8001
rank = 14
arq = false
turnaround = "1s"
max_message = "50k"
max_pdu = 500)")));
  const auto& b = c.bearers.at(0);
  EXPECT_EQ(b.hf.modem.rates, (std::vector<std::uint64_t>{300, 1200, 2400}));
  EXPECT_EQ(b.hf.modem.interleaver, "long");
  EXPECT_EQ(b.hf.modem.lead, 5s);
  EXPECT_EQ(b.hf.sis_listen.size(), 2U);
  EXPECT_FALSE(b.hf.link_protocol);
  EXPECT_EQ(b.hf.slots, 8U);
  EXPECT_EQ(b.hf.max_segment, 200U);
  EXPECT_EQ(b.hf.app_id, 0x8001U);
  EXPECT_FALSE(b.hf.arq);
  EXPECT_EQ(b.max_pdu, 500U);
}

TEST(HfConfig, SerialModem) {
  auto text = file(plus(modem, "attach = \"serial\"\nbaud = 9600\nptt = \"none\""));
  expect_problem(text, "n:14:9: error: modem must be a device such as \"/dev/ttyUSB0\" with attach = \"serial\"");
  text.replace(text.find("127.0.0.1:7000"), 14, "/dev/ttyS7");
  const auto c = config_of(text);
  EXPECT_EQ(c.bearers.at(0).hf.modem.device, "/dev/ttyS7");
  EXPECT_EQ(c.bearers.at(0).hf.modem.baud, 9600U);
  expect_problem(file(plus(modem, "baud = 9600")), "n:15:8: error: baud is for attach = \"serial\" only");
}

TEST(HfConfig, PttByCommand) {
  const auto with = [](const std::string& lines) {
    auto text = file(plus(modem, "attach = \"serial\"\n" + lines));
    return text.replace(text.find("127.0.0.1:7000"), 14, "/dev/ttyS7");
  };
  const auto c = config_of(with("ptt = \"command\"\nptt_on = 'TX \\xfe\\x00\\\\\\t\\r\\n'\nptt_off = \"RX\\r\""));
  EXPECT_EQ(c.bearers.at(0).hf.modem.ptt_on, std::string("TX \xFE\0\\\t\r\n", 9));
  EXPECT_EQ(c.bearers.at(0).hf.modem.ptt_off, "RX\r");
  EXPECT_EQ(config_of(with("ptt = \"dtr\"")).bearers.at(0).hf.modem.ptt, "dtr");
  expect_problem(with("ptt = \"command\"\nptt_on = 'TX'"), "n:10:1: error: bearer[0]: missing key ptt_off");
  expect_problem(with("ptt_on = 'TX'"), "n:16:10: error: ptt_on is for ptt = \"command\" only");
  for (const char* bad : {"T\\q", "T\\", "T\\x1", "T\\xg0"})
    expect_problem(with("ptt = \"command\"\nptt_off = 'RX'\nptt_on = '" + std::string(bad) + "'"),
                   "n:18:10: error: a command is 1 to 256 octets");
  expect_problem(with("ptt = \"command\"\nptt_off = 'RX'\nptt_on = '" + std::string(257, 'x') + "'"),
                 "n:18:10: error: a command is 1 to 256 octets");
  EXPECT_EQ(config_of(with("ptt = \"command\"\nptt_off = 'RX'\nptt_on = '" + std::string(256, 'x') + "'"))
                .bearers.at(0)
                .hf.modem.ptt_on.size(),
            256U);
}

TEST(HfConfig, HeaderOf110dDataPackets) {
  EXPECT_EQ(config_of(file(modem)).bearers.at(0).hf.modem.header, "long");
  EXPECT_EQ(config_of(file(plus(modem, "header = \"short\""))).bearers.at(0).hf.modem.header, "short");
  expect_problem(file(plus(modem, "attach = \"tcp\"\nheader = \"short\"")),
                 "n:16:10: error: header is for attach = \"110d\" only");
}

TEST(HfConfig, ClientOfAnotherNode) {
  const auto c = config_of(file(client));
  EXPECT_EQ(c.bearers.at(0).hf.server->port, 5066);
  EXPECT_TRUE(c.bearers.at(0).half_duplex);
  expect_problem(file("[[bearer]]\nname = \"hf\"\nkind = \"stanag5066\"\naddress = \"1.2.3.4\"\n"),
                 "n:10:1: error: bearer[0]: missing key server (ADDRESS:PORT of the STANAG 5066 node");
  expect_problem(file(plus(client, "slots = 8")), "n:15:9: error: slots is for bearers of kind modem, not stanag5066");
  expect_problem(file(plus(modem, "server = \"127.0.0.1:5066\"")),
                 "n:15:10: error: server is for bearers of kind stanag5066, not modem");
  expect_problem(file(plus(modem, "group = \"239.1.1.1\"")),
                 "n:15:9: error: group is for bearers of kind udp, not modem");
  expect_problem(file("[[bearer]]\nname = \"hf\"\narq = true\n"),
                 "n:12:7: error: arq is for bearers of kind stanag5066 and modem, not udp");
  expect_problem(file(plus(modem, "interleavr = \"long\"")),
                 "n:15:1: error: unknown key interleavr in [bearer[0]] (did you mean \"interleaver\"?)");
}

TEST(HfConfig, Addresses) {
  expect_problem(file("[[bearer]]\nname = \"hf\"\nkind = \"modem\"\nmodem = \"127.0.0.1:1\"\n"),
                 "n:10:1: error: bearer[0]: missing key address (kind \"modem\" needs the STANAG 5066 address");
  expect_problem(file("[[bearer]]\nname = \"hf\"\nkind = \"modem\"\n"), "n:10:1: error: bearer[0]: missing key modem");
  const auto with = [](std::string_view from, std::string_view to) {
    auto text = file(modem);
    text.replace(text.find(from), from.size(), to);
    return text;
  };
  expect_problem(with("1.2.3.4", "16.2.3.4"), "n:13:11: error: 16.2.3.4 is a group address; a node has an individual");
  expect_problem(with("1.2.3.4", "32.2.3.4"), "n:13:11: error: address must be a STANAG 5066 address");
  expect_problem(with("1.2.3.9", "31.255.255.255"), "n:18:9: error: 31.255.255.255 is a group address; a peer");
  expect_problem(with("1.2.3.9", "1.2.3.4"), "n:18:9: error: 1.2.3.4 is the address of this node on bearer 'hf'");
  expect_problem(with("s5066 = \"1.2.3.9\"\n", ""),
                 "n:19:12: error: bearer 'hf' is STANAG 5066: give the peer's address there, such as s5066 = ");
  const auto second = R"([[peer]]
name = "c"
pmul_id = "10.66.0.8"
s5066 = "1.2.3.9"
domains = ["c.example"]
bearers = ["hf"]
)";
  expect_problem(file(plus(modem, "slots = 4"), std::string(shore) + second),
                 "n:25:9: error: STANAG 5066 address 1.2.3.9 is used before, in line 19");
  auto two = file(modem, std::string(shore) + second);
  two.replace(two.rfind("1.2.3.9"), 7, "1.2.3.8");
  expect_problem(two, "n:10:1: warning: several peers share this frequency, but slots is 0");
}

TEST(HfConfig, Groups) {
  const auto group = [](std::string_view lines) {
    return file(modem) + "[[group]]\nname = \"g\"\nmembers = [\"b\"]\n" + std::string(lines);
  };
  EXPECT_EQ(config_of(group("s5066 = \"16.0.0.1\"\n")).groups.at(0).hf_address, (Ipv4{0x10000001}));
  EXPECT_FALSE(config_of(group("")).groups.at(0).hf_address.has_value());
  expect_problem(group("s5066 = \"1.2.3.9\"\n"), "n:24:9: error: 1.2.3.9 is not a group address");
  expect_problem(group("") + "[[bearer]]\nname = \"lan\"\n",
                 "n:21:1: error: group[0]: missing key address (multicast address)");
}

TEST(HfConfig, RatesAndTimes) {
  expect_problem(file(plus(modem, "rates = []")), "n:15:9: error: rates must name at least one rate");
  expect_problem(file(plus(modem, "rates = [0]")), "n:15:10: error: rates[0] must be bits per second above zero");
  expect_problem(file(plus(modem, "rates = [75, 75]")), "n:15:14: error: 75 bit/s is given twice");
  expect_problem(file(plus(modem, "rate = 300\nrates = [75]")), "n:15:8: error: rate must be one of rates");
  const auto rate_of = [](std::string_view line) {
    return parse_config(file(plus(modem, line)), "n").config.value().bearers.at(0).rate_bps;
  };
  EXPECT_EQ(rate_of("rates = [300, 75]"), 75U);
  EXPECT_EQ(rate_of("rates = [300, 1200]"), 1200U);
  expect_problem(file(plus(modem, "rates = [300, 75]")), "n:15:9: warning: rates are not in ascending order");
  expect_problem(file(plus(modem, "rates = [75, 300]")),
                 "n:15:9: warning: rates without rate: the station begins with 75 bit/s");
  expect_problem(file(plus(modem, "max_over = \"128s\"")), "n:15:12: error: max_over must be from 1s to 127500ms");
  expect_problem(file(plus(modem, "max_transmit = \"60s\"")), "n:15:16: error: max_transmit must be longer than");
  expect_problem(file(plus(modem, "slots = 1")), "n:15:9: error: slots must be 0 (two stations only) or from 2 to 64");
  expect_problem(file(plus(modem, "udop_sap = 6")), "n:10:1: error: udop_sap and rcop_sap must differ");
  expect_problem(file(plus(modem, "rank = 15")), "n:15:8: error: rank must be a whole number from 0 to 14");
  expect_problem(file(plus(modem, "max_segment = 1024")), "n:15:15: error: max_segment must be a whole number from 0");
}

TEST(HfConfig, RatesOfWaveforms) {
  for (const auto* rate : {"75", "9600", "19200", "\"64k\""})
    EXPECT_EQ(problems_of(file(plus(modem, std::string("rate = ") + rate))), std::vector<std::string>{}) << rate;
  expect_problem(file(plus(modem, "rate = 1300")), "n:15:8: warning: 1300 bit/s is not the rate of a known waveform");
  expect_problem(file(plus(client, "rate = 1300")), "n:15:8: warning: 1300 bit/s is not the rate of a known waveform");
  expect_problem(file(plus(modem, "rate = 75\nrates = [75, 77]")), "n:16:9: warning: 77 bit/s is not the rate");
}

TEST(HfConfig, TimesThatCannotBeMeant) {
  const auto quiet = [](std::string_view lines) {
    EXPECT_EQ(problems_of(file(plus(modem, lines))), std::vector<std::string>{}) << lines;
  };
  quiet("turnaround = \"60s\"");
  expect_problem(file(plus(modem, "turnaround = \"61s\"")), "n:15:14: warning: turnaround is 61s");
  quiet("slots = 8\nslot_time = \"100ms\"");
  expect_problem(file(plus(modem, "slots = 8\nslot_time = \"99ms\"")), "n:16:13: warning: slot_time is too short");
  expect_problem(file(plus(modem, "slots = 8\nlead = \"4s\"\nslot_time = \"399ms\"\nmax_over = \"100s\"")),
                 "n:17:13: warning: slot_time is too short with a lead of 4s");
  quiet("slots = 8\nlead = \"1s\"\nslot_time = \"6s\"");
  expect_problem(file(plus(modem, "slots = 8\nlead = \"1s\"\nslot_time = \"7s\"")),
                 "n:17:13: warning: slot_time is far longer than the lead of 1s");
  expect_problem(file(plus(modem, "slots = 8\nslot_time = \"0s\"")), "n:16:13: error: slot_time must be above zero");
  quiet("max_segment = 16");
  expect_problem(file(plus(modem, "max_segment = 15")), "n:15:15: error: max_segment must be from 16 to 1023");
}

// One that cannot hold a D_PDU would never send anything; the time that is named is enough.
TEST(HfConfig, ShortestOver) {
  const auto over = [](std::string_view seconds, std::string_view rates) {
    return file(plus(modem, "max_over = \"" + std::string(seconds) + "\"\n" + std::string(rates)));
  };
  const auto none = std::vector<std::string>{};
  EXPECT_EQ(problems_of(over("2s", "rate = 1200")), none);
  expect_problem(over("2s", "rate = 75"),
                 "n:15:12: error: max_over is shorter than one D_PDU at 75 bit/s, nothing could be sent; the shortest "
                 "possible is 10s");
  EXPECT_EQ(problems_of(over("10s", "rate = 75")), none);
  expect_problem(over("9800ms", "rate = 75"), "n:15:12: error: max_over is shorter than one D_PDU at 75 bit/s");
  expect_problem(over("2s", "rate = 1200\nrates = [75, 1200]"),
                 "n:15:12: error: max_over is shorter than one D_PDU at 75");
  expect_problem(over("5s", "rate = 1200\ntail = \"5s\""),
                 "n:15:12: error: max_over is shorter than one D_PDU at 1200");
}

TEST(HfConfig, SpeedOfTheSerialLine) {
  const auto with = [](std::string_view lines) {
    auto text = file(plus(modem, "attach = \"serial\"\n" + std::string(lines)));
    return text.replace(text.find("127.0.0.1:7000"), 14, "/dev/ttyS7");
  };
  EXPECT_EQ(problems_of(with("baud = 1500\nrate = 1200")), std::vector<std::string>{});
  expect_problem(with("baud = 1499\nrate = 1200"), "n:16:8: warning: a serial line for 1200 bit/s needs baud = 1500");
  expect_problem(with("baud = 300\nrate = 1200"), "n:16:8: error: a serial line for 1200 bit/s needs baud = 1500");
  expect_problem(with("baud = 1500\nrate = 1200\nrates = [1200, 2400]"),
                 "n:16:8: error: a serial line for 2400 bit/s needs baud = 3000");
}

TEST(HfConfig, AModemHasOneBearer) {
  std::string second(modem);
  second.replace(second.find("\"hf\""), 4, "\"h2\"");
  second.replace(second.find("1.2.3.4"), 7, "1.2.3.5");
  expect_problem(file(std::string(modem) + second),
                 "n:19:9: error: 127.0.0.1:7000 is the modem of bearer 'hf' already");
  second.replace(second.find(":7000"), 5, ":7001");
  EXPECT_EQ(problems_of(file(std::string(modem) + second)), std::vector<std::string>{});
}

TEST(HfConfig, TheSubnetworkInterfaceHasNoLogin) {
  const auto listen = [](std::string_view at) {
    return file(plus(modem, "sis_listen = [\"" + std::string(at) + "\"]"));
  };
  for (const auto* at : {"127.0.0.1:5066", "127.9.9.9:5066", "[::1]:5066"})
    EXPECT_EQ(problems_of(listen(at)), std::vector<std::string>{}) << at;
  for (const std::string host : {"0.0.0.0", "192.168.1.1"})
    expect_problem(listen(host + ":5066"),
                   "n:15:15: warning: there is no login on this port: whoever reaches " + host + " can");
}

}  // namespace
}  // namespace longwire::config
