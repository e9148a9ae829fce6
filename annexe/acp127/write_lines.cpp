#include "annexe/acp127/write_lines.hpp"

#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/date_time_group.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace longwire::acp127 {

namespace {

// One item over as many lines as it needs: those that follow begin with a space. A word longer than a line is cut.
void put_folded(std::string_view prosign, std::string_view text, const Style& style, Lines& out) {
  std::string line(prosign);
  bool fresh = prosign.empty();
  for (auto word : words(to_circuit(text))) {
    const bool fits = line.size() + 1 + word.size() <= style.line;
    const bool full = line.size() + 1 >= style.line;
    if (!fresh && (full || (!fits && word.size() < style.line))) {
      out.push_back(std::move(line));
      line.clear();
    }
    if (!std::exchange(fresh, false)) line += ' ';
    // A word longer than a line goes on in the next; a line may be full already, with the space behind its last word.
    while (line.size() + word.size() > style.line) {
      const auto room = style.line - std::min(style.line, line.size());
      out.push_back(line + word.substr(0, room));
      word.erase(0, room);
      line = " ";
    }
    line += word;
  }
  out.push_back(std::move(line));
}

void put_items(const std::vector<std::string>& items, const Style& style, Lines& out) {
  for (const auto& item : items) put_folded("", item, style, out);
}

std::string text_of(const Addressee& a) {
  if (!a.routing_indicator.empty()) return a.routing_indicator + "/" + a.plad;
  const auto slash = a.plad.find('/');
  const bool misread = slash == 0 || (slash != std::string::npos && is_routing_indicator(a.plad.substr(0, slash)));
  return (misread ? "/" : "") + a.plad;
}

// Each line has its prosign: a name such as "INFO CENTRE" must not begin one.
void put_addressees(std::string_view prosign, const std::vector<Addressee>& all, const Style& style, Lines& out) {
  for (const auto& a : all) put_folded(prosign, text_of(a), style, out);
}

}  // namespace

bool begins_other_heading_line(std::string_view line) {
  const auto rows = heading_lines();
  return std::any_of(rows.begin(), rows.end(), [line](const FormatLine& row) { return row.begins(line); }) ||
         line == end_of_message;
}

void write_start(const Message& m, const Style& style, Lines& out) {
  if (!m.channel.empty()) out.push_back("V" + std::string(start_of_message) + to_circuit(m.channel));
  put_items(m.pilots, style, out);
}

void write_routing(const Message& m, const Style& style, Lines& out) {
  const auto letter = prosign(m.precedence, style.override_as_y);
  std::string line(2, letter);
  for (const auto& indicator : m.routing) {
    if (line.size() + 1 + indicator.size() > style.line) {
      out.push_back(std::move(line));
      line.clear();
    }
    line += (line.empty() ? "" : " ") + indicator;
  }
  out.push_back(std::move(line));
}

void write_calling(const Message& m, const Style& /*style*/, Lines& out) {
  out.push_back("DE " + m.station + " " + to_circuit(m.serial) + " " + m.filing_time);
}

void write_security(const Message& m, const Style& style, Lines& out) {
  if (!m.classification.empty())
    out.push_back((m.classification[0] == 'U' ? "ZNR " : "ZNY ") + m.classification + to_circuit(m.security_suffix));
  put_items(m.instructions, style, out);
}

void write_precedence(const Message& m, const Style& style, Lines& out) {
  std::string line(1, prosign(m.action, style.override_as_y));
  if (m.info) line += std::string(" ") + prosign(*m.info, style.override_as_y);
  line += " " + m.dtg;
  put_folded(line, join(m.signals, " "), style, out);
}

void write_from(const Message& m, const Style& style, Lines& out) {
  if (m.from != Addressee{}) put_folded("FM", text_of(m.from), style, out);
}

void write_to(const Message& m, const Style& style, Lines& out) { put_addressees("TO", m.to, style, out); }
void write_info(const Message& m, const Style& style, Lines& out) { put_addressees("INFO", m.info_to, style, out); }
void write_exempted(const Message& m, const Style& style, Lines& out) { put_addressees("XMT", m.exempted, style, out); }

void write_prefix(const Message& m, const Style& style, Lines& out) {
  if (!m.accounting.empty()) put_folded("ACCT", m.accounting, style, out);
  if (m.groups) out.push_back("GR" + std::to_string(*m.groups));
  else if (m.groups_not_counted) out.emplace_back("GRNC");
}

void write_separation(const Message& /*m*/, const Style& /*style*/, Lines& out) { out.emplace_back(separation); }

std::string format_section(const Section& section) {
  const auto of = " OF " + std::to_string(section.of);
  if (section.number == section.of) return "FINAL SECTION" + of;
  return "SECTION " + std::to_string(section.number) + of;
}

void write_text_lines(const Message& m, const Style& style, Lines& out) {
  if (m.section) out.push_back(format_section(*m.section));
  std::string_view rest = m.text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = to_circuit(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    // Text that is longer than a line, or reads as the end of the text or of the message, is for people: whoever
    // needs every octet codes it (text_fields.hpp).
    if (trim(line) == separation) line = "B T";
    for (auto at = line.find(end_of_message); at != std::string::npos; at = line.find(end_of_message))
      line.insert(at + 2, " ");
    for (auto at = line.find(start_of_message); at != std::string::npos; at = line.find(start_of_message))
      line.insert(at + 2, " ");
    while (line.size() > style.line) {
      const auto space = line.rfind(' ', style.line);
      const auto cut = space == std::string::npos || space == 0 ? style.line : space;
      out.push_back(line.substr(0, cut));
      line.erase(0, cut == space ? cut + 1 : cut);
    }
    out.push_back(std::move(line));
  }
}

void write_corrections(const Message& m, const Style& style, Lines& out) {
  for (const auto& c : m.corrections) put_folded("C", c, style, out);
}

void write_validation(const Message& m, const Style& /*style*/, Lines& out) {
  if (!m.validation.empty()) out.push_back("#" + to_circuit(m.validation));
}

void write_end(const Message& /*m*/, const Style& /*style*/, Lines& out) { out.emplace_back(end_of_message); }

}  // namespace longwire::acp127
