#include "node/smtp/line_reader.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::smtp {

std::size_t LineReader::feed(ByteView octets) {
  if (state_ != State::partial) {
    state_ = State::partial;
    line_.clear();
    octets_ = 0;
    last_was_cr_ = false;
  }
  if (octets.empty()) return 0;
  const auto text = as_text(octets);
  const auto lf = text.find('\n');
  const auto used = lf == std::string_view::npos ? text.size() : lf + 1;
  const bool cr_before_lf = lf == 0 ? last_was_cr_ : lf != std::string_view::npos && text[lf - 1] == '\r';
  last_was_cr_ = text[used - 1] == '\r';
  octets_ += used;
  if (octets_ <= max_octets_) line_ += text.substr(0, used);

  if (lf == std::string_view::npos) {
    if (octets_ > limits::smtp_text_line) state_ = State::endless;
  } else if (!cr_before_lf) {
    state_ = State::bare_line_end;
  } else if (octets_ > max_octets_) {
    state_ = octets_ > limits::smtp_text_line ? State::endless : State::too_long;
  } else {
    state_ = line().find('\r') == std::string_view::npos ? State::line : State::bare_line_end;
  }
  return used;
}

}  // namespace longwire::smtp
