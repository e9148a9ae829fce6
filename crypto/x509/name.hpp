// Names of X.501: as text, and whether two are the same.
#pragma once

#include "base/bytes.hpp"

#include <string>
#include <vector>

namespace longwire::crypto {

// RFC 4514: "CN=TEST Node CA,O=TEST Node,C=GB", the last element first; control characters and what is not UTF-8 as
// \HH. A Name that cannot be read gives its octets as "#" and hex.
std::string name_text(ByteView name);

// RFC 5280 7.1: upper and lower case, the kind of string and runs of spaces make no difference. Both are complete BER
// of a Name; one that cannot be read is the same only octet by octet.
bool same_name(ByteView a, ByteView b);
// `name` begins with all elements of `tree` (RFC 5280 4.2.1.10, directoryName).
bool name_within(ByteView name, ByteView tree);

// Values of the PKCS #9 emailAddress attribute, which RFC 8550 3 wants recognized in a subject.
std::vector<std::string> mail_addresses(ByteView name);

}  // namespace longwire::crypto
