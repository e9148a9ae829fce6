#include "base/text.hpp"
#include "mail/mime.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

// RFC 2045 5.1: token characters.
bool is_token_char(char c) {
  return c > ' ' && c <= '~' && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() {
    skip();
    return rest_.empty();
  }
  bool take(char c) {
    skip();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view token() {
    skip();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_char);
    const auto out = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(out.size());
    return out;
  }
  // A token or quoted string. Readers also take '/', ':' and the like unquoted up to the next ';' or space.
  std::optional<std::string> value() {
    skip();
    if (rest_.starts_with('"')) return quoted();
    const auto out = std::string(rest_.substr(0, rest_.find_first_of("; \t(\"")));
    rest_.remove_prefix(out.size());
    return out.empty() ? std::nullopt : std::optional(out);
  }

 private:
  std::optional<std::string> quoted() {
    std::string out;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == '"') {
        rest_.remove_prefix(i + 1);
        return out;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      out += rest_[i];
    }
    return std::nullopt;
  }
  // Spaces and comments; a comment without end swallows the rest.
  void skip() {
    std::size_t depth = 0;
    std::size_t i = 0;
    for (; i < rest_.size(); ++i) {
      if (rest_[i] == '(') ++depth;
      else if (rest_[i] == ')' && depth > 0) --depth;
      else if (rest_[i] == '\\' && depth > 0) ++i;
      else if (depth == 0 && rest_[i] != ' ' && rest_[i] != '\t') break;
    }
    rest_.remove_prefix(std::min(i, rest_.size()));
  }
  std::string_view rest_;
};

}  // namespace

std::string_view ContentType::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

std::optional<ContentType> parse_content_type(std::string_view unfolded) {
  Cursor in(unfolded);
  const auto type = in.token();
  if (type.empty() || !in.take('/')) return std::nullopt;
  const auto subtype = in.token();
  if (subtype.empty()) return std::nullopt;
  ContentType out;
  out.type = to_lower(type) + '/' + to_lower(subtype);
  // What can be read of the parameters is kept: a broken one must not hide the boundary before it.
  while (in.take(';')) {
    const auto name = in.token();
    if (name.empty()) continue;
    if (!in.take('=')) break;
    auto value = in.value();
    if (!value) break;
    out.parameters.emplace_back(to_lower(name), *std::move(value));
  }
  return out;
}

}  // namespace longwire::mail
