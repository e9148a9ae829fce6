#include "annexe/gateway/message_ids.hpp"

#include "annexe/gateway/headings.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/encoded_words.hpp"
#include "mail/mmhs_values.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t local_octets = 64;     // X.420 ub-local-ipm-identifier
constexpr std::size_t military_octets = 15;  // RFC 6477 6 d 1
constexpr std::size_t dda_octets = 128;
constexpr std::size_t dda_count = 4;
constexpr std::string_view no_overflow = "-";  // no msg-id ends so

// "MSG-ID", "MSG-ID1", ...
std::string marker_type(std::size_t part) { return std::string(id_marker) + (part == 0 ? "" : std::to_string(part)); }

x400::OrName marker(std::string_view overflow, const Settings& settings) {
  x400::OrName out;
  out.country = settings.domain.country;
  out.admd = settings.domain.admd;
  out.prmd = settings.domain.prmd;
  if (overflow.empty()) overflow = no_overflow;
  for (std::size_t at = 0; at < overflow.size() && out.domain_defined.size() < dda_count; at += dda_octets)
    out.domain_defined.emplace_back(marker_type(out.domain_defined.size()), overflow.substr(at, dda_octets));
  return out;
}

// What a marker holds; nullopt: it is somebody's name.
std::optional<std::string> overflow_of(const x400::OrName& user) {
  std::string out;
  for (std::size_t i = 0; i < user.domain_defined.size(); ++i) {
    if (user.domain_defined[i].first != marker_type(i)) return std::nullopt;
    out += user.domain_defined[i].second;
  }
  if (out.empty()) return std::nullopt;
  return out == no_overflow ? std::string() : out;
}

std::string_view without_brackets(std::string_view id) {
  id = trim(id);
  if (id.starts_with('<')) id.remove_prefix(1);
  if (id.ends_with('>')) id.remove_suffix(1);
  return id;
}

std::string unquote(std::string_view local) {
  if (local.size() < 2 || local.front() != '"' || local.back() != '"') return std::string(local);
  local = local.substr(1, local.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (local[i] == '\\' && i + 1 < local.size()) ++i;
    out += local[i];
  }
  return out;
}

// "local*/S=../../"@MHS. nullopt: it did not come from X.400.
std::optional<x400::IpmId> x400_id(std::string_view id) {
  const auto at = id.rfind('@');
  if (at == std::string_view::npos || !iequals(id.substr(at + 1), "MHS")) return std::nullopt;
  const auto local = unquote(id.substr(0, at));
  auto star = local.find("*/");
  if (star == std::string::npos && local.ends_with('*')) star = local.size() - 1;
  if (star == std::string::npos) return std::nullopt;
  x400::IpmId out{std::nullopt, local.substr(0, star)};
  if (star + 1 == local.size()) return out;
  auto user = x400::parse_or_name(std::string_view(local).substr(star + 1));
  if (!user) return std::nullopt;
  out.user = *std::move(user);
  return out;
}

x400::IpmId internet_id(std::string_view text, const Settings& settings, bool military) {
  const auto coded = printable_encode(text);
  x400::IpmId out{std::nullopt, coded.substr(0, local_octets)};
  if (military || coded.size() > local_octets)
    out.user = marker(std::string_view(coded).substr(out.local.size()), settings);
  if (military && out.local.size() < military_octets) out.local.resize(military_octets, ' ');
  return out;
}

// The Internet text of an identifier that is one; nullopt: X.400 made it.
std::optional<std::string> internet_text(const x400::IpmId& id) {
  const auto overflow = id.user ? overflow_of(*id.user) : std::string();
  if (!overflow) return std::nullopt;
  auto text = printable_decode(std::string(trim(id.local)) + *overflow);
  return text ? std::optional(*std::move(text)) : std::nullopt;
}

std::string quoted_if_needed(std::string_view local) {
  const bool atom = !local.empty() && local.front() != '.' && local.back() != '.' &&
                    local.find("..") == std::string_view::npos &&
                    local.find_first_of(" ()<>[]:;@\\,\"") == std::string_view::npos;
  if (atom) return std::string(local);
  std::string out = "\"";
  for (const char c : local) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

bool is_message_id(std::string_view s) {
  bool quoted = false;
  std::size_t at = std::string_view::npos;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c < ' ' || c > '~' || (!quoted && (c == ' ' || c == '<' || c == '>'))) return false;
    if (c == '"') quoted = !quoted;
    else if (c == '\\' && quoted) ++i;
    else if (c == '@' && !quoted) at = i;
  }
  return !quoted && at != std::string_view::npos && at > 0 && at + 1 < s.size();
}

x400::IpmId to_ipm_id(std::string_view message_id, const Settings& settings, bool military) {
  const auto id = without_brackets(message_id);
  if (auto x400 = x400_id(id)) return *std::move(x400);
  return internet_id(id, settings, military);
}

std::string to_message_id(const x400::IpmId& id, const Settings&) {
  const auto text = internet_text(id);
  if (text && is_message_id(*text) && !x400_id(*text)) return '<' + *text + '>';
  const auto local = mail::clean_text(id.local + '*' + (id.user ? x400::to_text(*id.user) : ""));
  return '<' + quoted_if_needed(local) + "@MHS>";
}

x400::IpmId to_reference(const Reference& reference, const Settings& settings, bool military) {
  // A phrase has no user (RFC 2156 4.7.3.5), in P772 neither: it is how it is known for one on the way back.
  return reference.phrase ? internet_id(reference.text, settings, false)
                          : to_ipm_id(reference.text, settings, military);
}

std::string from_reference(const x400::IpmId& id, const Settings& settings) {
  const auto text = internet_text(id);
  const bool phrase = text && !id.user && !is_message_id(*text) && !text->empty();
  return phrase ? mail::encode_phrase(mail::clean_text(*text)) : to_message_id(id, settings);
}

std::vector<Reference> parse_references(std::string_view s) {
  std::vector<Reference> out;
  while (true) {
    const auto gap = mail::skip_cfws(s);
    if (!gap || *gap == s.size()) return out;
    s.remove_prefix(*gap);
    if (s.front() == ',') {
      s.remove_prefix(1);
      continue;
    }
    if (s.front() != '<') {
      const auto end = std::min(s.find('<'), s.size());
      out.push_back({mail::decode_words(trim(s.substr(0, end))), true});
      s.remove_prefix(end);
      continue;
    }
    bool quoted = false;
    std::size_t end = 1;
    for (; end < s.size() && (quoted || s[end] != '>'); ++end) {
      if (s[end] == '"') quoted = !quoted;
      else if (s[end] == '\\' && quoted) ++end;
    }
    end = std::min(end + 1, s.size());
    out.push_back({std::string(s.substr(0, end)), false});
    s.remove_prefix(end);
  }
}

}  // namespace longwire::gateway
