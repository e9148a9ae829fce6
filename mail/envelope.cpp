#include "mail/envelope.hpp"

#include "base/text.hpp"

namespace longwire::mail {

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string{} : to_lower(address.substr(at + 1));
}

// rfind, because a quoted local part may hold an '@' of its own.
std::string local_part_of(std::string_view address) { return std::string(address.substr(0, address.rfind('@'))); }

}  // namespace longwire::mail
