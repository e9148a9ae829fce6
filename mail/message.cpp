#include "mail/message.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::mail {

namespace {

bool is_wsp(char c) { return c == ' ' || c == '\t'; }
bool is_ftext(char c) { return c >= '!' && c <= '~' && c != ':'; }  // RFC 5322 3.6.8

// Octets of the line with its end; LF alone ends a line here too, as in every mail reader.
std::size_t line_length(std::string_view text) {
  const auto lf = text.find('\n');
  return lf == std::string_view::npos ? text.size() : lf + 1;
}

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

std::string_view field_name(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return {};
  auto name = line.substr(0, colon);
  while (!name.empty() && is_wsp(name.back())) name.remove_suffix(1);  // RFC 5322 4.5 allows space here
  return std::all_of(name.begin(), name.end(), is_ftext) ? name : std::string_view{};
}

HeaderView::HeaderView(ByteView message) {
  const auto text = as_text(message);
  const auto window = text.substr(0, limits::header_octets);
  std::size_t at = 0;
  while (at < window.size()) {
    const auto line = without_end(window.substr(at, line_length(window.substr(at))));
    const auto name = field_name(line);
    if (name.empty()) break;
    const auto value_at = at + line.find(':') + 1;
    auto end = at + line_length(window.substr(at));
    while (end < window.size() && is_wsp(window[end])) end += line_length(window.substr(end));
    // A field cut by the bound would say something its author did not.
    if (end == window.size() && window.size() < text.size() && window.back() != '\n') break;
    fields_.push_back({name, without_end(window.substr(value_at, end - value_at)), at});
    at = end;
  }
  if (text.substr(at).starts_with("\r\n")) at += 2;
  else if (text.substr(at).starts_with('\n')) at += 1;
  body_offset_ = at;
}

std::optional<std::string> HeaderView::value(std::string_view name) const {
  for (const auto& field : fields_)
    if (iequals(field.name, name)) return std::string(trim(unfold(field.raw_value)));
  return std::nullopt;
}

std::size_t HeaderView::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [name](const auto& f) { return iequals(f.name, name); }));
}

// RFC 5322 2.2.3. Every CR and LF goes, so that no value can carry one on into other text.
std::string unfold(std::string_view raw_value) {
  std::string out;
  out.reserve(raw_value.size());
  std::copy_if(raw_value.begin(), raw_value.end(), std::back_inserter(out),
               [](char c) { return c != '\r' && c != '\n'; });
  return out;
}

}  // namespace longwire::mail
