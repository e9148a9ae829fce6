// Whether the names of a certificate lie within the constraints of a CA above it (RFC 5280 4.2.1.10).
#pragma once

#include "crypto/x509/certificate.hpp"

#include <optional>
#include <string>

namespace longwire::crypto {

// nullopt: they do. Otherwise the first name that does not, for the operator.
std::optional<std::string> name_outside(const Certificate& certificate, const NameConstraints& constraints);

}  // namespace longwire::crypto
