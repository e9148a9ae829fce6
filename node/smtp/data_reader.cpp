#include "node/smtp/data_reader.hpp"

#include "base/limits.hpp"

#include <algorithm>

namespace longwire::smtp {

std::size_t DataReader::feed(ByteView octets) {
  std::size_t used = 0;
  while (used < octets.size() && state_ == State::reading)
    used += bad_ ? skip_bad_text(octets.subspan(used)) : step(octets.subspan(used));
  return used;
}

// Handles one octet with a meaning of its own, or a run of text. Never called with no octets.
std::size_t DataReader::step(ByteView octets) {
  const auto octet = octets.front();
  switch (place_) {
    case Place::start:
      if (octet != '.') return read_text(octets);
      place_ = Place::dot;
      return 1;
    case Place::dot:
      if (octet == '\r') {
        place_ = Place::dot_cr;
        return 1;
      }
      if (octet == '\n') {
        begin_bad_text(Place::dot);
        return 0;
      }
      return read_text(octets);  // the dot was stuffed (4.5.2) and is dropped
    case Place::dot_cr:
      if (octet == '\n') {
        state_ = over_ ? State::too_big : State::complete;
        return 1;
      }
      state_ = State::bad_text;  // "CRLF . CR x" is the end for a lenient reader: answer now
      return 0;
    case Place::mid:
      return read_text(octets);
    case Place::mid_cr:
      if (octet != '\n') {
        begin_bad_text(Place::start);
        return 0;
      }
      keep(as_bytes("\r\n"));
      end_line();
      return 1;
  }
  return 0;
}

// The rest of a line, found by scanning for its LF and then for anything that must not be before it.
std::size_t DataReader::read_text(ByteView octets) {
  const auto* const begin = octets.data();
  const auto* const lf = static_cast<const std::uint8_t*>(std::memchr(begin, '\n', octets.size()));
  const auto length = lf != nullptr ? static_cast<std::size_t>(lf - begin) : octets.size();
  const auto* const cr = length > 0 ? static_cast<const std::uint8_t*>(std::memchr(begin, '\r', length)) : nullptr;
  const auto text = cr != nullptr ? static_cast<std::size_t>(cr - begin) : length;
  const bool clean = cr != nullptr ? text + 1 == length : lf == nullptr;
  if (!clean || (length > 0 && std::memchr(begin, 0, length) != nullptr)) {
    begin_bad_text(Place::mid);
    return 0;
  }
  line_ += text;
  if (lf != nullptr) {
    keep(octets.first(length + 1));
    end_line();
    return length + 1;
  }
  keep(octets.first(text));
  place_ = cr != nullptr ? Place::mid_cr : Place::mid;
  longest_line_ = std::max(longest_line_, line_);
  return length;
}

void DataReader::begin_bad_text(Place place) {
  bad_ = true;
  place_ = place;
  message_ = {};
}

// Nothing more is kept. The refusal goes out when the sender believes it has finished, be that CRLF.CRLF
// or one of the wrong forms, so that its reply is not lost in a connection reset while it still writes.
std::size_t DataReader::skip_bad_text(ByteView octets) {
  std::size_t used = 0;
  for (const auto octet : octets) {
    ++used;
    const bool line_end = octet == '\r' || octet == '\n';
    if (place_ == Place::dot && line_end) {
      state_ = State::bad_text;
      return used;
    }
    place_ = line_end ? Place::start : place_ == Place::start && octet == '.' ? Place::dot : Place::mid;
    if (++total_ > max_octets_ + limits::smtp_discarded_octets) {
      state_ = State::bad_text;
      return used;
    }
  }
  return used;
}

void DataReader::keep(ByteView octets) {
  total_ += octets.size();
  if (total_ > max_octets_) {
    if (!over_) message_ = {};
    over_ = true;
    if (total_ > max_octets_ + limits::smtp_discarded_octets) state_ = State::flooded;
    return;
  }
  message_.insert(message_.end(), octets.begin(), octets.end());
}

void DataReader::end_line() {
  longest_line_ = std::max(longest_line_, line_);
  line_ = 0;
  place_ = Place::start;
}

}  // namespace longwire::smtp
