// A bounded walk over the MIME structure of a message (RFC 2045, RFC 2046): where each part starts and
// ends. Nothing is decoded or copied but the header values.
#pragma once

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "mail/envelope.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace longwire::mail {

// Content-Type, lower case but for parameter values. A missing or broken field reads as text/plain
// (RFC 2045 5.2).
struct ContentType {
  std::string type = "text/plain";
  std::vector<std::pair<std::string, std::string>> parameters;

  // The value of a parameter, or empty.
  std::string_view parameter(std::string_view name) const;
};
std::optional<ContentType> parse_content_type(std::string_view unfolded);

struct MimePart {
  ContentType content_type;
  std::string encoding = "7bit";  // Content-Transfer-Encoding, lower case
  std::size_t depth = 1;          // the message itself is 1
  std::size_t parent = 0;         // index; the message is its own parent
  std::size_t header = 0;         // offsets in the message
  std::size_t body = 0;
  std::size_t end = 0;  // behind the last octet of the body; the line end before a delimiter is not part of it
};

struct MimeLimits {
  std::size_t depth = limits::mime_depth;
  std::size_t parts = limits::mime_parts;
};

// Parts in the order of the message, each before its children; [0] is the message. Multiparts and unencoded
// message/rfc822 parts are entered. Lenient like mail readers: LF ends a line too, a missing last delimiter is
// no error, a multipart without boundary is a leaf. One pass, time linear in the octets times the open multiparts.
// Errors: too_deep, too_many_parts, header_too_large; offset of the part at fault.
Result<std::vector<MimePart>> walk_mime(ByteView message, MimeLimits limits = {});

// What a next hop must be able to carry: binary for NUL, bare CR or LF or lines over limits::text_line,
// eight_bit for octets above 127.
Body body_needed(ByteView octets);

}  // namespace longwire::mail
