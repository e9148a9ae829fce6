#include "mail/clean.hpp"

namespace longwire::mail {

std::string clean_text(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s) {
    if (c >= ' ' && c <= '~') out += c;
    else out += c == '\r' || c == '\n' || c == '\t' ? ' ' : '?';
  }
  return out;
}

std::string clean_word(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (const char c : s)
    if (c > ' ' && c <= '~') out += c;
  return out;
}

std::string clean_comment(std::string_view s) {
  std::string out;
  for (const char c : clean_text(s)) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace longwire::mail
