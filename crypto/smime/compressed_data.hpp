// CompressedData (RFC 3274). The zlib stream itself is made and read by the caller's functions, so that one module
// alone has that library.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace longwire::crypto::smime {

struct Compressor {
  std::function<Bytes(ByteView)> deflate;                            // to a zlib stream (RFC 1950)
  std::function<Result<Bytes>(ByteView, std::size_t most)> inflate;  // errors are handed on
};

// The SEQUENCE, bare.
Bytes encode_compressed_data(std::string_view content_type, ByteView content, const Compressor& compressor);
struct Inflated {
  std::string content_type;
  Bytes content;
};
// Errors: those of ber::Document, trailing_octets, bad_cms, unsupported_algorithm, those of `inflate`.
Result<Inflated> decode_compressed_data(ByteView ber, const Compressor& compressor);

}  // namespace longwire::crypto::smime
