#include "node/config/schema.hpp"

#include "node/config/file_value.hpp"
#include "node/config/schema_tls.hpp"

#include <array>

namespace longwire::config {

namespace {

using engine::Config;
using engine::DeliverConfig;
using engine::GroupConfig;
using engine::PeerConfig;
using engine::Submitter;

void read_minimize(const Value& v, Config& c) {
  std::string level;
  constexpr std::array<std::string_view, 7> words{"off",      "override", "flash",   "immediate",
                                                  "priority", "routine",  "deferred"};
  v.choice(words, level);
  c.minimize = parse_precedence(level).value_or(Precedence::deferred);
}

void read_content(const Value& v, PeerConfig& p) {
  constexpr std::array<std::string_view, 3> words{"mule", "annex-e", "dmp"};
  std::string content = "mule";
  v.choice(words, content);
  p.content = content == "annex-e" ? engine::Content::annex_e
              : content == "dmp"   ? engine::Content::dmp
                                   : engine::Content::mule;
}

void read_dictionary(const Value& v, PeerConfig& p) {
  const auto file = v.file(limits::dictionary_octets);
  if (!file) return;
  auto dictionary = annexe::Dictionary::read(file->octets);
  if (!dictionary)
    return v.error("'" + file->path + "': " + dictionary.error().text + "; make one with longwire dict train");
  p.dictionaries.push_back(*std::move(dictionary));
}

void read_dictionaries(const Value& v, PeerConfig& p) {
  v.elements("paths", [&p](const Value& path) { read_dictionary(path, p); });
}

void read_edition(const Value& v, PeerConfig& p) {
  constexpr std::array<std::string_view, 2> words{"142a", "2001"};
  v.choice(words, p.edition);
}

void read_coding(const Value& v, PeerConfig& p) { v.choice(coding_words, p.coding); }

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
    Field<Config>{"control_group", "name", "none", "\"longwire\"",
                  "group whose members may give orders too; else root and the daemon's user",
                  [](const Value& v, Config& c) { v.name(c.control_group); }},
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

constexpr std::array peer_table{
    Field<PeerConfig>{"name", "name", "required", "\"shore\"", "what operators call it",
                      [](const Value& v, PeerConfig& p) { v.name(p.name); }},
    Field<PeerConfig>{"pmul_id", "node id", "required", "\"10.66.0.9\"", "its ACP 142 node id",
                      [](const Value& v, PeerConfig& p) { v.pmul_id(p.pmul_id); }},
    Field<PeerConfig>{"address", "IPv4 address", "pmul_id", "\"10.66.0.9\"", "where it is reached",
                      [](const Value& v, PeerConfig& p) { v.ipv4(p.address); }},
    Field<PeerConfig>{"s5066", "STANAG 5066 address", "none", "\"1.2.3.9\"",
                      "its address on bearers of kind stanag5066 and modem",
                      [](const Value& v, PeerConfig& p) { v.s5066_address(p.hf_address); }},
    Field<PeerConfig>{"domains", "array of domains", "[]", "[\"shore.example\"]",
                      "mail for these goes there; \"*\" = all else, \".x\" = sub-domains of x",
                      [](const Value& v, PeerConfig& p) { v.domains(p.domains, true); }},
    Field<PeerConfig>{"bearers", "array of names", "required", "[\"satcom\"]", "in order of preference",
                      [](const Value& v, PeerConfig& p) { v.names(p.bearers); }},
    Field<PeerConfig>{"content", "mule, annex-e, dmp", "\"mule\"", "\"mule\"",
                      "how messages are written for it; all three are read from any peer", read_content},
    Field<PeerConfig>{"dmp_version", "1, 2", "2", "2", "of DMP, with content dmp",
                      [](const Value& v, PeerConfig& p) { v.number(p.dmp_version, 1, 2); }},
    Field<PeerConfig>{"dictionaries", "array of paths", "[]", "",
                      "dictionaries that it holds too, beside this file; made by longwire dict train",
                      read_dictionaries},
    Field<PeerConfig>{"profile", "name", "none", "",
                      "[[security.profile]] of messages to and from it; none: they pass as they are",
                      [](const Value& v, PeerConfig& p) { v.name(p.profile); }},
    Field<PeerConfig>{"clearance", "clearance", "any", "", "highest labels it may get",
                      [](const Value& v, PeerConfig& p) { read_clearance(v, p.clearance); }},
    Field<PeerConfig>{"emcon", "boolean", "false", "false", "it cannot answer now",
                      [](const Value& v, PeerConfig& p) { v.boolean(p.emcon); }},
    Field<PeerConfig>{"edition", "142a, 2001", "\"142a\"", "\"142a\"",
                      "of ACP 142; 2001 also means Fletcher and no ranges unless stated", read_edition},
    Field<PeerConfig>{"checksum", "internet, fletcher", "by edition", "\"internet\"", "what we send; both are read",
                      read_checksum},
    Field<PeerConfig>{"ack_ranges", "boolean", "by edition", "true", "it reads ranges in acknowledgements",
                      [](const Value& v, PeerConfig& p) { v.boolean(p.ack_ranges); }},
    Field<PeerConfig>{"coding", "off, auto, always", "by bearer", "\"auto\"",
                      "coded P_MUL; auto: once it has shown that it decodes", read_coding},
    Field<PeerConfig>{"cdt_tags", "mirror, implicit, explicit", "\"mirror\"", "\"mirror\"",
                      "tag style of CompressedData; mirror = as it sends itself", read_cdt_tags},
};

constexpr std::array group_table{
    Field<GroupConfig>{"name", "name", "required", "\"fleet\"", "what operators call it",
                       [](const Value& v, GroupConfig& g) { v.name(g.name); }},
    Field<GroupConfig>{"address", "IPv4 address", "none", "\"239.66.0.2\"",
                       "multicast address; bearers of kind udp need it",
                       [](const Value& v, GroupConfig& g) { v.ipv4(g.address); }},
    Field<GroupConfig>{"s5066", "STANAG 5066 group", "\"31.255.255.255\"", "\"16.0.0.1\"",
                       "group address on bearers of kind stanag5066 and modem; the default is every station",
                       [](const Value& v, GroupConfig& g) { v.s5066_address(g.hf_address); }},
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
    Field<Config>{"gateway", "table", "", "", "the boundary to X.400, DMP and ACP 127",
                  [](const Value& v, Config& c) { v.table(gateway_fields(), c.gateway); }},
    Field<Config>{"security", "table", "", "", "signatures, encryption, labels and clearances",
                  [](const Value& v, Config& c) { v.table(security_fields(), c.security); }},
    Field<Config>{"acp127", "tables", "", "", "a circuit that speaks ACP 127",
                  [](const Value& v, Config& c) { v.tables(circuit_fields(), c.circuits); }},
    Field<Config>{"console", "table", "", "", "the web console",
                  [](const Value& v, Config& c) { v.table(console_fields(), c); }},
};

}  // namespace

std::span<const Field<Config>> root_fields() { return root_table; }
std::span<const Field<Config>> node_fields() { return node_table; }
std::span<const Field<Config>> smtp_fields() {
  static const auto all = joined<Config>(smtp_table, smtp_tls_fields());
  return all;
}
std::span<const Field<Submitter>> submitter_fields() {
  static const auto all = joined<Submitter>(submitter_table, submitter_tls_fields());
  return all;
}
std::span<const Field<DeliverConfig>> deliver_fields() {
  static const auto all = joined<DeliverConfig>(deliver_table, deliver_tls_fields());
  return all;
}
std::span<const Field<PeerConfig>> peer_fields() { return peer_table; }
std::span<const Field<GroupConfig>> group_fields() { return group_table; }
std::span<const Field<Config>> console_fields() { return console_table; }

}  // namespace longwire::config
