#include "annexe/acp127/scanner.hpp"

#include "annexe/acp127/characters.hpp"
#include "annexe/acp127/format_lines.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <utility>

namespace longwire::acp127 {

namespace {

constexpr std::size_t longest_end = 64;  // NNNN with carriage returns and fillers before it

std::string heading_form(std::string_view raw) {
  std::string text;
  for (const char c : raw)
    if (c != '\r' && c != '\n' && c != '\0' && c != '\x7f') text += c;
  return std::string(trim(to_upper(text)));
}

}  // namespace

void Scanner::feed(ByteView octets) {
  const auto text = code_ == Code::ita2 ? ita2_.take(octets) : std::string(as_text(octets));
  for (const char c : text) {
    line_ += c;
    if (c == '\n') line();
    // Teleprinters send no line end behind NNNN, and the next message may be days away.
    else if (inside_ && c == 'N' && line_.size() < longest_end && heading_form(line_) == end_of_message) line();
    else if (line_.size() >= limits::acp127_noise_octets) line();
  }
}

void Scanner::finish() {
  if (!line_.empty()) line();
  if (inside_) give("no_end");
  message_.clear();
}

std::optional<Scanned> Scanner::poll() {
  if (ready_.empty()) return std::nullopt;
  auto out = std::move(ready_.front());
  ready_.pop_front();
  return out;
}

void Scanner::line() {
  auto raw = std::exchange(line_, {});
  const auto form = heading_form(raw);
  const auto start = to_upper(raw).find(start_of_message);
  // Within a message only a line of its own is another start: a text may speak of ZCZC.
  const auto v_form = form.substr(form.starts_with('V') ? 1 : 0);
  if (start != std::string::npos && (!inside_ || v_form.starts_with(start_of_message))) {
    if (inside_) give("no_end");  // the end of the one before was lost
    const auto v = start > 0 && (raw[start - 1] == 'V' || raw[start - 1] == 'v') ? start - 1 : start;
    noise_ += v;
    message_ = raw.substr(v);
    inside_ = true;
    return;
  }
  if (!inside_) {
    inside_ = begins_routing_line(form);
    if (inside_) message_ = std::move(raw);
    else noise_ += form.size();
    return;
  }
  const bool ends = form.starts_with(end_of_message);
  if (!overlong_) message_ += raw;
  if (message_.size() > limits::acp127_message_octets) {
    overlong_ = true;
    message_.resize(limits::acp127_message_octets);
  }
  if (ends) give(overlong_ ? "too_long" : "");
}

void Scanner::give(std::string_view problem) {
  ready_.push_back({std::exchange(message_, {}), problem});
  inside_ = false;
  overlong_ = false;
}

}  // namespace longwire::acp127
