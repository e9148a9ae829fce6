// Writing one message into a Maildir so that it is there completely, once, and survives a power cut.
#pragma once

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::io {

// The pattern with {local} replaced by the part of the address before the @, in lower case. Nothing
// when that part could lead out of the folder meant ("..", "a/b", ".x") or is no usable file name.
std::optional<std::string> maildir_folder(std::string_view pattern, std::string_view address);

struct MaildirResult {
  enum class Kind : unsigned char { written, already_there, temporary, permanent } kind = Kind::written;
  std::string text;  // of the file system
};

// tmp/ -> write -> fsync -> link into new/ -> fsync of the folder. The name identifies the message:
// when new/ or cur/ has it already (we crashed after the link, before that was noted), nothing is
// written. Makes the Maildir and its parents when they are missing, for the owner alone.
MaildirResult write_maildir(const std::string& folder, const std::string& name, ByteView octets);

}  // namespace longwire::io
