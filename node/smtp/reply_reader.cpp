#include "node/smtp/reply_reader.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace longwire::smtp {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string printable(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return result;
}

// "2.1.0 text" gives "2.1.0"; empty when there is none (RFC 2034 4, RFC 3463 2).
std::string_view enhanced_code(std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  std::size_t parts = 1, digits = 0;
  for (const char c : word) {
    if (c == '.' && digits > 0 && parts < 3) {
      ++parts;
      digits = 0;
    } else if (!is_digit(c) || ++digits > (parts == 1 ? 1U : 3U)) {
      return {};
    }
  }
  return parts == 3 && digits > 0 ? word : std::string_view{};
}

}  // namespace

std::string ServerReply::exact() const {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool last = i + 1 == lines.size();
    text += std::to_string(code) + (last ? ' ' : '-') + lines[i];
    if (!last) text += '\n';
  }
  return text;
}

std::string ServerReply::status() const {
  const auto given = lines.empty() ? std::string_view{} : enhanced_code(lines.front());
  const char digit = static_cast<char>('0' + code / 100);
  if (!given.empty() && given.front() == digit) return std::string(given);
  return std::string(1, digit) + ".0.0";
}

std::size_t ReplyReader::feed(ByteView octets) {
  std::size_t used = 0;
  while (used < octets.size() && state_ == State::partial) {
    used += lines_.feed(octets.subspan(used));
    if (lines_.state() == LineReader::State::partial) break;
    if (lines_.state() == LineReader::State::line) add_line(lines_.line());
    else state_ = State::malformed;
  }
  return used;
}

void ReplyReader::add_line(std::string_view line) {
  state_ = State::malformed;
  octets_ += line.size();
  if (octets_ > limits::smtp_reply_octets || reply_.lines.size() >= limits::smtp_reply_lines) return;
  // Reply-code = %x32-35 %x30-35 %x30-39; the text may be missing, with or without its space.
  if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !is_digit(line[1]) || !is_digit(line[2])) return;
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return;
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (!reply_.lines.empty() && code != reply_.code) return;
  reply_.code = code;
  reply_.lines.push_back(printable(line.substr(std::min<std::size_t>(line.size(), 4))));
  state_ = line.size() > 3 && line[3] == '-' ? State::partial : State::reply;
}

ServerReply ReplyReader::take_reply() {
  state_ = State::partial;
  octets_ = 0;
  return std::exchange(reply_, {});
}

}  // namespace longwire::smtp
