// Address lists of header fields (RFC 5322 3.4, obsolete forms of 4.4 included), and folding of what is written.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

struct HeaderAddress {
  std::string name;     // phrase as UTF-8, quotes and encoded words undone
  std::string address;  // addr-spec without white space and comments; empty: a group, of which `name` is the name
  std::vector<std::string> comments;  // without the outer parentheses, encoded words undone
  friend bool operator==(const HeaderAddress&, const HeaderAddress&) = default;
};

// The mailboxes in order; a group stands in front of its members. Routes of <@a,@b:c@d> are left out, so are empty
// list elements. Errors: bad_address_list; offset of the element at fault in `unfolded`.
Result<std::vector<HeaderAddress>> parse_address_list(std::string_view unfolded);

// "a@b", "Name <a@b> (comment)", "Name:;"
std::string format_address(const HeaderAddress& address);

// One field with CRLF, folded at white space so that lines stay within 78 where they can; white space is kept, so
// that unfolding gives the value. Control characters become spaces.
std::string fold_field(std::string_view name, std::string_view value);

}  // namespace longwire::mail
