// MMHS header fields (RFC 6477) and MT-Priority (RFC 6758), as far as the node acts on them.
#pragma once

#include "base/precedence.hpp"
#include "base/result.hpp"
#include "mail/message.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::mail {

struct MmhsFields {
  std::optional<Precedence> primary_precedence;  // MMHS-Primary-Precedence, for action recipients
  std::optional<Precedence> copy_precedence;     // MMHS-Copy-Precedence
  std::string message_type;  // "exercise", "operation", "project", "drill" or a number; may be empty
  std::string message_type_identifier;
  std::string subject_indicator_codes;  // as written
  std::string handling_instructions;
  std::string originator_reference;
  std::string dtg;  // MMHS-Extended-Authorisation-Info date-time
  std::string acp127_message_identifier;
  bool is_military = false;        // any RFC 6477 or 7912 field is there (RFC 6477 6)
  std::optional<int> mt_priority;  // MT-Priority field
};

// Errors: bad_mmhs_field, duplicate_mmhs_field (RFC 6477 3); offset of the field. A double or bad
// MT-Priority field is ignored (RFC 6758 3.1), not an error.
Result<MmhsFields> read_mmhs(const HeaderView& header);

}  // namespace longwire::mail
