// The Path grammar of RFC 5321 4.1.2, strict but for lengths: 4.5.3.1 asks that longer ones go
// through where possible, and encoded X.400 addresses need it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace longwire::mail {

enum class PathKind : std::uint8_t {
  reverse,  // may be <>
  forward,  // may be <Postmaster> without a domain
};

struct ParsedPath {
  std::string address;     // without brackets and source route
  std::size_t length = 0;  // octets of the path with its brackets
};

// Reads the path at the start of `text`; what follows it is not looked at. nullopt: no valid path,
// or longer than limits::path.
std::optional<ParsedPath> read_path(std::string_view text, PathKind kind);

bool is_mailbox(std::string_view address);  // Local-part "@" (Domain / address-literal)

}  // namespace longwire::mail
