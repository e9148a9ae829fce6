// Bodies: MIME entities <-> X.400 body parts (RFC 2157; stanag4406.md 6.9). Lossless where a table says so,
// otherwise in a form that maps back: FTBP, x400-bp, HARPOON for the two security multiparts.
#pragma once

#include "annexe/gateway/gateway.hpp"

#include <string>
#include <vector>

namespace longwire::gateway {

// A forwarded message has a heading of its own: the caller of the body conversion says how it is mapped.
using HeadingOf = std::function<Result<x400::Heading>(ByteView message, std::vector<std::string>& notes)>;
using HeaderOf = std::function<std::string(const x400::Heading& heading, std::vector<std::string>& notes)>;

struct MimeBody {
  std::string header;  // MIME fields with CRLF (MIME-Version included); empty: plain us-ascii text needs none
  Bytes body;          // CRLF lines
};

// The body of an RFC 5322 message (header included in `message`) as body parts. military: message/rfc822 becomes
// mm-message. Messages within messages beyond limits::forwarded_depth stay whole, as files.
// Errors: too_deep, too_many_parts, header_too_large; those of heading_of.
Result<std::vector<x400::BodyPart>> to_body_parts(ByteView message, bool military, const Settings& settings,
                                                  const HeadingOf& heading_of, std::vector<std::string>& notes);
// The heading extension (multipart-message-v2, RFC 2157 6.6) that belongs to the same message; nullopt when it is no
// multipart or multipart/mixed says nothing more. to_mime() of an Ipm reads it; no header field comes of it.
std::optional<x400::HeadingExtension> multipart_extension(ByteView message);
bool is_multipart_extension(const x400::HeadingExtension& extension);

// seed: for the choice of boundaries, so that the same message gives the same octets.
// Errors: too_deep, too_many_parts.
Result<MimeBody> to_mime(const std::vector<x400::BodyPart>& parts, std::string_view seed, const HeaderOf& header_of,
                         std::vector<std::string>& notes);
// The same of a whole message, whose heading may say which multipart it was.
Result<MimeBody> to_mime(const x400::Ipm& message, std::string_view seed, const HeaderOf& header_of,
                         std::vector<std::string>& notes);

// Content that is no IPMS (CMS-protected, unknown type) as a MIME body, and whether a MIME body is such content
// (RFC 3854 3.2, 3.5).
MimeBody opaque_to_mime(const x400::ContentType& type, ByteView content);
struct OpaqueContent {
  x400::ContentType type;
  Bytes content;
};
std::optional<OpaqueContent> opaque_of(ByteView message);

}  // namespace longwire::gateway
