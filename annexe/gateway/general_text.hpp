// General text body parts (2.6.1.4.11) <-> text/plain with a character set (RFC 2157 6.2).
#pragma once

#include "annexe/x400/p772.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace longwire::gateway {

struct PlainText {
  std::string charset;  // "us-ascii", "iso-8859-5", "utf-8", "x-iso-6-100-101"
  Bytes octets;
};

// Text in ISO 8859-1 .. -9, ISO-2022-JP, x-iso-n-n, and UTF-8 as far as ISO 8859-1 has its characters. nullopt: it has
// no such form (another character set, characters beyond, octets 0E 0F 1B that would be read as shifts).
// Text that came as UTF-8 is written without the designation of the C1 controls, which it does not contain: so its way
// back is UTF-8 again, and a reader of ISO 2022 sees no difference.
std::optional<x400::body::General> to_general_text(std::string_view charset, ByteView text);
// nullopt: no repertoire is named and none can be guessed.
std::optional<PlainText> from_general_text(const x400::body::General& part);

// The characters of an IA5 or general text part as UTF-8, for formats with a text of their own (ACP 127, DMP, logs).
// nullopt: the part is no text, or of a character set we have no table of.
std::optional<std::string> utf8_text_of(const x400::BodyPart& part);

}  // namespace longwire::gateway
