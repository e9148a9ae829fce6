// A certificate for operators, and the names of what its owner's program takes.
#pragma once

#include "crypto/x509/certificate.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace longwire::security {

// {subject, issuer, serial, fingerprint, not_before, not_after, version, key{type, bits}, usage[...],
//  extended_usage[...], can[sign, encrypt], ca, addresses[...], clearances[policy...]}; text as RFC 5280 names things.
boost::json::object certificate_json(const crypto::Certificate& certificate);

// OIDs of an SMIMECapabilities in their order; none of what cannot be read.
std::vector<std::string> capability_oids(ByteView smime_capabilities);
std::string capability_name(std::string_view oid);  // "aes128-cbc"; the OID itself if it has no name here

}  // namespace longwire::security
