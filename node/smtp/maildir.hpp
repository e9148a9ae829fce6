// Naming for delivery into Maildirs; the files themselves are written by node/io.
//
// How a delivery is made so that a crash at any point neither loses nor repeats it:
//   1. dir = expand_maildir(template, recipient); create dir, dir/tmp, dir/new, dir/cur (0700) if needed.
//   2. name = maildir_name(...): the same after a restart for the same message and recipient.
//   3. If dir/new/name exists, or an entry of dir/cur for which is_delivery(entry, name): it was delivered
//      before the crash; report success.
//   4. Write dir/tmp/name.RANDOM (a file for each write alone), fsync it, rename it to dir/new/name,
//      fsync dir/new. Only then report success.
// Readers rename new/name to cur/name:2,FLAGS, which step 3 sees. A message the owner already deleted in
// the moment between rename and commit comes again; nothing can tell that from one never delivered.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace longwire::smtp {

struct MailboxPolicy {
  bool cut_plus_tag = true;  // "ops+night@..." goes to the mailbox "ops"
  bool fold_case = true;     // RFC 5321 2.4 leaves it to the final host; no two people differ by case alone
};

// The name put in place of {local}: one path component, never empty, never starting with '.', without
// '/', spaces, control characters or 8-bit octets, at most 128 octets. A quoted local part is unquoted
// first. Error: bad_local_part.
Result<std::string> mailbox_name(std::string_view address, const MailboxPolicy& policy = {});

// "/var/mail/{local}" for "Ops+night@ship.example" is "/var/mail/ops". Every {local} is replaced.
// Error: bad_local_part.
Result<std::string> expand_maildir(std::string_view path_template, std::string_view address,
                                   const MailboxPolicy& policy = {});

// "<store>.<message>_<hash of recipient>.<host>": nothing goes in that a restart could change, no time and
// no process id, so that a repeated delivery finds the file it made before. `store` tells databases apart: a
// node whose database was replaced counts messages from 1 again, and its mail must not be taken for mail
// that is there already. Octets that cannot stand in a name of a Maildir are left out.
std::string maildir_name(std::string_view store, std::uint64_t message, std::string_view recipient,
                         std::string_view host);

// Whether a directory entry is that delivery: the name itself, or with the ":2,FLAGS" of a reader.
bool is_delivery(std::string_view entry, std::string_view name);

}  // namespace longwire::smtp
