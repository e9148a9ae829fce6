// ByteReader and ByteWriter: big-endian octets over spans.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace longwire {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view s) { return {reinterpret_cast<const std::uint8_t*>(s.data()), s.size()}; }
inline std::string_view as_text(ByteView b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }
inline Bytes to_bytes(std::string_view s) { return {s.begin(), s.end()}; }

// Reading past the end gives zeros and sets failed(): decoders check once at the end
// of a fixed part, and no read ever leaves the span.
class ByteReader {
 public:
  explicit ByteReader(ByteView in) : in_(in) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }

  // The next n octets; an empty span (and failed()) when fewer are left.
  ByteView take(std::size_t n) {
    if (n > remaining()) {
      failed_ = true;
      at_ = in_.size();
      return {};
    }
    const auto part = in_.subspan(at_, n);
    at_ += n;
    return part;
  }
  ByteView rest() { return take(remaining()); }
  void skip(std::size_t n) { (void)take(n); }

  std::size_t offset() const { return at_; }
  std::size_t remaining() const { return in_.size() - at_; }
  bool at_end() const { return at_ == in_.size(); }
  bool failed() const { return failed_; }

 private:
  std::uint64_t number(std::size_t n) {
    std::uint64_t v = 0;
    for (const auto octet : take(n)) v = v << 8 | octet;
    return v;
  }

  ByteView in_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

class ByteWriter {
 public:
  ByteWriter() = default;
  explicit ByteWriter(std::size_t expected) { out_.reserve(expected); }

  void u8(std::uint8_t v) { out_.push_back(v); }
  void u16(std::uint16_t v) { number(v, 2); }
  void u32(std::uint32_t v) { number(v, 4); }
  void u64(std::uint64_t v) { number(v, 8); }
  void bytes(ByteView b) { out_.insert(out_.end(), b.begin(), b.end()); }
  void text(std::string_view s) { bytes(as_bytes(s)); }

  // Overwrites two octets written before, for lengths and checksums. at + 2 <= size().
  void patch_u16(std::size_t at, std::uint16_t v) {
    out_.at(at) = static_cast<std::uint8_t>(v >> 8);
    out_.at(at + 1) = static_cast<std::uint8_t>(v);
  }

  std::size_t size() const { return out_.size(); }
  ByteView view() const { return out_; }
  Bytes finish() { return std::move(out_); }

 private:
  void number(std::uint64_t v, int octets) {
    for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(v >> shift));
  }

  Bytes out_;
};

}  // namespace longwire
