#include "node/config/value.hpp"

#include "base/text.hpp"
#include "node/config/config_table.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>

namespace longwire::config {

namespace {

bool is_name(std::string_view s) {
  return !s.empty() && s.size() <= 64 && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

// RFC 5321 4.1.2 Domain, letters lower-cased: labels of letters, digits and inner hyphens.
bool is_domain(std::string_view s) {
  if (s.empty() || s.size() > 255) return false;
  while (true) {
    const auto label = s.substr(0, s.find('.'));
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }))
      return false;
    if (label.size() == s.size()) return true;
    s.remove_prefix(label.size() + 1);
  }
}

// RFC 4291 2.2: eight groups of up to four hex digits, one run of zero groups as "::", the last two
// perhaps as an IPv4 address.
bool is_ipv6(std::string_view s) {
  const auto gap = s.find("::");
  if (gap != std::string_view::npos && s.find("::", gap + 1) != std::string_view::npos) return false;
  std::size_t groups = 0;
  const auto count = [&groups](std::string_view part, bool may_end_in_ipv4) {
    while (!part.empty()) {
      const auto group = part.substr(0, part.find(':'));
      const bool last = group.size() == part.size();
      if (last && may_end_in_ipv4 && parse_ipv4(group)) {
        groups += 2;
        return true;
      }
      if (group.empty() || group.size() > 4 || group.find_first_not_of("0123456789abcdefABCDEF") != group.npos)
        return false;
      ++groups;
      if (last) return true;
      part.remove_prefix(group.size() + 1);
      if (part.empty()) return false;  // a single ':' at the end
    }
    return true;
  };
  if (gap == std::string_view::npos) return count(s, true) && groups == 8;
  return count(s.substr(0, gap), false) && count(s.substr(gap + 2), true) && groups < 8;
}

// Bits of the address family, 0 when the text is no address.
unsigned address_bits(std::string_view text) { return parse_ipv4(text) ? 32 : is_ipv6(text) ? 128 : 0; }

}  // namespace

void Reading::error(const toml::source_region& where, std::string text) {
  problems.push_back(problem_at(where, file, std::move(text)));
}

void Reading::warning(const toml::source_region& where, std::string text) {
  error(where, std::move(text));
  problems.back().severity = Problem::Severity::warning;
}

toml::source_region Reading::place(std::string_view path) const {
  while (true) {
    if (const auto found = places.find(path); found != places.end()) return found->second;
    const auto cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) return {};
    path = path.substr(0, cut);
  }
}

Problem problem_at(const toml::source_region& where, std::string_view file_name, std::string text) {
  Problem p;
  p.file = file_name;
  // A table made by dotted keys alone has no place of its own; the file as a whole is meant.
  p.line = std::max<std::size_t>(1, where.begin.line);
  p.column = std::max<std::size_t>(1, where.begin.column);
  p.text = std::move(text);
  return p;
}

void report_unknown_key(Reading& r, const toml::key& key, const std::string& path,
                        const std::vector<std::string_view>& known) {
  const std::string where = path.empty() ? "" : " in [" + path + "]";
  r.error(key.source(), "unknown key " + std::string(key.str()) + where + did_you_mean(key.str(), known));
}

std::string_view Value::key() const {
  const auto dot = path_.rfind('.');
  return dot == std::string::npos ? std::string_view(path_) : std::string_view(path_).substr(dot + 1);
}

std::optional<std::string> Value::string(std::string_view wanted) const {
  if (const auto* s = node_.as_string()) return s->get();
  error(std::string(key()) + " must be " + std::string(wanted));
  return std::nullopt;
}

std::optional<std::uint64_t> Value::integer(std::uint64_t least, std::uint64_t most) const {
  const auto* v = node_.as_integer();
  if (v != nullptr && v->get() >= 0 && static_cast<std::uint64_t>(v->get()) >= least &&
      static_cast<std::uint64_t>(v->get()) <= most)
    return static_cast<std::uint64_t>(v->get());
  error(std::string(key()) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

template <class Each>
void Value::each(std::string_view wanted, Each&& f) const {
  const auto* array = node_.as_array();
  if (array == nullptr) return error(std::string(key()) + " must be an array of " + std::string(wanted));
  std::size_t at = 0;
  for (const auto& element : *array) {
    std::string path = path_ + "[" + std::to_string(at++) + "]";
    r_.places.insert_or_assign(path, element.source());
    f(Value(r_, element, std::move(path)));
  }
}

void Value::elements(std::string_view wanted, const std::function<void(const Value&)>& f) const { each(wanted, f); }

void Value::boolean(bool& out) const {
  if (const auto* b = node_.as_boolean()) out = b->get();
  else error(std::string(key()) + " must be true or false");
}

void Value::boolean(std::optional<bool>& out) const {
  bool b = false;
  const auto before = r_.problems.size();
  boolean(b);
  if (r_.problems.size() == before) out = b;
}

void Value::text(std::string& out) const {
  const auto s = string("a string");
  if (!s) return;
  if (s->empty() || s->find('\0') != std::string::npos) return error(std::string(key()) + " must not be empty");
  out = *s;
}

void Value::name(std::string& out) const {
  const auto s = string("a name");
  if (!s) return;
  if (!is_name(*s)) return error(std::string(key()) + " must be 1 to 64 letters, digits, '.', '_' or '-'");
  out = *s;
}

void Value::domain(std::string& out) const {
  const auto s = string("a mail domain");
  if (!s) return;
  const auto lower = to_lower(*s);
  if (!is_domain(lower)) return error("'" + *s + "' is not a mail domain");
  out = lower;
}

void Value::domains(std::vector<std::string>& out, bool patterns) const {
  each("mail domains", [&](const Value& v) {
    const auto* s = v.node_.as_string();
    if (s == nullptr) return v.error("a mail domain must be a string");
    const auto lower = to_lower(s->get());
    std::string_view bare = lower;
    if (patterns && bare.starts_with('.')) bare.remove_prefix(1);
    if (!(patterns && lower == "*") && !is_domain(bare)) return v.error("'" + s->get() + "' is not a mail domain");
    if (std::find(out.begin(), out.end(), lower) != out.end()) return v.error("'" + lower + "' is given twice");
    out.push_back(lower);
  });
}

void Value::names(std::vector<std::string>& out) const {
  each("names", [&](const Value& v) {
    const auto* s = v.node_.as_string();
    if (s == nullptr || !is_name(s->get()))
      return v.error("a name must be a string of letters, digits, '.', '_' or '-'");
    if (std::find(out.begin(), out.end(), s->get()) != out.end()) return v.error("'" + s->get() + "' is given twice");
    out.push_back(s->get());
  });
}

void Value::choice(std::span<const std::string_view> words, std::string& out) const {
  std::string list;
  for (const auto w : words) list += (list.empty() ? "" : ", ") + std::string(w);
  const auto s = string("one of " + list);
  if (!s) return;
  if (std::find(words.begin(), words.end(), *s) == words.end())
    return error(std::string(key()) + " must be one of " + list + ", not '" + *s + "'" +
                 did_you_mean(*s, {words.begin(), words.end()}));
  out = *s;
}

void Value::precedence(Precedence& out) const {
  const auto s = string("a precedence");
  if (!s) return;
  if (const auto p = parse_precedence(*s)) out = *p;
  else
    error("'" + *s + "' is no precedence: override, flash, immediate, priority, routine or deferred" +
          did_you_mean(*s, {"override", "flash", "immediate", "priority", "routine", "deferred"}));
}

void Value::precedence(std::optional<Precedence>& out) const {
  Precedence p{};
  const auto before = r_.problems.size();
  precedence(p);
  if (r_.problems.size() == before) out = p;
}

void Value::size(std::uint64_t& out, std::uint64_t least, std::uint64_t most) const {
  std::optional<std::uint64_t> v;
  if (const auto* i = node_.as_integer(); i != nullptr && i->get() >= 0) v = static_cast<std::uint64_t>(i->get());
  if (const auto* s = node_.as_string()) v = parse_size(s->get());
  if (!v) return error(std::string(key()) + " must be a size in octets such as \"64k\" or \"2M\"");
  if (*v < least || *v > most)
    return error(std::string(key()) + " must be from " + std::to_string(least) + " to " + std::to_string(most) +
                 " octets");
  out = *v;
}

void Value::fraction(std::optional<double>& out, double least, double most) const {
  const auto v = node_.value<double>();  // of a whole number too
  if (node_.is_number() && v && *v >= least && *v <= most) {
    out = v;
    return;
  }
  std::ostringstream range;
  range << " must be a number from " << least << " to " << std::setprecision(10) << most;
  error(std::string(key()) + range.str());
}

void Value::rate(std::uint64_t& out) const {
  constexpr std::uint64_t fastest = 100'000'000'000;
  std::optional<std::uint64_t> v;
  if (const auto* i = node_.as_integer(); i != nullptr && i->get() >= 0) v = static_cast<std::uint64_t>(i->get());
  if (const auto* s = node_.as_string()) v = parse_size(s->get());
  if (!v || *v == 0 || *v > fastest)
    return error(std::string(key()) + " must be bits per second above zero, such as \"2400\" or \"64k\"");
  out = *v;
}

void Value::rates(std::vector<std::uint64_t>& out) const {
  each("rates", [&](const Value& v) {
    std::uint64_t bps = 0;
    v.rate(bps);
    if (std::find(out.begin(), out.end(), bps) != out.end())
      return v.error(std::to_string(bps) + " bit/s is given twice");
    if (bps != 0) out.push_back(bps);
  });
}

void Value::duration(Duration& out) const {
  const auto* s = node_.as_string();
  const auto v = s != nullptr ? parse_duration(s->get()) : std::nullopt;
  if (!v) return error(std::string(key()) + " must be a duration such as \"250ms\", \"2s\" or \"6h\"");
  // Clear to the program, but not to everybody who reads the file.
  const auto number = trim(s->get());
  if (*v != Duration{0} && number.find_first_not_of(".0123456789") == std::string_view::npos)
    warning(std::string(key()) + " has no unit and counts as seconds: write \"" + std::string(number) + "s\"");
  out = *v;
}

void Value::duration(std::optional<Duration>& out) const {
  constexpr Duration none{-1};  // no text gives that
  auto d = none;
  duration(d);
  if (d != none) out = d;
}

void Value::ipv4(Ipv4& out) const {
  const auto* s = node_.as_string();
  const auto v = s != nullptr ? parse_ipv4(s->get()) : std::nullopt;
  if (!v) return error(std::string(key()) + " must be an IPv4 address such as \"10.66.0.1\"");
  out = *v;
}

void Value::ipv4(std::optional<Ipv4>& out) const {
  Ipv4 a;
  const auto before = r_.problems.size();
  ipv4(a);
  if (r_.problems.size() == before) out = a;
}

void Value::s5066_address(std::optional<Ipv4>& out) const {
  // A.2.2.28.1: 4 + 8 + 8 + 8 bits; with the group bit the first number is 16 to 31.
  constexpr std::uint32_t bits = 29;
  const auto* s = node_.as_string();
  const auto v = s != nullptr ? parse_ipv4(s->get()) : std::nullopt;
  if (!v || v->value >> bits != 0)
    return error(std::string(key()) +
                 " must be a STANAG 5066 address such as \"1.2.3.4\", \"0.0.0.0\" to \"31.255.255.255\"");
  out = v;
}

void Value::pmul_id(PmulId& out) const {
  std::optional<PmulId> v;
  if (const auto* s = node_.as_string()) v = parse_pmul_id(s->get());
  if (!v || v->value == 0)
    return error(std::string(key()) + " must be an ACP 142 node id such as \"10.66.0.1\" (a string, not 0)");
  out = *v;
}

void Value::network(std::string& out) const {
  const auto s = string("a network");
  if (!s) return;
  const auto slash = s->find('/');
  const auto bits = address_bits(std::string_view(*s).substr(0, slash));
  const auto prefix = slash == std::string::npos ? bits : parse_unsigned(std::string_view(*s).substr(slash + 1));
  if (bits == 0 || !prefix || *prefix > bits)
    return error("'" + *s + "' is not a network such as \"10.1.0.0/16\" or \"::1/128\"");
  out = *s;
}

std::optional<engine::Endpoint> parse_endpoint(std::string_view text, bool unix_too) {
  engine::Endpoint e;
  if (text.starts_with("unix:")) {
    // sun_path has 108 octets with its final zero.
    if (!unix_too || text.size() < 7 || text[5] != '/' || text.size() - 5 > 107) return std::nullopt;
    e.is_unix = true;
    e.host = text.substr(5);
    return e;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_unsigned(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  e.host = host;
  const auto bits = address_bits(e.host);
  if (!port || *port > 65'535 || bits == 0 || (bits == 128) != bracketed) return std::nullopt;
  e.port = static_cast<std::uint16_t>(*port);
  return e;
}

void Value::endpoint(std::optional<engine::Endpoint>& out, bool unix_too) const {
  const auto* s = node_.as_string();
  if (s != nullptr) out = parse_endpoint(s->get(), unix_too);
  if (s == nullptr || !out)
    error(std::string(key()) + " must be ADDRESS:PORT such as \"127.0.0.1:25\" or \"[::1]:25\"" +
          (unix_too ? ", or \"unix:/path\"" : ""));
}

void Value::endpoints(std::vector<engine::Endpoint>& out) const {
  each("\"ADDRESS:PORT\"", [&](const Value& v) {
    std::optional<engine::Endpoint> e;
    v.endpoint(e, true);
    if (e) out.push_back(*e);
  });
}

std::optional<Value::NamedFile> Value::file(std::size_t most) const {
  std::string name;
  text(name);
  if (name.empty()) return std::nullopt;
  auto path = (std::filesystem::path(r_.file).parent_path() / name).string();
  auto octets = octets_of(path, most);
  if (!octets) return std::nullopt;
  return NamedFile{std::move(path), *std::move(octets)};
}

std::optional<Bytes> Value::octets_of(const std::string& path, std::size_t most) const {
  namespace fs = std::filesystem;
  const auto refuse = [this](std::string why) {
    error(std::move(why));
    return std::nullopt;
  };
  std::error_code bad;
  // Nothing that never ends: no pipe, no device.
  if (!fs::is_regular_file(path, bad)) return refuse("cannot read '" + path + "': no such file");
  const auto size = fs::file_size(path, bad);
  if (bad || size > most) return refuse("'" + path + "' is larger than " + std::to_string(most) + " octets");
  std::ifstream file(path, std::ios::binary);
  // In one piece: a vector that grows would leave copies of a key behind.
  Bytes out(static_cast<std::size_t>(size));
  file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad() || !file.is_open()) return refuse("cannot read '" + path + "'");
  return out;
}

}  // namespace longwire::config
