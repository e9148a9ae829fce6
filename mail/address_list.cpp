#include "mail/address_list.hpp"

#include "base/text.hpp"
#include "mail/encoded_words.hpp"

#include <algorithm>

namespace longwire::mail {

namespace {

constexpr std::size_t usual_line = 78;  // RFC 5322 2.1.1

bool is_space(char c) { return c == ' ' || c == '\t'; }
bool is_special(char c) { return c != '\0' && std::string_view("()<>[]:;@\\,.\"").find(c) != std::string_view::npos; }

// RFC 5322 lexical tokens. Each gives the octets it took, or none if there is no such token.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  std::size_t offset() const { return at_; }
  bool failed() const { return failed_; }
  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }

  // White space and comments; comments are collected. True if there was any.
  bool skip_cfws(std::vector<std::string>& comments) {
    const auto start = at_;
    while (!at_end() && !failed_) {
      if (is_space(peek())) ++at_;
      else if (peek() == '(') comments.push_back(comment());
      else break;
    }
    return at_ != start;
  }

  // The text of a quoted string, without quotes.
  std::string quoted() {
    std::string out;
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return out;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    failed_ = true;
    return out;
  }

  std::string_view atom() {
    const auto start = at_;
    while (!at_end() && !is_space(peek()) && !is_special(peek()) && peek() != '\0') ++at_;
    return text_.substr(start, at_ - start);
  }

  std::string literal() {  // "[" ... "]"
    const auto end = text_.find(']', at_);
    if (end == std::string_view::npos) {
      failed_ = true;
      return {};
    }
    std::string out(text_.substr(at_, end + 1 - at_));
    std::erase_if(out, is_space);
    at_ = end + 1;
    return out;
  }

 private:
  std::string comment() {
    std::string out;
    std::size_t depth = 0;
    for (; !at_end(); ++at_) {
      const char c = text_[at_];
      if (c == '(' && depth++ == 0) continue;
      if (c == ')' && --depth == 0) {
        ++at_;
        return decode_words(out);
      }
      if (c == '\\' && at_ + 1 < text_.size()) ++at_;
      out += text_[at_];
    }
    failed_ = true;
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

std::string quote(std::string_view local) {
  std::string out = "\"";
  for (const char c : local) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_dot_atom(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.' || s.find("..") != std::string_view::npos) return false;
  return std::none_of(s.begin(), s.end(),
                      [](char c) { return (is_special(c) && c != '.') || static_cast<unsigned char>(c) <= ' '; });
}

// Words in front of ':', '<', '@', ',' or the end: a phrase or a local part.
struct Words {
  std::string text;   // as a phrase: words with the white space between them collapsed
  std::string local;  // as a local part: words and dots joined
  bool quoted = false;
  bool any = false;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : scan_(text) {}

  Result<std::vector<HeaderAddress>> run() {
    std::vector<HeaderAddress> out;
    bool in_group = false;
    while (true) {
      HeaderAddress next;
      scan_.skip_cfws(next.comments);
      if (scan_.failed()) return fail();
      if (scan_.at_end()) break;
      if (scan_.take(',')) continue;
      if (in_group && scan_.take(';')) {
        in_group = false;
        continue;
      }
      if (!element(next)) return fail();
      const bool group = next.address.empty();
      if (group && in_group) return fail();
      in_group = in_group || group;
      out.push_back(std::move(next));
      if (group) continue;
      if (!scan_.at_end() && scan_.peek() != ',' && !(in_group && scan_.peek() == ';')) return fail();
    }
    return out;
  }

 private:
  Error fail() const { return error("bad_address_list", scan_.offset(), "no address list (RFC 5322 3.4)"); }

  Words words(std::vector<std::string>& comments) {
    Words out;
    bool gap = false;
    while (!scan_.at_end() && !scan_.failed()) {
      const char c = scan_.peek();
      std::string word;
      if (c == '"') {
        word = scan_.quoted();
        out.quoted = true;
      } else if (c == '.') {
        scan_.take('.');
        word = ".";
      } else {
        word = scan_.atom();
        if (word.empty()) break;
      }
      if (gap && out.any) out.text += ' ';
      out.text += word;
      out.local += word;
      out.any = true;
      gap = scan_.skip_cfws(comments);
    }
    return out;
  }

  // "@" domain; the local part is read already.
  bool finish(const Words& local, HeaderAddress& out) {
    std::string domain;
    if (!scan_.take('@') || !local.any) return false;
    scan_.skip_cfws(out.comments);
    if (scan_.peek() == '[') {
      domain = scan_.literal();
      scan_.skip_cfws(out.comments);
    } else {
      const auto rest = words(out.comments);
      if (rest.quoted) return false;
      domain = rest.local;
    }
    if (domain.empty() || scan_.failed()) return false;
    out.address = is_dot_atom(local.local) ? local.local : quote(local.local);
    out.address += '@' + domain;
    return true;
  }

  bool skip_route(HeaderAddress& out) {  // "@a,@b:" (RFC 5322 4.4)
    while (scan_.peek() == '@' || scan_.peek() == ',') {
      if (scan_.take(',')) {
        scan_.skip_cfws(out.comments);
        continue;
      }
      scan_.take('@');
      scan_.skip_cfws(out.comments);
      if (words(out.comments).local.empty()) return false;
      if (scan_.take(':')) {
        scan_.skip_cfws(out.comments);
        return true;
      }
    }
    return true;
  }

  // Reads up to the "," or ";" behind the address, or up to and with the ":" of a group.
  bool element(HeaderAddress& out) {
    const auto first = words(out.comments);
    if (scan_.failed()) return false;
    if (scan_.peek() == '@') return finish(first, out);
    out.name = decode_words(first.text);
    if (first.any && scan_.take(':')) return true;
    if (!scan_.take('<')) return false;
    scan_.skip_cfws(out.comments);
    if (!skip_route(out)) return false;
    const auto local = words(out.comments);
    if (!finish(local, out) || !scan_.take('>')) return false;
    scan_.skip_cfws(out.comments);
    return !scan_.failed();
  }

  Scanner scan_;
};

std::string escaped_comment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c;
  }
  return '(' + out + ')';
}

}  // namespace

Result<std::vector<HeaderAddress>> parse_address_list(std::string_view unfolded) { return Parser(unfolded).run(); }

std::string format_address(const HeaderAddress& a) {
  std::string out;
  if (a.address.empty()) {
    out = encode_phrase(a.name) + ":;";
  } else if (a.name.empty()) {
    out = a.address;
  } else {
    out = encode_phrase(a.name) + " <" + a.address + '>';
  }
  for (const auto& comment : a.comments) out += ' ' + escaped_comment(encode_words(comment));
  return out;
}

std::string fold_field(std::string_view name, std::string_view value) {
  std::string text(trim(value));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7F; },
      ' ');
  std::string out(name);
  out += ": ";
  std::size_t column = out.size();
  for (std::size_t at = 0; at < text.size();) {
    auto end = text.find_first_not_of(' ', at);
    end = text.find(' ', end == std::string::npos ? at : end);
    if (end == std::string::npos) end = text.size();
    const auto piece = std::string_view(text).substr(at, end - at);
    if (at != 0 && column + piece.size() > usual_line) {
      out += "\r\n";
      column = 0;
    }
    out += piece;
    column += piece.size();
    at = end;
  }
  return out + "\r\n";
}

}  // namespace longwire::mail
