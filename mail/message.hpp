// Reading and prepending to RFC 5322 header fields without touching any other octet.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::mail {

struct HeaderField {
  std::string_view name;       // as written
  std::string_view raw_value;  // behind the colon, folds included, without the last CRLF
  std::size_t offset = 0;      // of the name
};

// A view over one message; the octets must outlive it. Lenient: a line that is no field ends the
// header, as mail readers do. Bounded by limits::header_octets.
class HeaderView {
 public:
  explicit HeaderView(ByteView message);

  const std::vector<HeaderField>& fields() const { return fields_; }
  std::size_t body_offset() const { return body_offset_; }
  // The first field of that name, unfolded and trimmed.
  std::optional<std::string> value(std::string_view name) const;
  std::size_t count(std::string_view name) const;

 private:
  std::vector<HeaderField> fields_;
  std::size_t body_offset_ = 0;
};

std::string unfold(std::string_view raw_value);

// The name if the line starts a header field, else empty.
std::string_view field_name(std::string_view line);

// smtp-edge.md 7: "Received: from .. by .. with PROTO id X [for <one>] PRIORITY n; date" CRLF, folded.
struct Received {
  std::string from_name;     // EHLO name or peer name
  std::string from_address;  // "10.1.2.3", may be empty
  std::string by;
  std::string with;  // SMTP ESMTP ESMTPS ESMTPA ESMTPSA LMTP; "MULE" goes into a comment
  std::string id;
  std::string for_path;  // only when there is a single recipient
  std::optional<int> mt_priority;
  std::string date;  // RFC 5322
};
// Whatever the strings hold, the result is one field with lines within limits::text_line.
std::string format_received(const Received& r);

}  // namespace longwire::mail
