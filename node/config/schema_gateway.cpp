// [gateway], [[gateway.user]] and [[gateway.domain]]: the names of the X.400, DMP and ACP 127 worlds.
#include "base/text.hpp"
#include "mail/envelope.hpp"
#include "node/config/schema.hpp"

#include <algorithm>
#include <array>

namespace longwire::config {

namespace {

using engine::GatewayConfig;
using gateway::DomainEntry;
using gateway::UserEntry;

// X.411 upper bounds: ub-mta-name-length.
constexpr std::size_t mta_name_octets = 32;
constexpr std::uint64_t most_dmp_number = 524'287;  // stanag4406.md 4.2: 19 bits

void read_or_name(const Value& v, x400::OrName& out) {
  std::string text;
  v.text(text);
  if (text.empty()) return;  // told already
  auto name = x400::parse_or_name(text);
  if (!name) return v.error("'" + text + "' is not an O/R address such as \"/O=HQ NORTH/PRMD=NO/ADMD=TAC/C=NO/\"");
  out = *std::move(name);
}

void read_user_or_name(const Value& v, UserEntry& u) {
  x400::OrName name;
  read_or_name(v, name);
  if (!name.empty()) u.or_name = std::move(name);
}

void read_address(const Value& v, UserEntry& u) {
  std::string text;
  v.text(text);
  if (text.empty()) return;
  const auto at = text.rfind('@');
  if (at == 0 || at == std::string::npos || at + 1 == text.size() || text.find_first_of(" <>\t\r\n") != text.npos)
    return v.error("'" + text + "' is not a mail address such as \"ops@ship-a.example\"");
  u.address = text;
}

void read_routing_indicator(const Value& v, UserEntry& u) {
  std::string text;
  v.text(text);
  const bool letters = std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (text.empty()) return;
  if (!letters || text.size() < 4 || text.size() > 7)
    return v.error("a routing indicator is 4 to 7 capital letters such as \"RFLSVH\" (ACP 127 7.1)");
  u.routing_indicator = text;
}

void read_plad(const Value& v, UserEntry& u) {
  std::string text;
  v.text(text);
  if (text.size() > 69) return v.error("a plain language address has at most 69 characters");
  u.plad = text;
}

void read_mta_name(const Value& v, GatewayConfig& g) {
  std::string text;
  v.text(text);
  if (text.size() > mta_name_octets || std::any_of(text.begin(), text.end(), [](char c) { return c < ' ' || c > '~'; }))
    return v.error("mta_name must be 1 to 32 printable ASCII characters (X.411)");
  g.mta_name = text;
}

void read_files(const Value& v, GatewayConfig& g) {
  constexpr std::array<std::string_view, 2> words{"ftbp", "bilateral"};
  v.choice(words, g.files);
}

// A table of RFC 2156 appendix F.
void read_mapping_file(const Value& v, GatewayConfig& g) {
  const auto file = v.file(limits::config_file_octets);
  if (!file) return;
  const auto text = as_text(file->octets);
  auto entries = gateway::read_mapping_table(text);
  if (!entries) {
    const auto offset = std::min(entries.error().offset, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
    return v.error("'" + file->path + "' line " + std::to_string(line) +
                   " is not \"domain#PRMD$..ADMD$..C$..#\" (RFC 2156 appendix F)");
  }
  g.addresses.domains.insert(g.addresses.domains.end(), entries->begin(), entries->end());
}

constexpr std::array gateway_table{
    Field<GatewayConfig>{
        "or_address", "O/R address", "by domain", "\"/O=SHIP-A/PRMD=SHIPA/ADMD=TAC/C=NO/\"",
        "X.400 address of this node; C, ADMD and PRMD are its domain in trace and identifiers. Default: "
        "/O=<domain>/PRMD=<domain>/ADMD= /C=ZZ/",
        [](const Value& v, GatewayConfig& g) { read_or_name(v, g.addresses.or_address); }},
    Field<GatewayConfig>{"mta_name", "text", "node name", "\"SHIP-A\"", "X.411 MTA name", read_mta_name},
    Field<GatewayConfig>{"files", "ftbp, bilateral", "\"ftbp\"", "\"ftbp\"",
                         "what application/octet-stream becomes (RFC 2157 5)", read_files},
    Field<GatewayConfig>{"military", "boolean", "false", "false",
                         "mail without any MMHS field becomes a military message (P772) too, not P22",
                         [](const Value& v, GatewayConfig& g) { v.boolean(g.military); }},
    Field<GatewayConfig>{"civil_urgent_cap", "number", "2", "2",
                         "MT-PRIORITY that \"urgent\" of a civil X.400 message becomes at most",
                         [](const Value& v, GatewayConfig& g) { v.number(g.civil_urgent_cap, 0, 6); }},
    Field<GatewayConfig>{"mapping_files", "array of paths", "[]", "",
                         "domain tables in the format of RFC 2156 appendix F, beside this file",
                         [](const Value& v, GatewayConfig& g) {
                           v.elements("paths", [&g](const Value& path) { read_mapping_file(path, g); });
                         }},
    Field<GatewayConfig>{"user", "tables", "", "", "one addressee under its names in each world",
                         [](const Value& v, GatewayConfig& g) { v.tables(gateway_user_fields(), g.addresses.users); }},
    Field<GatewayConfig>{
        "domain", "tables", "", "", "a mail domain and the O/R attributes that stand for it",
        [](const Value& v, GatewayConfig& g) { v.tables(gateway_domain_fields(), g.addresses.domains); }},
};

constexpr std::array user_table{
    Field<UserEntry>{"address", "mail address", "required", "\"ops@ship-a.example\"", "its mail address", read_address},
    Field<UserEntry>{"or", "O/R address", "none", "\"/S=OPS/O=SHIP-A/PRMD=SHIPA/ADMD=TAC/C=NO/\"", "its X.400 address",
                     read_user_or_name},
    Field<UserEntry>{"plad", "text", "none", "\"HNOMS NANSEN\"", "its plain language address (ACP 127)", read_plad},
    Field<UserEntry>{"routing_indicator", "letters", "none", "\"RFLSVH\"", "its routing indicator (ACP 127)",
                     read_routing_indicator},
    Field<UserEntry>{"dmp", "number", "none", "17", "its direct address (DMP), 0 to 524287; the network agrees on them",
                     [](const Value& v, UserEntry& u) { v.number(u.dmp, 0, most_dmp_number); }},
};

constexpr std::array domain_table{
    Field<DomainEntry>{"domain", "domain", "required", "\"shore.example\"", "the mail domain",
                       [](const Value& v, DomainEntry& d) { v.domain(d.domain); }},
    Field<DomainEntry>{"or", "O/R address", "required", "\"/PRMD=SHORE/ADMD=TAC/C=NO/\"",
                       "the O/R attributes that stand for it; the longest match wins",
                       [](const Value& v, DomainEntry& d) { read_or_name(v, d.prefix); }},
};

}  // namespace

std::span<const Field<GatewayConfig>> gateway_fields() { return gateway_table; }
std::span<const Field<UserEntry>> gateway_user_fields() { return user_table; }
std::span<const Field<DomainEntry>> gateway_domain_fields() { return domain_table; }

}  // namespace longwire::config
