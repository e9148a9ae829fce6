#include "annexe/acp127/coded_text.hpp"

#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/format_lines.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::acp127 {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::size_t capitals_worth_a_lock = 3;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

std::string hex(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto octet = static_cast<unsigned char>(c);
  return {'=', digits[octet >> 4U], digits[octet & 15U]};
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

// What a reader would take for the end or the start of a message.
bool ends_with_mark(std::string_view line) {
  return line.ends_with(end_of_message) || line.ends_with(start_of_message);
}

class Encoder {
 public:
  Encoder(std::size_t width, std::size_t first) : width_(width), taken_(first) {}

  std::vector<std::string> value(std::string_view octets) {
    begin();
    hard_line(octets);
    lines_.push_back(std::move(line_));
    return std::move(lines_);
  }

  std::vector<std::string> run(std::string_view octets) {
    begin();
    while (!octets.empty()) {
      const auto end = octets.find(crlf);
      const auto text = octets.substr(0, end);
      hard_line(text);
      if (end == std::string_view::npos) {
        soft_break();
        break;
      }
      hard_break();
      octets.remove_prefix(end + crlf.size());
    }
    return std::move(lines_);
  }

 private:
  void begin() {
    constexpr std::size_t least_room = 8;
    if (taken_ + least_room > width_) soft_break();
  }

  // Word by word, so that lines break at spaces where they can.
  void hard_line(std::string_view text) {
    while (!text.empty()) {
      const auto blank = std::min(text.find(' '), text.size());
      const auto end = std::min(text.find_first_not_of(' ', blank), text.size());
      word(text.substr(0, end), end == text.size());
      text.remove_prefix(end);
    }
  }

  void word(std::string_view text, bool last) {
    const auto before_line = line_;
    const bool before_lock = lock_;
    if (put(text, last, false)) return;
    line_ = before_line;
    lock_ = before_lock;
    if (!line_.empty()) soft_break();
    put(text, last, true);
  }

  // False when it does not fit and must not be broken.
  bool put(std::string_view text, bool last, bool may_break) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      auto token = token_of(text, i);
      if (last && c == ' ' && i + 1 == text.size()) token = hex(c);
      if (line_.size() + token.size() + 1 > width_ - taken_) {  // one column is kept for a '='
        if (!may_break) return false;
        soft_break();
        token = token_of(text, i);
        if (last && c == ' ' && i + 1 == text.size()) token = hex(c);
      }
      if (token.starts_with("++")) lock_ = !lock_;
      line_ += token;
      if (!ends_with_mark(line_)) continue;
      line_.erase(line_.size() - token.size());
      if (token.starts_with("++")) lock_ = !lock_;
      // "=4E" is two columns longer; when they are not there the octet opens the next line.
      if (line_.size() + 4 > width_ - taken_) {
        if (!may_break) return false;
        soft_break();
      }
      line_ += hex(c);
    }
    return true;
  }

  std::string token_of(std::string_view text, std::size_t i) const {
    const char c = text[i];
    if (is_upper(c)) {
      if (lock_) return {c};
      return (capitals(text.substr(i)) >= capitals_worth_a_lock ? "++" : "+") + std::string(1, c);
    }
    if (is_lower(c)) return (lock_ ? "++" : "") + to_upper({&c, 1});
    const bool plain = is_circuit_character(c) && c != '+' && c != '=';
    return plain ? std::string(1, c) : hex(c);
  }

  // Capitals before the next small letter.
  static std::size_t capitals(std::string_view text) {
    std::size_t n = 0;
    for (const char c : text) {
      if (is_lower(c)) break;
      n += is_upper(c) ? 1U : 0U;
    }
    return n;
  }

  void soft_break() {
    lines_.push_back(std::move(line_) + "=");
    next_line();
  }

  void hard_break() {
    if (trim(line_) == separation) {  // a line BT ends the text: "=62T" does not
      const auto at = line_.find(separation[0]);
      line_.replace(at, 1, "=62");
    }
    lines_.push_back(std::move(line_));
    next_line();
  }

  void next_line() {
    line_.clear();
    lock_ = false;
    taken_ = 0;
  }

  std::size_t width_;
  std::size_t taken_;  // of the line at hand, by others
  std::string line_;
  bool lock_ = false;
  std::vector<std::string> lines_;
};

class Decoder {
 public:
  Result<std::string> run(const std::vector<std::string>& lines) {
    for (const auto& line : lines) {
      const auto end = line.find_last_not_of(" \t");
      if (!take(std::string_view(line).substr(0, end == std::string::npos ? 0 : end + 1)))
        return error("bad_code", at_ + wrong_,
                     "neither a letter nor two hexadecimal digits follow in \"" + line + "\"");
      at_ += line.size() + 1;
    }
    return std::move(out_);
  }

 private:
  bool take(std::string_view line) {
    bool lock = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
      wrong_ = i;
      const char c = line[i];
      if (c == '=') {
        if (i + 1 == line.size()) return true;  // the line goes on
        const int high = nibble(line[i + 1]), low = i + 2 < line.size() ? nibble(line[i + 2]) : -1;
        if (high < 0 || low < 0) return false;
        out_ += static_cast<char>(high * 16 + low);
        i += 2;
      } else if (c == '+') {
        if (++i == line.size()) return false;
        if (line[i] == '+') lock = !lock;
        else if (is_upper(line[i]) || is_lower(line[i])) letter(line[i], !lock);
        else return false;
      } else if (is_upper(c) || is_lower(c)) {
        letter(c, lock);
      } else {
        out_ += c;
      }
    }
    out_ += crlf;
    return true;
  }

  void letter(char c, bool capital) {
    if (capital) out_ += to_upper({&c, 1});
    else out_ += to_lower({&c, 1});
  }

  std::string out_;
  std::size_t at_ = 0;
  std::size_t wrong_ = 0;
};

}  // namespace

std::vector<std::string> encode_coded(std::string_view octets, std::size_t line, std::size_t first) {
  return Encoder(line, first).run(octets);
}

std::vector<std::string> encode_coded_value(std::string_view octets, std::size_t line, std::size_t first) {
  return Encoder(line, first).value(octets);
}

Result<std::string> decode_coded(const std::vector<std::string>& lines) { return Decoder().run(lines); }

bool is_plain_body(std::string_view octets, std::size_t width) {
  while (!octets.empty()) {
    const auto end = octets.find(crlf);
    if (end == std::string_view::npos) return false;
    const auto line = octets.substr(0, end);
    if (line.size() > width || !is_circuit_text(line) || line.ends_with(' ')) return false;
    if (trim(line) == separation || line.find(end_of_message) != std::string_view::npos ||
        line.find(start_of_message) != std::string_view::npos)
      return false;
    octets.remove_prefix(end + crlf.size());
  }
  return true;
}

}  // namespace longwire::acp127
