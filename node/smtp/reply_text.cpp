#include "node/smtp/reply_text.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

constexpr std::size_t longest_text = limits::smtp_reply_line - 2;  // without CRLF

void append_lines(std::string& out, int code, std::string_view enhanced, std::string_view text) {
  std::size_t lines = 0;
  for (bool last = false; !last;) {
    const auto end = text.find('\n');
    last = end == std::string_view::npos || ++lines == limits::smtp_reply_lines;
    const auto start = out.size();
    out += std::to_string(code);
    out += last ? ' ' : '-';
    out += enhanced;
    if (!enhanced.empty()) out += ' ';
    const auto room = longest_text - (out.size() - start);
    for (const char c : text.substr(0, std::min(end, room))) out += c >= ' ' && c <= '~' ? c : '?';
    out += "\r\n";
    if (!last) text.remove_prefix(end + 1);
  }
}

}  // namespace

void append_reply(std::string& out, const Reply& reply) {
  if (reply.code < 200 || reply.code > 599) return append_lines(out, 451, "4.3.0", "internal error");
  const char digit = static_cast<char>('0' + reply.code / 100);
  if (digit == '3') return append_lines(out, reply.code, "", reply.text);
  std::string enhanced = reply.enhanced;
  if (enhanced.size() < 5 || enhanced.front() != digit) enhanced = std::string(1, digit) + ".0.0";
  append_lines(out, reply.code, enhanced, reply.text);
}

void append_plain_reply(std::string& out, int code, std::string_view text) { append_lines(out, code, "", text); }

}  // namespace longwire::smtp
