#include "node/config/check_hf.hpp"

#include "base/text.hpp"
#include "bearers/modem/waveform.hpp"
#include "bearers/s5066/address.hpp"
#include "bearers/s5066/eow_rate.hpp"
#include "node/config/schema.hpp"
#include "node/engine/hf_setup.hpp"

#include <algorithm>
#include <array>

namespace longwire::config {

namespace {

constexpr std::uint64_t default_hf_rate = 1200;
// EOT counts 255 half seconds (C.3.2.3): nobody can announce a longer over.
constexpr Duration longest_over = std::chrono::milliseconds{127'500};

// The data transfer sublayer cuts segments to what an over holds; below this none is worth its header.
constexpr std::uint64_t least_over_octets = 64 + 1;
constexpr std::uint64_t least_segment = 16;
constexpr Duration clock_margin = std::chrono::milliseconds{10};  // of an over's end
constexpr Duration shortest_slot = std::chrono::milliseconds{100};
constexpr Duration longest_turnaround = std::chrono::minutes{1};

// Those an EOW can name (C.5.1); above them the wide-band waveforms, which are multiples of 800.
bool is_waveform_rate(std::uint64_t bps) {
  const auto& known = s5066::eow_rates;
  return std::find(known.begin(), known.end(), bps) != known.end() || (bps > known.back() && bps % 800 == 0);
}

bool is_loopback(const engine::Endpoint& e) {
  if (e.is_unix || e.host == "::1" || e.host == "localhost") return true;
  const auto address = parse_ipv4(e.host);
  return address && address->value >> 24 == 127;
}

constexpr auto udp_keys = std::to_array<std::string_view>(
    {"bind", "group", "mtu", "ttl", "interface", "tport", "rport", "dport", "aport", "dmp_port"});
constexpr auto hf_keys = std::to_array<std::string_view>({"address", "udop_sap", "rcop_sap", "app_id", "rank", "arq"});
constexpr auto client_keys = std::to_array<std::string_view>({"server"});
constexpr auto modem_keys = std::to_array<std::string_view>(
    {"attach", "modem", "baud", "ptt", "ptt_on", "ptt_off", "header", "interleaver", "rates", "lead", "tail", "slots",
     "slot_time", "max_segment", "max_transmit", "sis_listen", "link_protocol", "soft_link_idle"});

class HfChecker {
 public:
  HfChecker(Reading& r, engine::Config& config, std::size_t index)
      : r_(r),
        b_(config.bearers[index]),
        index_(index),
        path_("bearer[" + std::to_string(index) + "]"),
        config_(config) {}

  void run() {
    address();
    if (b_.hf.udop_sap == b_.hf.rcop_sap)
      error("rcop_sap", "udop_sap and rcop_sap must differ: a node gives a SAP to one client only");
    if (!has("duplex")) b_.half_duplex = true;
    if (b_.max_over > longest_over || (b_.max_over != Duration{0} && b_.max_over < std::chrono::seconds{1}))
      error("max_over",
            "max_over must be from 1s to 127500ms, the longest a D_PDU can announce; leave it out for that");
    if (b_.kind == "stanag5066") client();
    else modem();
    if (has("rate")) waveform_rate("rate", b_.rate_bps);
    if (b_.turnaround > longest_turnaround)
      warning("turnaround", "turnaround is " + format_duration(b_.turnaround) +
                                ", and every answer waits for it; a radio needs a few seconds at most");
  }

 private:
  bool has(const char* key) const { return r_.has(path_ + "." + key); }
  void error(const char* key, std::string text) { r_.error(r_.place(path_ + "." + key), std::move(text)); }
  void warning(const char* key, std::string text) { r_.warning(r_.place(path_ + "." + key), std::move(text)); }
  void missing(const char* key, const std::string& help) {
    r_.error(r_.place(path_), path_ + ": missing key " + key + " (" + help + ")");
  }

  void address() {
    if (!b_.hf.address) {
      if (!has("address"))
        missing("address", "kind \"" + b_.kind + "\" needs the STANAG 5066 address of this node, such as \"1.2.3.4\"");
    } else if (s5066::from_bearer_address(*b_.hf.address).group) {
      error("address",
            to_string(*b_.hf.address) + " is a group address; a node has an individual one, 0.0.0.0 to 15.255.255.255");
    }
  }

  void client() {
    if (!b_.hf.server && !has("server"))
      missing("server", "ADDRESS:PORT of the STANAG 5066 node, such as \"127.0.0.1:5066\"");
    if (b_.hf.server && b_.hf.server->port == 0) error("server", "server needs a port; the usual one is 5066");
    if (!has("rate")) b_.rate_bps = default_hf_rate;
  }

  void modem() {
    auto& m = b_.hf.modem;
    rates(m);
    port(m);
    same_modem(m);
    shortest_over(m);
    sis_ports();
    if (b_.hf.max_segment != 0 && b_.hf.max_segment < least_segment)
      error("max_segment",
            "max_segment must be from 16 to 1023: the header of a D_PDU is longer than that; 0 = by rate");
    const auto over = b_.max_over == Duration{0} ? longest_over : b_.max_over;
    if (m.max_transmit < over + m.lead + m.tail)
      error(has("max_transmit") ? "max_transmit" : "max_over",
            "max_transmit must be longer than max_over with lead and tail, else every long over is cut off");
    if (b_.hf.slots == 1) error("slots", "slots must be 0 (two stations only) or from 2 to 64");
    if (b_.hf.slots != 0) slot_time();
    if (b_.hf.slots == 0 && has("slot_time")) warning("slot_time", "slot_time has no effect without slots");
    const auto here = [this](const engine::PeerConfig& p) {
      return std::find(p.bearers.begin(), p.bearers.end(), b_.name) != p.bearers.end();
    };
    if (b_.hf.slots == 0 && b_.half_duplex && std::count_if(config_.peers.begin(), config_.peers.end(), here) > 1)
      warning("slots", "several peers share this frequency, but slots is 0: stations will talk at the same time");
  }

  void rates(engine::ModemConfig& m) {
    if (has("rates") && m.rates.empty())
      error("rates", "rates must name at least one rate; leave it out for a fixed rate");
    if (!std::is_sorted(m.rates.begin(), m.rates.end()))
      warning("rates", "rates are not in ascending order; they are used from the slowest to the fastest");
    for (const auto bps : m.rates)
      if (!has("rate") || bps != b_.rate_bps) waveform_rate("rates", bps);
    std::sort(m.rates.begin(), m.rates.end());
    const auto known = [&m](std::uint64_t bps) {
      return std::find(m.rates.begin(), m.rates.end(), bps) != m.rates.end();
    };
    if (!has("rate")) b_.rate_bps = m.rates.empty() || known(default_hf_rate) ? default_hf_rate : m.rates.front();
    else if (!m.rates.empty() && !known(b_.rate_bps))
      error("rate", "rate must be one of rates: it is the one to begin with");
    if (!has("rate") && !m.rates.empty())
      warning("rates", "rates without rate: the station begins with " + std::to_string(b_.rate_bps) +
                           " bit/s; say so by rate = " + std::to_string(b_.rate_bps) + ", as at the other stations");
  }

  // A modem with raw octets may have others.
  void waveform_rate(const char* key, std::uint64_t bps) {
    if (!is_waveform_rate(bps))
      warning(key, std::to_string(bps) +
                       " bit/s is not the rate of a known waveform: 75, 150, 300, 600, 1200, 2400, 3200, 3600, 4800, "
                       "6400, 8000 or 9600; write the one that the modem is set to");
  }

  std::uint64_t slowest(const engine::ModemConfig& m) const {
    return m.rates.empty() ? b_.rate_bps : std::min(b_.rate_bps, m.rates.front());
  }
  std::uint64_t fastest(const engine::ModemConfig& m) const {
    return m.rates.empty() ? b_.rate_bps : std::max(b_.rate_bps, m.rates.back());
  }

  void shortest_over(const engine::ModemConfig& m) {
    if (b_.max_over == Duration{0}) return;
    auto at_rate = b_;
    at_rate.rate_bps = std::max<std::uint64_t>(slowest(m), 1);
    const auto shortest = engine::hf_tail(at_rate) + clock_margin + air_time(least_over_octets, at_rate.rate_bps);
    if (b_.max_over >= shortest) return;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(shortest);
    error("max_over", "max_over is shorter than one D_PDU at " + std::to_string(at_rate.rate_bps) +
                          " bit/s, nothing could be sent; the shortest possible is " + format_duration(seconds));
  }

  void slot_time() {
    const auto slot = b_.hf.slot_time, lead = engine::hf_lead(b_);
    if (slot <= Duration{0}) return error("slot_time", "slot_time must be above zero");
    if (slot < std::max(shortest_slot, lead / 10))
      warning("slot_time", "slot_time is too short with a lead of " + format_duration(lead) +
                               ": it must exceed the time from keying one radio to carrier detect at another, or "
                               "stations will talk at the same time");
    else if (slot > lead + std::chrono::seconds{5})
      warning("slot_time", "slot_time is far longer than the lead of " + format_duration(lead) +
                               ": every slot that is waited for is lost; 500ms is usual");
  }

  void same_modem(const engine::ModemConfig& m) {
    if (m.port.empty()) return;
    for (std::size_t i = 0; i < index_; ++i) {
      const auto& other = config_.bearers[i];
      if (other.kind != "modem" || other.hf.modem.port != m.port) continue;
      return error("modem", m.port + " is the modem of bearer '" + other.name +
                                "' already; give each bearer a modem of its own, or leave one out");
    }
  }

  void sis_ports() {
    for (std::size_t k = 0; k < b_.hf.sis_listen.size(); ++k)
      if (!is_loopback(b_.hf.sis_listen[k])) {
        const auto key = "sis_listen[" + std::to_string(k) + "]";
        warning(key.c_str(), "there is no login on this port: whoever reaches " + b_.hf.sis_listen[k].host +
                                 " can use the radio; listen on 127.0.0.1, or let only a network of yours in");
      }
  }

  void port(engine::ModemConfig& m) {
    const bool serial = m.attach == "serial";
    if (!has("modem") && !r_.host_keys_optional)
      missing("modem", serial ? "device of the serial line, such as \"/dev/ttyUSB0\""
                              : "ADDRESS:PORT of the modem, such as \"127.0.0.1:7000\"");
    if (!serial)
      for (const auto* key : {"baud", "ptt", "ptt_on", "ptt_off"})
        if (has(key)) error(key, std::string(key) + " is for attach = \"serial\" only");
    if (m.attach != "110d" && has("header")) error("header", "header is for attach = \"110d\" only");
    if (serial) commands(m), line_speed(m);
    if (m.port.empty()) return;
    if (serial) {
      m.device = m.port;
      if (m.port.front() != '/')
        error("modem", "modem must be a device such as \"/dev/ttyUSB0\" with attach = \"serial\"");
      return;
    }
    const auto endpoint = parse_endpoint(m.port, false);
    if (endpoint && endpoint->port != 0) m.address = *endpoint;
    else error("modem", "modem must be ADDRESS:PORT such as \"127.0.0.1:7000\" with attach = \"" + m.attach + "\"");
  }

  void line_speed(const engine::ModemConfig& m) {
    const auto bps = fastest(m), needed = bps + bps / 4;  // 10 bits an octet on the line
    const auto help = "a serial line for " + std::to_string(bps) + " bit/s needs baud = " + std::to_string(needed) +
                      " or more, with start and stop bits";
    if (m.baud < bps) error(has("baud") ? "baud" : "rate", help);
    else if (m.baud < needed) warning(has("baud") ? "baud" : "rate", help);
  }

  void commands(const engine::ModemConfig& m) {
    for (const auto* key : {"ptt_on", "ptt_off"}) {
      if (m.ptt == "command" && !has(key)) missing(key, "ptt = \"command\" needs ptt_on and ptt_off");
      if (m.ptt != "command" && has(key)) error(key, std::string(key) + " is for ptt = \"command\" only");
    }
  }

  Reading& r_;
  engine::BearerConfig& b_;
  std::size_t index_;
  std::string path_;
  const engine::Config& config_;
};

}  // namespace

void check_hf_bearer(Reading& r, engine::Config& config, std::size_t index) { HfChecker(r, config, index).run(); }

// Empty: every kind has it.
static std::string_view owners_of(std::string_view key) {
  const auto in = [key](const auto& keys) { return std::find(keys.begin(), keys.end(), key) != keys.end(); };
  if (in(udp_keys)) return "udp";
  if (in(hf_keys)) return "stanag5066 and modem";
  if (in(client_keys)) return "stanag5066";
  return in(modem_keys) ? "modem" : "";
}

bool is_key_of(std::string_view key, std::string_view kind) {
  return owners_of(key).find(kind) != std::string_view::npos || owners_of(key).empty();
}

void check_kind_keys(Reading& r, const engine::BearerConfig& bearer, std::size_t index) {
  for (const auto& field : bearer_fields()) {
    const auto path = "bearer[" + std::to_string(index) + "]." + std::string(field.name);
    if (!r.has(path) || is_key_of(field.name, bearer.kind)) continue;
    r.error(r.place(path), std::string(field.name) + " is for bearers of kind " + std::string(owners_of(field.name)) +
                               ", not " + bearer.kind);
  }
}

}  // namespace longwire::config
