// Names of the object identifiers of CMS, as the ASN.1 modules have them, in snake_case.
#pragma once

#include <string>
#include <string_view>

namespace longwire::crypto::cms {

// Dotted where there is no name.
std::string name_of(std::string_view oid);

}  // namespace longwire::crypto::cms
