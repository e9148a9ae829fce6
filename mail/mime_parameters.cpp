#include "mail/mime_parameters.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace longwire::mail {

namespace {

constexpr std::size_t section_limit = 1000;  // label*0 .. label*999: a header field is bounded anyway
constexpr std::size_t piece_octets = 60;     // of a value on one line

bool is_token_char(char c) {
  return c > ' ' && c < 127 && std::string_view("()<>@,;:\\\"/[]?=").find(c) == std::string_view::npos;
}
// RFC 2231 7: attribute-char, for values that are percent encoded.
bool is_attribute_char(char c) { return is_token_char(c) && c != '*' && c != '\'' && c != '%'; }

// One "name*n*=value" as written.
struct Section {
  std::string name;
  std::size_t number = 0;
  bool encoded = false;
  std::string value;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Section>> run() {
    std::vector<Section> out;
    skip();
    while (at_ < text_.size()) {
      auto section = one();
      if (!section) return error("bad_parameter", at_, "no name=value");
      out.push_back(*std::move(section));
      skip();
      if (at_ == text_.size()) break;
      if (text_[at_] != ';') return error("bad_parameter", at_, "no semicolon between parameters");
      ++at_;
      skip();
    }
    return out;
  }

 private:
  std::optional<Section> one() {
    Section out;
    if (!read_name(out)) return std::nullopt;
    skip();
    if (at_ == text_.size() || text_[at_] != '=') return std::nullopt;
    ++at_;
    skip();
    if (at_ == text_.size()) return std::nullopt;
    if (text_[at_] == '"') return quoted(out.value) ? std::optional(std::move(out)) : std::nullopt;
    const auto start = at_;
    while (at_ < text_.size() && is_token_char(text_[at_])) ++at_;
    out.value = text_.substr(start, at_ - start);
    return out.value.empty() ? std::nullopt : std::optional(std::move(out));
  }

  // "name", "name*", "name*3", "name*3*"
  bool read_name(Section& out) {
    const auto start = at_;
    while (at_ < text_.size() && is_token_char(text_[at_])) ++at_;
    auto word = text_.substr(start, at_ - start);
    const auto star = word.find('*');
    out.name = to_lower(word.substr(0, star));
    if (star == std::string_view::npos) return !out.name.empty();
    word.remove_prefix(star + 1);
    out.encoded = word.empty() || word.ends_with('*');
    if (word.ends_with('*')) word.remove_suffix(1);
    if (word.empty()) return !out.name.empty();
    const auto number = parse_unsigned(word);
    if (!number || *number >= section_limit || (word.size() > 1 && word[0] == '0')) return false;
    out.number = static_cast<std::size_t>(*number);
    return !out.name.empty();
  }

  bool quoted(std::string& out) {
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    return false;
  }

  // White space and comments, which RFC 822 allows between any two tokens.
  void skip() {
    std::size_t depth = 0;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '(') ++depth;
      else if (c == ')' && depth > 0) --depth;
      else if (c == '\\' && depth > 0) ++at_;
      else if (depth == 0 && c != ' ' && c != '\t') return;
    }
    at_ = std::min(at_, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = text[i] == '%' && i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : std::nullopt;
    if (octet && octet->size() == 1) {
      out += static_cast<char>(octet->front());
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

// The sections of one parameter, in order of their numbers, put together (RFC 2231 4.1).
std::string join(std::vector<Section>& sections) {
  std::string charset;
  auto& first = sections.front().value;
  if (sections.front().encoded) {
    const auto quote = first.find('\'');
    const auto second = quote == std::string::npos ? quote : first.find('\'', quote + 1);
    if (second != std::string::npos) {
      charset = to_lower(first.substr(0, quote));
      first.erase(0, second + 1);
    }
  }
  std::string out;
  for (const auto& s : sections) out += s.encoded ? percent_decode(s.value) : s.value;
  // Character sets without a table of ours are read as their neighbour: display text, not data.
  if (charset.starts_with("iso-8859-") || charset == "windows-1252" || !is_utf8(out)) out = from_latin1(out);
  return out;
}

std::string quote(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_plain(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < 127; });
}

std::vector<std::string> encoded_pieces(std::string_view name, std::string_view utf8) {
  std::vector<std::string> values(1, "utf-8''");
  for (const char c : utf8) {
    if (values.back().size() + 3 > piece_octets) values.emplace_back();
    if (is_attribute_char(c)) {
      values.back() += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto octet = static_cast<std::uint8_t>(c);
    values.back() += {'%', digits[octet >> 4], digits[octet & 15U]};
  }
  if (values.size() == 1) return {std::string(name) + "*=" + values[0]};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < values.size(); ++i)
    out.push_back(std::string(name) + '*' + std::to_string(i) + "*=" + values[i]);
  return out;
}

}  // namespace

Result<std::vector<MimeParameter>> parse_parameters(std::string_view text) {
  auto sections = Reader(text).run();
  if (!sections) return sections.error();
  std::vector<MimeParameter> out;
  std::vector<std::vector<Section>> groups;
  for (auto& s : *sections) {
    const auto known = std::find_if(out.begin(), out.end(), [&s](const auto& p) { return p.name == s.name; });
    if (known == out.end()) {
      out.push_back({s.name, {}});
      groups.emplace_back().push_back(std::move(s));
      continue;
    }
    auto& group = groups[static_cast<std::size_t>(known - out.begin())];
    const auto same = [&s](const Section& g) { return g.number == s.number; };
    if (std::any_of(group.begin(), group.end(), same)) return error("duplicate_parameter", 0, s.name);
    group.push_back(std::move(s));
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    auto& group = groups[i];
    std::sort(group.begin(), group.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    for (std::size_t n = 0; n < group.size(); ++n)
      if (group[n].number != n) return error("bad_parameter", 0, "a piece of " + out[i].name + " is missing");
    out[i].value = join(group);
  }
  return out;
}

const std::string* find_parameter(const std::vector<MimeParameter>& list, std::string_view name) {
  for (const auto& p : list)
    if (p.name == name) return &p.value;
  return nullptr;
}

std::vector<std::string> format_parameter(std::string_view name, std::string_view utf8, Quoting quoting) {
  if (!is_plain(utf8)) return encoded_pieces(name, utf8);
  if (quoting == Quoting::token && !utf8.empty() && std::all_of(utf8.begin(), utf8.end(), is_token_char) &&
      utf8.size() <= piece_octets)
    return {std::string(name) + '=' + std::string(utf8)};
  if (utf8.size() <= piece_octets) return {std::string(name) + '=' + quote(utf8)};
  std::vector<std::string> out;
  for (std::size_t at = 0; at < utf8.size(); at += piece_octets)
    out.push_back(std::string(name) + '*' + std::to_string(at / piece_octets) + '=' +
                  quote(utf8.substr(at, piece_octets)));
  return out;
}

std::string format_field(std::string_view name, const std::vector<std::string>& pieces) {
  constexpr std::size_t wanted_line = 76;
  std::string out = std::string(name) + ':';
  std::size_t column = out.size();
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto width = pieces[i].size() + 1 + (i + 1 < pieces.size() ? 1 : 0);
    if (i > 0 && column + width > wanted_line) {
      out += "\r\n   ";
      column = 3;
    }
    out += ' ' + pieces[i];
    if (i + 1 < pieces.size()) out += ';';
    column += width;
  }
  return out + "\r\n";
}

}  // namespace longwire::mail
