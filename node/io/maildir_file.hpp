// Writing one message into a Maildir so that it is there completely, once, and survives a power cut.
#pragma once

#include "base/bytes.hpp"

#include <string>

namespace longwire::io {

struct MaildirResult {
  enum class Kind : unsigned char { written, already_there, temporary, permanent } kind = Kind::written;
  std::string text;  // of the file system
};

// tmp/ -> write -> fsync -> rename into new/ -> fsync of the folder, as node/smtp/maildir.hpp lays down.
// The name (smtp::maildir_name) identifies the delivery: when new/ or cur/ has it already, because we
// crashed between the rename and the commit that notes it, nothing is written. Makes the Maildir and its parents when
// they are missing, for the owner alone.
MaildirResult write_maildir(const std::string& folder, const std::string& name, ByteView octets);

}  // namespace longwire::io
