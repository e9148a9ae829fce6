// The frame around an S_PRIMITIVE (A.2.2.2, fig A-1), for the encoder, the decoder and the stream reader.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "bearers/s5066/primitive.hpp"

#include <array>

namespace longwire::s5066 {

inline constexpr std::array<std::uint8_t, 3> preamble{0x90, 0xEB, 0x00};  // 0xEB90, low octet first; version
inline constexpr std::size_t size_at = 3;                                 // big-endian, what follows it
inline constexpr std::size_t type_at = 5;

// Octets of the frame at the start of `octets`, as soon as its size field is there.
// Errors: truncated bad_preamble bad_version bad_size.
Result<std::size_t> frame_length(ByteView octets);

// The type octet and the body of a whole frame, whose size field is right.
Result<Primitive> decode_body(ByteView frame);

}  // namespace longwire::s5066
