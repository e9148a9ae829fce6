#include "annexe/acp127/sections.hpp"

#include "annexe/acp127/format_lines.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::acp127 {

namespace {

std::string_view first_line(std::string_view text) { return text.substr(0, std::min(text.find('\n'), text.size())); }

std::string_view without_first_line(std::string_view text) {
  return text.substr(std::min(first_line(text).size() + 1, text.size()));
}

// Pieces of at most `most` lines.
std::vector<std::string_view> cut(std::string_view text, std::size_t most) {
  std::vector<std::string_view> out;
  std::size_t begin = 0, lines = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\n' || ++lines < most) continue;
    out.push_back(text.substr(begin, at + 1 - begin));
    begin = at + 1;
    lines = 0;
  }
  if (begin < text.size() || out.empty()) out.push_back(text.substr(begin));
  return out;
}

std::optional<std::uint64_t> serial_number(const Message& m) { return parse_unsigned(m.serial); }

}  // namespace

Result<std::vector<Message>> sections(const Message& m, const Style& style) {
  const auto lines = static_cast<std::size_t>(std::count(m.text.begin(), m.text.end(), '\n'));
  const auto most = std::max<std::size_t>(style.section_lines, 4);
  if (lines <= most) return std::vector<Message>{m};
  const auto pieces = cut(without_first_line(m.text), most - 2);  // the section line and the classification
  if (pieces.size() > limits::acp127_sections)
    return error("too_long", 0,
                 std::to_string(pieces.size()) + " sections; at most " + std::to_string(limits::acp127_sections) +
                     " can be sent");
  const auto classification = std::string(first_line(m.text)) + "\n";
  std::vector<Message> out;
  for (const auto piece : pieces) {
    auto& section = out.emplace_back(m);
    section.section = Section{static_cast<int>(out.size()), static_cast<int>(pieces.size())};
    section.text = classification + std::string(piece);
    // Corrections speak of the whole text: they end the last section.
    if (out.size() < pieces.size()) section.corrections.clear();
  }
  return out;
}

bool Reassembly::belongs(const Message& m, const Open& open) {
  const auto& other = open.parts.front().message;
  if (m.station != other.station || m.from != other.from || m.dtg != other.dtg || m.section->of != other.section->of)
    return false;
  if (m.serial == other.serial) return true;
  const auto a = serial_number(m), b = serial_number(other);
  return a && b &&
         *a - static_cast<std::uint64_t>(m.section->number) == *b - static_cast<std::uint64_t>(other.section->number);
}

Reassembly::Outcome Reassembly::add(Message m, Ticket ticket, Time now) {
  using Kind = Outcome::Kind;
  if (m.section->of == 1) {
    m.section.reset();
    return {Kind::whole, std::move(m), {ticket}};
  }
  auto at = std::find_if(open_.begin(), open_.end(), [&m](const Open& o) { return belongs(m, o); });
  if (at != open_.end()) {
    const auto same = std::find_if(at->parts.begin(), at->parts.end(),
                                   [&m](const Part& p) { return p.message.section->number == m.section->number; });
    if (same != at->parts.end()) return {same->message.text == m.text ? Kind::duplicate : Kind::conflict, {}, {}};
  }
  if (octets_ + m.text.size() > limits::acp127_section_octets) return {Kind::full, {}, {}};
  if (at == open_.end()) {
    if (open_.size() >= limits::acp127_open_messages || m.section->of > static_cast<int>(limits::acp127_sections))
      return {Kind::full, {}, {}};
    at = open_.insert(open_.end(), Open{{}, now});
  }
  octets_ += m.text.size();
  const auto of = static_cast<std::size_t>(m.section->of);
  const auto place = std::find_if(at->parts.begin(), at->parts.end(),
                                  [&m](const Part& p) { return p.message.section->number > m.section->number; });
  at->parts.insert(place, Part{std::move(m), ticket});
  if (at->parts.size() < of) return {};
  auto open = std::move(*at);
  open_.erase(at);
  for (const auto& p : open.parts) octets_ -= p.message.text.size();
  return join(std::move(open));
}

Reassembly::Outcome Reassembly::join(Open open) {
  Outcome out{Outcome::Kind::whole, open.parts.front().message, {}};
  auto& whole = out.message;
  whole.section.reset();
  whole.text.clear();
  const auto classification = std::string(first_line(open.parts.front().message.text));
  for (const auto& p : open.parts) {
    std::string_view text = p.message.text;
    if (!whole.text.empty() && first_line(text) == classification) text = without_first_line(text);
    whole.text += text;
    out.tickets.push_back(p.ticket);
  }
  whole.corrections = open.parts.back().message.corrections;
  return out;
}

std::vector<Reassembly::Incomplete> Reassembly::give_up(Time since) {
  std::vector<Incomplete> out;
  for (const auto& o : open_) {
    if (o.since >= since) continue;
    auto& lost = out.emplace_back();
    lost.what = identifier(o.parts.front().message);
    const int of = o.parts.front().message.section->of;
    auto part = o.parts.begin();
    for (int n = 1; n <= of; ++n) {
      if (part != o.parts.end() && part->message.section->number == n) ++part;
      else lost.missing += (lost.missing.empty() ? "" : ", ") + std::to_string(n);
    }
    lost.missing += " of " + std::to_string(of);
    for (const auto& p : o.parts) {
      lost.tickets.push_back(p.ticket);
      octets_ -= p.message.text.size();
    }
  }
  std::erase_if(open_, [since](const Open& o) { return o.since < since; });
  return out;
}

Time Reassembly::oldest() const {
  auto out = never;
  for (const auto& o : open_) out = std::min(out, o.since);
  return out;
}

void Reassembly::forget(Ticket ticket) {
  for (auto& o : open_) {
    const auto at =
        std::find_if(o.parts.begin(), o.parts.end(), [ticket](const Part& p) { return p.ticket == ticket; });
    if (at == o.parts.end()) continue;
    octets_ -= at->message.text.size();
    o.parts.erase(at);
  }
  std::erase_if(open_, [](const Open& o) { return o.parts.empty(); });
}

}  // namespace longwire::acp127
