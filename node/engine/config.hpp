// What the node is told to be: pure data. node/main reads it from TOML (design 4.2).
#pragma once

#include "annexe/dictionary.hpp"
#include "annexe/gateway/address_map.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/precedence.hpp"
#include "base/time.hpp"
#include "node/engine/tls_config.hpp"
#include "node/security/config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace longwire::engine {

struct Endpoint {    // "127.0.0.1:2525", "[::1]:25" or "unix:/path"
  std::string host;  // or the path of a unix socket
  std::uint16_t port = 0;
  bool is_unix = false;
};

// Who may submit: a CIDR network and what it may do.
struct Submitter {
  std::string network = "127.0.0.0/8";
  Precedence max_precedence = Precedence::override_;
  bool strict = false;  // refuse a too high precedence instead of lowering it
  bool relay = true;    // may send to other domains than ours
  bool require_tls = false;
  bool require_auth = false;  // a login, or a client certificate that names an address
  bool own_address = false;   // sends only as who it proved to be
};

// A modem of our own STANAG 5066 node (kind "modem").
struct ModemConfig {
  std::string attach = "110d";        // "110d": MIL-STD-188-110D App. A over TCP; "tcp": raw octets; "serial"
  std::string port;                   // as written; is address or device, by attach
  Endpoint address;                   // of the modem's TCP port
  std::string device;                 // serial: "/dev/ttyUSB0"
  std::uint32_t baud = 19'200;        // of the serial line
  std::string header = "long";        // 110d: of our data packets: "long" | "short"
  std::string ptt = "rts";            // serial: "rts" | "dtr" | "command" | "none"
  std::string ptt_on, ptt_off;        // octets of those commands
  std::string interleaver = "short";  // "none" | "short" | "long"
  std::vector<std::uint64_t> rates;   // bit/s for data rate adaptation, slowest first; empty: `rate_bps` only
  Duration lead{0}, tail{0};          // of an over, where the modem does not tell; 0 = by the interleaver
  Duration max_transmit = std::chrono::seconds{130};  // hard limit, whatever the stack wants
};

// kind "stanag5066" (client of another node) and "modem" (our own stack).
struct HfConfig {
  std::optional<Ipv4> address;       // of this node, as s5066::to_bearer_address(); always set in a checked file
  std::optional<Endpoint> server;    // kind "stanag5066": SIS port of the node
  std::vector<Endpoint> sis_listen;  // kind "modem": where other people's clients bind
  ModemConfig modem;
  unsigned udop_sap = 7, rcop_sap = 6, app_id = 0x2000, rank = 0;
  bool link_protocol = true;  // false: stations are linked by an outside process (ALE)
  unsigned slots = 0;         // shared frequency: slots of random access; 0 = point to point
  Duration slot_time = std::chrono::milliseconds{500};
  std::size_t max_segment = 0;  // octets of a D_PDU segment, 1-1023; 0 = by rate
  Duration soft_link_idle = std::chrono::seconds{60};
  bool arq = true;  // false: UDOP only
};

struct BearerConfig {
  std::string name;
  std::string kind = "udp";   // "udp" | "stanag5066" | "modem"
  HfConfig hf;                // of the latter two
  Ipv4 bind;                  // our address on that network
  std::optional<Ipv4> group;  // default multicast group of the bearer
  std::uint16_t tport = 2751, rport = 2752, dport = 2753, aport = 2754;
  std::optional<std::uint16_t> dmp_port;  // 0 = none; unset: 5031 when a peer of the bearer has content dmp
  std::uint64_t rate_bps = 64'000;
  bool half_duplex = false;
  Duration turnaround{0};
  Duration latency{0};
  Duration max_over{0};
  std::size_t mtu = 0;                       // of IP packets; 0 = 1500 at 19200 bit/s and above, else 576
  unsigned ttl = 16;                         // multicast TTL
  std::string interface;                     // optional name; empty = by bind address
  std::uint64_t max_message = 0;             // larger messages take another bearer; 0 = any
  std::optional<Precedence> min_precedence;  // only this urgent or more
  security::ClearanceText clearance;         // highest labels it may carry; empty: any
  // ACP 142 parameters of section 5; unset = derived from the above
  std::optional<Duration> ack_retransmission_time, ack_pdu_time, emcon_rti, max_ack_delay;
  std::optional<unsigned> emcon_rtc, mm, max_retries;
  std::optional<std::size_t> max_pdu;
  std::optional<bool> extra_address;
  // Coded P_MUL (docs/coded-p_mul.md).
  std::string coding = "off";                        // "off" | "auto" | "always", for peers that do not say
  std::string parity_aim = "time";                   // "time" | "air_time"
  std::optional<double> emcon_delivery, emcon_loss;  // probabilities
  std::optional<Duration> emcon_burst;

  bool is_hf() const { return kind == "stanag5066" || kind == "modem"; }
};

enum class Content : std::uint8_t { mule, annex_e, dmp };

struct PeerConfig {
  std::string name;
  PmulId pmul_id;
  std::optional<Ipv4> address;       // set: no other is accepted; unset: pmul_id at first, then as heard
  std::optional<Ipv4> hf_address;    // its STANAG 5066 address (key s5066), for bearers of that kind
  std::vector<std::string> domains;  // lower case; "*" = default route; ".example" = sub-domains
  std::vector<std::string> bearers;  // in order of preference
  Content content = Content::mule;
  bool emcon = false;
  std::string edition = "142a";       // "142a" | "2001"
  std::string checksum = "internet";  // "internet" | "fletcher"
  bool ack_ranges = true;
  std::string coding;                 // "off" | "auto" | "always"; empty: as the bearer says
  std::string cdt_tags = "mirror";    // "implicit" | "explicit" | "mirror"
  int dmp_version = 2;                // 1 | 2, with content dmp
  annexe::Dictionaries dictionaries;  // that it holds too (docs/compression.md); empty: zlib
  std::string profile;                // [[security.profile]] of messages to and from it; empty: as they are
  security::ClearanceText clearance;  // what it and those behind it may see; empty: anything
};

// [gateway]: the boundary to X.400, DMP and ACP 127. Without it the node has a name of its own made from its domain.
struct GatewayConfig {
  gateway::AddressMapConfig addresses;  // or_address, [[gateway.user]], [[gateway.domain]] and mapping files
  std::string mta_name;                 // X.411 MTA name; default: the node's name
  std::string files = "ftbp";           // "ftbp" | "bilateral": application/octet-stream
  int civil_urgent_cap = 2;             // MT-PRIORITY of a plain X.400 "urgent" at most
  bool military = false;                // mail without any MMHS field leaves as P772 too
};

// [[acp127]]: a circuit that speaks ACP 127.
struct CircuitConfig {
  std::string name;
  std::string kind = "file";                // "file" | "tcp" | "serial"
  std::string inbox, outbox;                // file: directories
  std::optional<Endpoint> listen, connect;  // tcp: one of the two
  std::string device;                       // serial
  std::uint32_t baud = 75;
  std::string code = "ia5";       // "ia5" | "ita2"
  std::string routing_indicator;  // of this station
  std::string channel;            // channel id of FL1, empty = no VZCZC line
  std::size_t line = 69, section_lines = 100;
  std::string override_as = "Z";      // "Z" | "Y"
  std::vector<std::string> domains;   // mail for these leaves by this circuit
  std::string form = "exact";         // "exact" | "plain": for stations that know only ACP 127
  std::string emcon = "send";         // "send" | "hold" under silence
  security::ClearanceText clearance;  // highest labels it may carry; empty: any
  Duration section_wait = std::chrono::hours{1};
};

struct GroupConfig {
  std::string name;
  Ipv4 address;                      // 0.0.0.0: on HF bearers only
  std::optional<Ipv4> hf_address;    // its STANAG 5066 group address (key s5066); unset: all stations
  std::vector<std::string> members;  // peer names
  std::string bearer;                // optional: the only bearer the group exists on
};

struct DeliverConfig {  // exactly one of the three
  std::string maildir;  // with {local}
  std::optional<Endpoint> lmtp, smtp;
  DeliverTlsConfig tls;
};

struct Config {
  // [node]
  std::string name, domain;
  std::vector<std::string> local_domains;  // domain and further ones delivered here
  PmulId pmul_id;
  std::string data_dir;
  bool emcon = false;
  std::vector<std::string> relay;  // domains we relay for other nodes; "*" = all
  Duration default_expiry = std::chrono::hours{24};
  Duration delay_warning = std::chrono::hours{4};
  std::string control_group;                   // its members may give orders too; empty: root and the daemon's user
  Precedence minimize = Precedence::deferred;  // hold everything below; deferred = off
  // [smtp]
  std::vector<Endpoint> smtp_listen;
  std::vector<Endpoint> smtp_listen_tls;  // TLS from the first octet (RFC 8314)
  ServerTlsConfig smtp_tls;
  std::vector<Submitter> submitters;  // first match wins; empty = loopback only
  std::uint64_t max_message = limits::message_octets;
  std::size_t max_sessions = limits::smtp_sessions;

  DeliverConfig deliver;
  std::vector<BearerConfig> bearers;
  std::vector<PeerConfig> peers;
  std::vector<GroupConfig> groups;
  GatewayConfig gateway;
  security::SecurityConfig security;
  std::vector<CircuitConfig> circuits;
  std::optional<Endpoint> console;
};

}  // namespace longwire::engine
