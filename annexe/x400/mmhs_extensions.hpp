// The MMHS extensions of STANAG 4406, arc id-mm, in one table (stanag4406.md 3.4).
#pragma once

#include "annexe/x400/p772.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace longwire::x400 {

inline constexpr std::string_view id_mm = "1.3.26.0.4406.0.2.";

inline constexpr int ext_acp127_notification_request = 15;
inline constexpr int ext_acp127_notification_response = 16;

// read and write are null for the two extensions that stand elsewhere than in a heading: 15 in the
// recipient-extensions, 16 in an other-notification.
struct MmhsExtensionKind {
  int number;             // last arc of the OID
  std::string_view name;  // as stanag4406.md 3.4 names it, in snake_case
  ber::Tag tag;           // of the value
  std::optional<Error> (*read)(const ber::Document& doc, std::size_t value, MmhsExtensions& into);
  bool (*write)(ber::Writer& out, const MmhsExtensions& from);  // false and nothing written: it is absent
};

std::span<const MmhsExtensionKind> mmhs_extension_kinds();  // by number
const MmhsExtensionKind* find_mmhs_extension(std::string_view oid);
std::string oid_of(const MmhsExtensionKind& kind);

}  // namespace longwire::x400
