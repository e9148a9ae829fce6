#include "node/config/schema.hpp"

#include <array>

namespace longwire::config {

namespace {

using engine::BearerConfig;
using engine::Config;
using engine::DeliverConfig;
using engine::GroupConfig;
using engine::PeerConfig;
using engine::Submitter;

constexpr std::uint64_t most_u32 = 0xFFFF'FFFF;

void read_minimize(const Value& v, Config& c) {
  std::string level;
  constexpr std::array<std::string_view, 7> words{"off",      "override", "flash",   "immediate",
                                                  "priority", "routine",  "deferred"};
  v.choice(words, level);
  c.minimize = parse_precedence(level).value_or(Precedence::deferred);
}

void read_kind(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 1> words{"udp"};
  v.choice(words, b.kind);
}

void read_duplex(const Value& v, BearerConfig& b) {
  constexpr std::array<std::string_view, 2> words{"full", "half"};
  std::string duplex = "full";
  v.choice(words, duplex);
  b.half_duplex = duplex == "half";
}

void read_content(const Value& v, PeerConfig& /*p*/) {
  constexpr std::array<std::string_view, 3> words{"mule", "annex-e", "dmp"};
  std::string content = "mule";
  v.choice(words, content);
  // Known words of the contract, but no encoder stands behind them yet: better refused than ignored.
  if (content != "mule") v.error("content \"" + content + "\" is not in this version; use \"mule\"");
}

void read_edition(const Value& v, PeerConfig& p) {
  constexpr std::array<std::string_view, 2> words{"142a", "2001"};
  v.choice(words, p.edition);
}

void read_checksum(const Value& v, PeerConfig& p) {
  constexpr std::array<std::string_view, 2> words{"internet", "fletcher"};
  v.choice(words, p.checksum);
}

void read_cdt_tags(const Value& v, PeerConfig& p) {
  constexpr std::array<std::string_view, 3> words{"mirror", "implicit", "explicit"};
  v.choice(words, p.cdt_tags);
}

void read_max_sessions(const Value& v, Config& c) { v.number(c.max_sessions, 1, 10'000); }

constexpr std::array node_table{
    Field<Config>{"name", "name", "required", "\"ship-a\"", "what this node calls itself in reports and logs",
                  [](const Value& v, Config& c) { v.name(c.name); }},
    Field<Config>{"domain", "domain", "required", "\"ship-a.example\"", "mail for this domain is delivered here",
                  [](const Value& v, Config& c) { v.domain(c.domain); }},
    Field<Config>{"local_domains", "array of domains", "[]", "[\"bridge.ship-a.example\"]",
                  "further domains delivered here",
                  [](const Value& v, Config& c) { v.domains(c.local_domains, false); }},
    Field<Config>{"pmul_id", "node id", "required", "\"10.66.0.1\"", "ACP 142 node id; unique in the whole network",
                  [](const Value& v, Config& c) { v.pmul_id(c.pmul_id); }},
    Field<Config>{"data_dir", "path", "", "\"/var/lib/longwire\"", "store and control socket",
                  [](const Value& v, Config& c) { v.text(c.data_dir); }},
    Field<Config>{"emcon", "boolean", "false", "false", "start in radio silence: nothing leaves towards any bearer",
                  [](const Value& v, Config& c) { v.boolean(c.emcon); }},
    Field<Config>{"relay", "array of domains", "[]", "[\"shore.example\"]",
                  "domains carried on for other nodes; \"*\" = all",
                  [](const Value& v, Config& c) { v.domains(c.relay, true); }},
    Field<Config>{"default_expiry", "duration", "\"24h\"", "\"24h\"",
                  "how long a message is tried when it does not say",
                  [](const Value& v, Config& c) { v.duration(c.default_expiry); }},
    Field<Config>{"delay_warning", "duration", "\"4h\"", "\"4h\"", "when the sender is told of a delay",
                  [](const Value& v, Config& c) { v.duration(c.delay_warning); }},
    Field<Config>{"minimize", "precedence or off", "\"off\"", "\"off\"",
                  "MINIMIZE: hold everything below this precedence", read_minimize},
};

constexpr std::array smtp_table{
    Field<Config>{"listen", "array of addresses", "[]", "[\"127.0.0.1:2525\"]",
                  "where SMTP is served; port 0 = any free one, told in the log",
                  [](const Value& v, Config& c) { v.endpoints(c.smtp_listen); }},
    Field<Config>{"max_message", "size", "\"16777216\"", "\"16M\"", "largest message taken (SIZE)",
                  [](const Value& v, Config& c) { v.size(c.max_message, 1000, limits::message_octets); }},
    Field<Config>{"max_sessions", "number", "200", "200", "sessions at a time; more are answered 421",
                  read_max_sessions},
    Field<Config>{"submitter", "tables", "loopback only", "", "who may submit; the first match wins",
                  [](const Value& v, Config& c) { v.tables(submitter_fields(), c.submitters); }},
};

constexpr std::array submitter_table{
    Field<Submitter>{"network", "network", "required", "\"127.0.0.0/8\"", "addresses this entry is about",
                     [](const Value& v, Submitter& s) { v.network(s.network); }},
    Field<Submitter>{"max_precedence", "precedence", "\"override\"", "\"flash\"", "the most urgent they may ask for",
                     [](const Value& v, Submitter& s) { v.precedence(s.max_precedence); }},
    Field<Submitter>{"strict", "boolean", "false", "false", "refuse a too high precedence instead of lowering it",
                     [](const Value& v, Submitter& s) { v.boolean(s.strict); }},
    Field<Submitter>{"relay", "boolean", "true", "true", "may send to domains other than ours",
                     [](const Value& v, Submitter& s) { v.boolean(s.relay); }},
};

constexpr std::array deliver_table{
    Field<DeliverConfig>{"maildir", "path", "", "\"/var/mail/{local}\"", "Maildir; {local} is the part before the @",
                         [](const Value& v, DeliverConfig& d) { v.text(d.maildir); }},
    Field<DeliverConfig>{"lmtp", "address", "", "\"127.0.0.1:24\"", "LMTP server, or \"unix:/path\"",
                         [](const Value& v, DeliverConfig& d) { v.endpoint(d.lmtp, true); }},
    Field<DeliverConfig>{"smtp", "address", "", "\"127.0.0.1:25\"", "SMTP server",
                         [](const Value& v, DeliverConfig& d) { v.endpoint(d.smtp, true); }},
};

constexpr std::array bearer_table{
    Field<BearerConfig>{"name", "name", "required", "\"satcom\"", "what peers and operators call it",
                        [](const Value& v, BearerConfig& b) { v.name(b.name); }},
    Field<BearerConfig>{"kind", "udp", "\"udp\"", "\"udp\"", "how it is reached", read_kind},
    Field<BearerConfig>{"bind", "IPv4 address", "pmul_id", "\"10.66.0.1\"", "address of this node on that network",
                        [](const Value& v, BearerConfig& b) { v.ipv4(b.bind); }},
    Field<BearerConfig>{"group", "IPv4 address", "none", "\"239.66.0.1\"", "multicast group for several receivers",
                        [](const Value& v, BearerConfig& b) { v.ipv4(b.group); }},
    Field<BearerConfig>{"rate", "bit/s", "\"64k\"", "\"64k\"", "what the link carries; the node never sends faster",
                        [](const Value& v, BearerConfig& b) { v.rate(b.rate_bps); }},
    Field<BearerConfig>{"duplex", "full, half", "\"full\"", "\"full\"", "half: one station at a time", read_duplex},
    Field<BearerConfig>{"turnaround", "duration", "\"0s\"", "\"0s\"",
                        "silence when the direction changes (half duplex)",
                        [](const Value& v, BearerConfig& b) { v.duration(b.turnaround); }},
    Field<BearerConfig>{"latency", "duration", "\"0s\"", "\"270ms\"", "one way, without the air time",
                        [](const Value& v, BearerConfig& b) { v.duration(b.latency); }},
    Field<BearerConfig>{"max_over", "duration", "\"0s\"", "\"0s\"", "longest own transmission; 0s = no limit",
                        [](const Value& v, BearerConfig& b) { v.duration(b.max_over); }},
    Field<BearerConfig>{"mtu", "number", "0", "0", "of IP packets; 0 = 1500 from 19200 bit/s on, else 576",
                        [](const Value& v, BearerConfig& b) { v.number(b.mtu, 0, 65'535); }},
    Field<BearerConfig>{"ttl", "number", "16", "16", "of multicast packets",
                        [](const Value& v, BearerConfig& b) { v.number(b.ttl, 1, 255); }},
    Field<BearerConfig>{"interface", "name", "by bind", "\"tun0\"", "network interface of the multicast group",
                        [](const Value& v, BearerConfig& b) { v.name(b.interface); }},
    Field<BearerConfig>{"tport", "port", "2751", "2751", "TPORT: requests to transmitters",
                        [](const Value& v, BearerConfig& b) { v.number(b.tport, 1, 65'535); }},
    Field<BearerConfig>{"rport", "port", "2752", "2752", "RPORT: answers to requests",
                        [](const Value& v, BearerConfig& b) { v.number(b.rport, 1, 65'535); }},
    Field<BearerConfig>{"dport", "port", "2753", "2753", "DPORT: addresses and data",
                        [](const Value& v, BearerConfig& b) { v.number(b.dport, 1, 65'535); }},
    Field<BearerConfig>{"aport", "port", "2754", "2754", "APORT: acknowledgements",
                        [](const Value& v, BearerConfig& b) { v.number(b.aport, 1, 65'535); }},
    Field<BearerConfig>{"max_message", "size", "\"0\"", "\"50k\"", "larger messages take another bearer; 0 = any",
                        [](const Value& v, BearerConfig& b) { v.size(b.max_message, 0, limits::message_octets); }},
    Field<BearerConfig>{"min_precedence", "precedence", "any", "\"priority\"", "only this urgent or more",
                        [](const Value& v, BearerConfig& b) { v.precedence(b.min_precedence); }},
    Field<BearerConfig>{"ack_retransmission_time", "duration", "by rate", "\"60s\"", "ACK_RE-TRANSMISSION_TIME",
                        [](const Value& v, BearerConfig& b) { v.duration(b.ack_retransmission_time); }},
    Field<BearerConfig>{"ack_pdu_time", "duration", "by rate", "\"30s\"", "ACK_PDU_TIME",
                        [](const Value& v, BearerConfig& b) { v.duration(b.ack_pdu_time); }},
    Field<BearerConfig>{"max_ack_delay", "duration", "by rate", "\"2s\"", "spread of the answers of several receivers",
                        [](const Value& v, BearerConfig& b) { v.duration(b.max_ack_delay); }},
    Field<BearerConfig>{"emcon_rtc", "number", "3", "3", "EMCON_RTC: repeats for silent receivers",
                        [](const Value& v, BearerConfig& b) { v.number(b.emcon_rtc, 0, 1000); }},
    Field<BearerConfig>{"emcon_rti", "duration", "by rate", "\"10m\"", "EMCON_RTI: time between those repeats",
                        [](const Value& v, BearerConfig& b) { v.duration(b.emcon_rti); }},
    Field<BearerConfig>{"mm", "number", "50", "50", "MM: most missing numbers of one acknowledgement",
                        [](const Value& v, BearerConfig& b) { v.number(b.mm, 1, 65'535); }},
    Field<BearerConfig>{"max_retries", "number", "10", "10", "silent rounds before a receiver is given up",
                        [](const Value& v, BearerConfig& b) { v.number(b.max_retries, 1, most_u32); }},
    Field<BearerConfig>{"max_pdu", "number", "by mtu", "548", "octets of one PDU",
                        [](const Value& v, BearerConfig& b) { v.number(b.max_pdu, 64, 65'507); }},
    Field<BearerConfig>{"extra_address", "boolean", "true", "true", "Extra_Address_PDU at the end of a round",
                        [](const Value& v, BearerConfig& b) { v.boolean(b.extra_address); }},
};

constexpr std::array peer_table{
    Field<PeerConfig>{"name", "name", "required", "\"shore\"", "what operators call it",
                      [](const Value& v, PeerConfig& p) { v.name(p.name); }},
    Field<PeerConfig>{"pmul_id", "node id", "required", "\"10.66.0.9\"", "its ACP 142 node id",
                      [](const Value& v, PeerConfig& p) { v.pmul_id(p.pmul_id); }},
    Field<PeerConfig>{"address", "IPv4 address", "pmul_id", "\"10.66.0.9\"", "where it is reached",
                      [](const Value& v, PeerConfig& p) { v.ipv4(p.address); }},
    Field<PeerConfig>{"domains", "array of domains", "[]", "[\"shore.example\"]",
                      "mail for these goes there; \"*\" = all else, \".x\" = sub-domains of x",
                      [](const Value& v, PeerConfig& p) { v.domains(p.domains, true); }},
    Field<PeerConfig>{"bearers", "array of names", "required", "[\"satcom\"]", "in order of preference",
                      [](const Value& v, PeerConfig& p) { v.names(p.bearers); }},
    Field<PeerConfig>{"content", "mule, annex-e, dmp", "\"mule\"", "\"mule\"", "how messages are written for it",
                      read_content},
    Field<PeerConfig>{"emcon", "boolean", "false", "false", "it cannot answer now",
                      [](const Value& v, PeerConfig& p) { v.boolean(p.emcon); }},
    Field<PeerConfig>{"edition", "142a, 2001", "\"142a\"", "\"142a\"",
                      "of ACP 142; 2001 also means Fletcher and no ranges unless stated", read_edition},
    Field<PeerConfig>{"checksum", "internet, fletcher", "by edition", "\"internet\"", "what we send; both are read",
                      read_checksum},
    Field<PeerConfig>{"ack_ranges", "boolean", "by edition", "true", "it reads ranges in acknowledgements",
                      [](const Value& v, PeerConfig& p) { v.boolean(p.ack_ranges); }},
    Field<PeerConfig>{"cdt_tags", "mirror, implicit, explicit", "\"mirror\"", "\"mirror\"",
                      "tag style of CompressedData; mirror = as it sends itself", read_cdt_tags},
};

constexpr std::array group_table{
    Field<GroupConfig>{"name", "name", "required", "\"fleet\"", "what operators call it",
                       [](const Value& v, GroupConfig& g) { v.name(g.name); }},
    Field<GroupConfig>{"address", "IPv4 address", "required", "\"239.66.0.2\"", "multicast address",
                       [](const Value& v, GroupConfig& g) { v.ipv4(g.address); }},
    Field<GroupConfig>{"members", "array of names", "required", "[\"shore\"]", "the peers that listen to it",
                       [](const Value& v, GroupConfig& g) { v.names(g.members); }},
    Field<GroupConfig>{"bearer", "name", "any", "\"satcom\"", "the only bearer the group exists on",
                       [](const Value& v, GroupConfig& g) { v.name(g.bearer); }},
};

constexpr std::array console_table{
    Field<Config>{"listen", "address", "none", "\"127.0.0.1:8025\"", "web console",
                  [](const Value& v, Config& c) { v.endpoint(c.console, false); }},
};

constexpr std::array root_table{
    Field<Config>{"node", "table", "required", "", "this node",
                  [](const Value& v, Config& c) { v.table(node_fields(), c); }},
    Field<Config>{"smtp", "table", "", "", "the mail submission edge",
                  [](const Value& v, Config& c) { v.table(smtp_fields(), c); }},
    Field<Config>{"deliver", "table", "", "", "where mail for this node goes: exactly one of the three",
                  [](const Value& v, Config& c) { v.table(deliver_fields(), c.deliver); }},
    Field<Config>{"bearer", "tables", "", "", "a radio network",
                  [](const Value& v, Config& c) { v.tables(bearer_fields(), c.bearers); }},
    Field<Config>{"peer", "tables", "", "", "another node",
                  [](const Value& v, Config& c) { v.tables(peer_fields(), c.peers); }},
    Field<Config>{"group", "tables", "", "", "a multicast group of several peers",
                  [](const Value& v, Config& c) { v.tables(group_fields(), c.groups); }},
    Field<Config>{"console", "table", "", "", "the web console",
                  [](const Value& v, Config& c) { v.table(console_fields(), c); }},
};

}  // namespace

std::span<const Field<Config>> root_fields() { return root_table; }
std::span<const Field<Config>> node_fields() { return node_table; }
std::span<const Field<Config>> smtp_fields() { return smtp_table; }
std::span<const Field<Submitter>> submitter_fields() { return submitter_table; }
std::span<const Field<DeliverConfig>> deliver_fields() { return deliver_table; }
std::span<const Field<BearerConfig>> bearer_fields() { return bearer_table; }
std::span<const Field<PeerConfig>> peer_fields() { return peer_table; }
std::span<const Field<GroupConfig>> group_fields() { return group_table; }
std::span<const Field<Config>> console_fields() { return console_table; }

}  // namespace longwire::config
