#include "annexe/gateway/trace.hpp"

#include "annexe/gateway/eits.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/date.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t most_conversions = 5;  // RFC 2156 5.1.5
constexpr std::uint8_t redirected_bit = 0x80;
constexpr std::uint8_t expanded_bit = 0x40;

std::string quoted(std::string_view word) {
  std::string out = "\"";
  for (const char c : mail::clean_text(word)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string actions(const x400::TraceElement& e) {
  std::string out = e.action == x400::TraceAction::rerouted ? "Rerouted" : "Relayed";
  if ((e.other_actions & expanded_bit) != 0) out += ", Expanded";
  if ((e.other_actions & redirected_bit) != 0) out += ", Redirected";
  return out;
}

std::string line(const x400::TraceElement& e, std::string_view mta) {
  std::string out = "by " + (mta.empty() ? "" : "mta " + quoted(mta) + " in ") + to_text(e.domain) + ';';
  if (e.deferred) out += " deferred until " + format_rfc5322(*e.deferred) + ';';
  if (e.converted && !is_empty(*e.converted)) out += " converted (" + format_eits(*e.converted) + ");";
  if (e.attempted) out += " attempted MD " + to_text(*e.attempted) + ';';
  return out + ' ' + actions(e) + "; " + format_rfc5322(e.arrival);
}

// The parts between semicolons; those inside quotes and behind "$" do not count.
std::vector<std::string_view> split_clauses(std::string_view s) {
  std::vector<std::string_view> out;
  bool in_quotes = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= s.size(); ++i) {
    if (i < s.size() && (s[i] == '\\' || s[i] == '$')) {
      ++i;
      continue;
    }
    if (i < s.size() && s[i] == '"') in_quotes = !in_quotes;
    if (i < s.size() && (s[i] != ';' || in_quotes)) continue;
    out.push_back(trim(s.substr(start, i - start)));
    start = i + 1;
    if (i == s.size()) break;
  }
  return out;
}

bool take_word(std::string_view& s, std::string_view word) {
  if (s.size() < word.size() || !iequals(s.substr(0, word.size()), word)) return false;
  if (s.size() > word.size() && s[word.size()] != ' ' && s[word.size()] != '(') return false;
  s = trim(s.substr(word.size()));
  return true;
}

std::optional<x400::GlobalDomainId> parse_domain(std::string_view text) {
  const auto name = x400::parse_or_name(trim(text));
  if (!name || name->country.empty()) return std::nullopt;
  return x400::GlobalDomainId{name->country, name->admd, name->prmd};
}

// "by [mta NAME in] domain"
bool read_by(std::string_view s, ReadTrace& out) {
  if (!take_word(s, "by")) return false;
  if (take_word(s, "mta")) {
    if (s.starts_with('"')) {
      std::size_t i = 1;
      for (; i < s.size() && s[i] != '"'; ++i) {
        if (s[i] == '\\' && i + 1 < s.size()) ++i;
        out.mta += s[i];
      }
      s = trim(s.substr(std::min(i + 1, s.size())));
    } else {
      out.mta = s.substr(0, s.find(' '));
      s = trim(s.substr(out.mta.size()));
    }
    if (!take_word(s, "in")) return false;
  }
  const auto domain = parse_domain(s);
  if (domain) out.element.domain = *domain;
  return domain.has_value();
}

bool read_actions(std::string_view s, x400::TraceElement& out) {
  while (!s.empty()) {
    const auto item = s.substr(0, s.find(','));
    s = trim(s.substr(std::min(s.size(), item.size() + 1)));
    const auto word = trim(item);
    if (iequals(word, "Rerouted")) out.action = x400::TraceAction::rerouted;
    else if (iequals(word, "Expanded")) out.other_actions |= expanded_bit;
    else if (iequals(word, "Redirected")) out.other_actions |= redirected_bit;
    else if (!iequals(word, "Relayed")) return false;
  }
  return true;
}

bool read_clause(std::string_view s, x400::TraceElement& out) {
  if (take_word(s, "deferred")) {
    if (!take_word(s, "until")) return false;
    out.deferred = mail::parse_date_field(s);
    return out.deferred.has_value();
  }
  if (take_word(s, "converted")) {
    if (s.size() < 2 || s.front() != '(' || s.back() != ')') return false;
    out.converted = parse_eits(s.substr(1, s.size() - 2));
    return true;
  }
  if (take_word(s, "attempted")) {
    if (take_word(s, "MD")) out.attempted = parse_domain(s);
    return true;
  }
  return read_actions(s, out);
}

x400::TraceElement relayed(const x400::GlobalDomainId& domain, Time when) {
  x400::TraceElement out;
  out.domain = domain;
  out.arrival = when;
  return out;
}

std::optional<Time> submission_date(const mail::HeaderView& header) {
  std::optional<Time> out;
  for (const auto name : {"Resent-Date", "Date"}) {
    for (const auto& field : header.fields()) {
      const auto date =
          iequals(field.name, name) ? mail::parse_date_field(mail::unfold(field.raw_value)) : std::nullopt;
      if (date && (!out || *date > *out)) out = date;  // the most recent Resent-Date
    }
    if (out) return out;
  }
  return out;
}

}  // namespace

std::string to_text(const x400::GlobalDomainId& domain) {
  x400::OrName name;
  name.country = domain.country;
  name.admd = domain.admd;
  name.prmd = domain.prmd;
  return x400::to_text(name);
}

std::vector<std::string> x400_received(const x400::MessageEnvelope& envelope, std::vector<std::string>& notes) {
  const auto* extension = find_extension(envelope.extensions, x400::ext_internal_trace);
  auto internal = extension != nullptr ? internal_trace_value(*extension) : std::vector<InternalTrace>{};
  if (internal.size() > limits::trace_elements) {  // each is looked for at each element of the trace
    notes.push_back("discarded: " + std::to_string(internal.size() - limits::trace_elements) +
                    " elements of the internal trace, it has more than " + std::to_string(limits::trace_elements));
    internal.resize(limits::trace_elements);
  }
  std::vector<bool> shown(internal.size());
  std::vector<std::string> out;
  for (const auto& element : envelope.trace) {
    // Where the two differ in nothing but the MTA, only the internal one is shown (5.3.7).
    std::size_t same = 0;
    while (same < internal.size() &&
           (shown[same] || internal[same].domain != element.domain || internal[same].arrival != element.arrival))
      ++same;
    out.push_back(line(element, same == internal.size() ? std::string_view{} : std::string_view(internal[same].mta)));
    if (same < internal.size()) shown[same] = true;
    // Other hops inside that domain come behind its element.
    for (std::size_t i = 0; i < internal.size(); ++i) {
      if (shown[i] || internal[i].domain != element.domain) continue;
      out.push_back(line(relayed(internal[i].domain, internal[i].arrival), internal[i].mta));
      shown[i] = true;
    }
  }
  for (std::size_t i = 0; i < internal.size(); ++i)
    if (!shown[i]) out.push_back(line(relayed(internal[i].domain, internal[i].arrival), internal[i].mta));
  std::reverse(out.begin(), out.end());
  return out;
}

std::optional<ReadTrace> parse_x400_received(std::string_view unfolded) {
  const auto clauses = split_clauses(unfolded);
  ReadTrace out;
  if (clauses.size() < 3 || !read_by(clauses.front(), out)) return std::nullopt;
  for (std::size_t i = 1; i + 1 < clauses.size(); ++i)
    if (!clauses[i].empty() && !read_clause(clauses[i], out.element)) return std::nullopt;
  const auto arrival = mail::parse_date_field(clauses.back());
  if (!arrival) return std::nullopt;
  out.element.arrival = *arrival;
  return out;
}

std::vector<x400::TraceElement> trace_of(const mail::HeaderView& header, const x400::Eits& converted,
                                         const Settings& settings, Time now) {
  std::vector<x400::TraceElement> out;
  // The first element says when the message was submitted. Its domain is ours and not the one its sender's address
  // maps to, as 5.1.6 has it: a correspondent at home there would take the message for a loop (E-09).
  if (header.count("X400-Received") == 0)
    out.push_back(relayed(settings.domain, submission_date(header).value_or(now)));
  const auto& fields = header.fields();
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    const auto value = mail::unfold(field->raw_value);
    if (iequals(field->name, "X400-Received")) {
      auto read = parse_x400_received(trim(value));
      const bool again = read && !out.empty() && out.back().domain == read->element.domain &&
                         !read->element.converted &&
                         !read->mta.empty();  // a hop inside a domain is internal trace, which is not sent on
      if (read && !again) out.push_back(std::move(read->element));
    } else if (iequals(field->name, "Received")) {
      const auto semicolon = value.rfind(';');
      const auto date = mail::parse_date_field(semicolon == std::string::npos ? "" : value.substr(semicolon + 1));
      // Of our own domain too, and not of the one the host stands for (5.1.6): a client may write any host, and a
      // domain the mail only passed by SMTP would take the message for a loop.
      if (date && (out.empty() || out.back().domain != settings.domain)) out.push_back(relayed(settings.domain, *date));
    }
  }
  auto own = relayed(settings.domain, now);
  own.converted = converted;
  own.converted->extended.emplace_back(eit_mixer);
  out.push_back(std::move(own));
  return out;
}

std::string mixer_received(const Settings& settings, Time now) {
  return "by " + mail::clean_word(settings.host) + " (MIXER Conversion following RFC 2156); " + format_rfc5322(now);
}

bool converted_too_often(const std::vector<x400::TraceElement>& trace) {
  const auto is_conversion = [](const x400::TraceElement& e) {
    return e.converted && std::find(e.converted->extended.begin(), e.converted->extended.end(), eit_mixer) !=
                              e.converted->extended.end();
  };
  return static_cast<std::size_t>(std::count_if(trace.begin(), trace.end(), is_conversion)) > most_conversions;
}

}  // namespace longwire::gateway
