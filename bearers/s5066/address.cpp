#include "bearers/s5066/address.hpp"

namespace longwire::s5066 {

std::string to_string(Address address) { return longwire::to_string(to_bearer_address(address)); }

std::optional<Address> parse_address(std::string_view text) {
  const auto number = parse_ipv4(text);
  if (!number || number->value >> 29 != 0) return {};
  return from_bearer_address(*number);
}

}  // namespace longwire::s5066
