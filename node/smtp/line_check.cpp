#include "node/smtp/line_check.hpp"

#include <algorithm>

namespace longwire::smtp {

LineFacts check_lines(ByteView text) {
  LineFacts facts;
  const auto* at = text.data();
  const auto* const end = at + text.size();
  std::uint8_t any = 0;
  for (const auto octet : text) any |= octet;  // no branch: the compiler makes vectors of it
  facts.eight_bit = (any & 0x80U) != 0;
  if (!text.empty()) facts.nul = std::memchr(at, 0, text.size()) != nullptr;
  facts.ends_with_crlf = text.empty() || (text.size() >= 2 && end[-2] == '\r' && end[-1] == '\n');

  while (at != end) {
    const auto left = static_cast<std::size_t>(end - at);
    const auto* const lf = static_cast<const std::uint8_t*>(std::memchr(at, '\n', left));
    const auto length = lf != nullptr ? static_cast<std::size_t>(lf - at) : left;
    const auto* const cr = length > 0 ? static_cast<const std::uint8_t*>(std::memchr(at, '\r', length)) : nullptr;
    const bool clean = lf != nullptr ? cr != nullptr && cr + 1 == lf : cr == nullptr;
    if (!clean) facts.bare_line_end = true;
    facts.longest_line = std::max(facts.longest_line, lf != nullptr && clean ? length - 1 : length);
    at = lf != nullptr ? lf + 1 : end;
  }
  return facts;
}

ByteView header_of(ByteView message) {
  const auto text = as_text(message);
  if (text.starts_with("\r\n")) return message.first(0);
  const auto end = text.find("\r\n\r\n");
  return end == std::string_view::npos ? message : message.first(end + 2);
}

}  // namespace longwire::smtp
