// zlib streams (RFC 1950) in one piece, bounded.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace longwire::annexe {

// The whole of `in` must be one stream with its end and a right Adler-32. Allocates what it returns, at most
// `most` octets, and nothing of it before the stream has proved right; time is linear in input and output.
// Errors: bad_zlib, truncated_zlib, trailing_zlib, too_large; offset in `in`.
Result<Bytes> inflate_zlib(ByteView in, std::size_t most);

Bytes deflate_zlib(ByteView in);  // best level

}  // namespace longwire::annexe
