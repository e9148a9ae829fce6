#include "node/smtp/address_list.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<std::string> run() {
    while (at_ < text_.size()) step();
    end_address();
    return std::move(found_);
  }

 private:
  void step() {
    const char c = text_[at_];
    switch (c) {
      case '(':
        skip_comment();
        return;
      case '"':
        take_quoted();
        return;
      case '<':
        take_angle();
        return;
      case ',':
      case ';':
        end_address();
        break;
      case ':':
        current_.clear();
        word_ended_ = false;
        break;  // what came was the name of a group
      default:
        take(c);
    }
    ++at_;
  }

  // Blanks separate words; only the last word can be an address, those before it are a name. Blanks around
  // '@' and '.' do not count (RFC 5322 4.4 obs-addr-spec).
  void take(char c) {
    if (is_blank(c)) {
      word_ended_ = !current_.empty();
      return;
    }
    const bool joins =
        c == '@' || c == '.' || (!current_.empty() && (current_.back() == '@' || current_.back() == '.'));
    if (word_ended_ && !joins) current_.clear();
    word_ended_ = false;
    current_ += c;
  }

  void skip_comment() {
    for (int depth = 0; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\\') ++at_;
      else if (c == '(') ++depth;
      else if (c == ')' && --depth == 0) break;
    }
    ++at_;
  }

  void take_quoted() {
    take('"');  // may start a new word
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\r' || c == '\n') continue;  // folded
      current_ += c;
      if (c == '"') break;
      if (c == '\\' && at_ + 1 < text_.size()) current_ += text_[++at_];
    }
    ++at_;
  }

  // "<@route:a@b>" is a@b (RFC 5322 4.4 obs-route).
  void take_angle() {
    bool quoted = false;
    auto start = ++at_;
    for (; at_ < text_.size() && (quoted || text_[at_] != '>'); ++at_) {
      if (quoted && text_[at_] == '\\') ++at_;
      else if (text_[at_] == '"') quoted = !quoted;
      else if (text_[at_] == ':' && text_[start] == '@') start = at_ + 1;
    }
    at_ = std::min(at_, text_.size());
    current_ = text_.substr(start, at_ - start);
    ++at_;
    const auto is_fold = [](char c) { return c == '\r' || c == '\n'; };
    current_.erase(std::remove_if(current_.begin(), current_.end(), is_fold), current_.end());
    while (!current_.empty() && is_blank(current_.back())) current_.pop_back();
    while (!current_.empty() && is_blank(current_.front())) current_.erase(0, 1);
    end_address();
    skip_rest_of_item();
  }

  // Nothing behind '>' belongs to an address, up to the next ',' or ';'.
  void skip_rest_of_item() {
    while (at_ < text_.size() && text_[at_] != ',' && text_[at_] != ';') {
      if (text_[at_] == '(') skip_comment();
      else ++at_;
    }
  }

  void end_address() {
    if (is_address(current_)) found_.push_back(current_);
    current_.clear();
    word_ended_ = false;
  }

  static bool is_address(std::string_view s) {
    bool quoted = false;
    for (std::size_t i = 0; i < s.size(); ++i) {
      const char c = s[i];
      if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) return false;
      if (quoted && c == '\\') ++i;
      else if (c == '"') quoted = !quoted;
      else if (!quoted && (c == ' ' || c == '<' || c == '>')) return false;
    }
    return !s.empty() && !quoted && s.front() != '@' && s.back() != '@';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string current_;
  bool word_ended_ = false;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> addresses_in(std::string_view text) { return Scanner(text).run(); }

}  // namespace longwire::smtp
