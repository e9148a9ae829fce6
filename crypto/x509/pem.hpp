// PEM (RFC 7468): blocks of base64 between "-----BEGIN LABEL-----" and "-----END LABEL-----".
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto {

struct PemBlock {
  std::string label;  // "CERTIFICATE"
  Bytes octets;
  std::size_t offset = 0;  // of the BEGIN line in the file
};

bool is_pem(ByteView file);  // there is a BEGIN line
// All blocks of a file in their order; text around them is explanatory (RFC 7468 2), headers inside a block are those
// of encrypted keys and refused. Errors: bad_pem with the offset of the block, too_many_blocks.
Result<std::vector<PemBlock>> read_pem(ByteView file);
std::string write_pem(std::string_view label, ByteView octets);

}  // namespace longwire::crypto
