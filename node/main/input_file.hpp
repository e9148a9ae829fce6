// The input of a command that takes a file or standard input.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>

namespace longwire::commands {

// file "-": standard input. Errors: unreadable, the file named in the text.
Result<Bytes> read_octets(const std::string& file);

}  // namespace longwire::commands
