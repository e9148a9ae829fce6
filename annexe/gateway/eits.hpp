// Encoded information types: as text in header fields (RFC 2156 5.3.3.1) and of a body.
#pragma once

#include "annexe/x400/p772.hpp"

#include <string>
#include <string_view>

namespace longwire::gateway {

std::string format_eits(const x400::Eits& eits);  // "IA5-Text, 1.0.10021.7.1.0.100"
x400::Eits parse_eits(std::string_view text);     // what it does not know it leaves out
x400::Eits eits_of(const x400::Ipm& ipm);         // enclosed messages included
bool is_empty(const x400::Eits& eits);

}  // namespace longwire::gateway
