// Files that the configuration names by a path: certificates, keys, lists of users. Their octets come into the
// Config; the node itself opens no such file.
#pragma once

#include "node/config/value.hpp"
#include "node/security/config.hpp"

#include <vector>

namespace longwire::config {

// secret: a private key or a list of users. A file that other users of the host may read is a warning.
enum class FileKind : unsigned char { open, secret };

// A path, relative ones beside the configuration file, or "credential:NAME": what systemd's LoadCredential= gives.
// Where that folder is not known (`check` run by hand) it is a warning and the octets stay empty; they also do where
// Reading::files says that nothing is to be read.
void read_file(const Value& v, FileKind kind, security::FileContent& out);
void read_file(const Value& v, security::SecretFile& out);
void read_files(const Value& v, FileKind kind, std::vector<security::FileContent>& out);
// Words of a policy, or "file:PATH".
void read_clearance(const Value& v, security::ClearanceText& out);

}  // namespace longwire::config
