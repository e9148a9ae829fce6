#include "base/base64.hpp"
#include "base/text.hpp"
#include "crypto/smime/entity.hpp"
#include "crypto/smime/fields.hpp"
#include "mail/base64.hpp"
#include "mail/mime.hpp"

#include <algorithm>

namespace longwire::crypto::smime {

namespace {

bool is_identity(std::string_view encoding) { return encoding == "7bit" || encoding == "8bit" || encoding == "binary"; }

// RFC 8551 3.1.3: old gateways take blanks at the end of lines away and put '>' before "From ".
bool is_fragile(std::string_view text) {
  return text.starts_with("From ") || text.find("\nFrom ") != std::string_view::npos ||
         text.find(" \r\n") != std::string_view::npos || text.find("\t\r\n") != std::string_view::npos;
}

std::string protect_from_lines(std::string quoted) {
  for (std::size_t at = 0; at < quoted.size();) {
    const auto lf = quoted.find('\n', at);
    const auto next = lf == std::string::npos ? quoted.size() : lf + 1;
    if (std::string_view(quoted).substr(at).starts_with("From ")) {
      quoted.replace(at, 1, "=46");
      at = next + 2;
    } else {
      at = next;
    }
  }
  return quoted;
}

class Canonical {
 public:
  Canonical(ByteView entity, const std::vector<mail::MimePart>& parts, bool seven_bit)
      : entity_(entity), parts_(parts), seven_bit_(seven_bit) {}

  // Parts stand in the order of the entity, parents first: what lies between the bodies of leaves is delimiters and
  // the headers of multiparts, all lines of text.
  Bytes run() {
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      const auto& part = parts_[i];
      if (part.header < at_) continue;  // inside of a multipart/signed that went as a whole
      lines_up_to(part.header);
      const bool has_children = i + 1 < parts_.size() && parts_[i + 1].parent == i && parts_[i + 1].header >= part.body;
      if (part.content_type.type == "multipart/signed") {
        append(out_, entity_.subspan(part.header, part.end - part.header));
        at_ = part.end;
      } else if (has_children) {
        put_header(part, seven_bit_ && is_identity(part.encoding) ? "7bit" : "");
      } else {
        leaf(part);
      }
    }
    lines_up_to(entity_.size());
    return std::move(out_);
  }

 private:
  void lines_up_to(std::size_t end) {
    append(out_, with_crlf(entity_.subspan(at_, end - at_)));
    at_ = end;
  }

  // encoding: the new Content-Transfer-Encoding; empty: the header stays.
  void put_header(const mail::MimePart& part, std::string_view encoding) {
    const auto header = entity_.subspan(part.header, part.body - part.header);
    at_ = part.body;
    if (encoding.empty() || encoding == part.encoding) return append(out_, with_crlf(header));
    const mail::HeaderView view(header);
    for (std::size_t i = 0; i < view.fields().size(); ++i)
      if (!iequals(view.fields()[i].name, "Content-Transfer-Encoding"))
        append_field(out_, as_text(with_crlf(as_bytes(whole_field(as_text(header), view, i)))));
    append(out_, "Content-Transfer-Encoding: " + std::string(encoding) + "\r\n\r\n");
  }

  void leaf(const mail::MimePart& part) {
    const bool is_text = part.content_type.type.starts_with("text/");
    const auto body = entity_.subspan(part.body, part.end - part.body);
    // Binary is not lines (RFC 8551 3.1.1); what is encoded is.
    const bool keep = !is_text && part.encoding == "binary";
    auto octets = keep ? Bytes(body.begin(), body.end()) : with_crlf(body);
    const bool encode =
        seven_bit_ && is_identity(part.encoding) &&
        (mail::body_needed(octets) != mail::Body::seven_bit || (is_text && is_fragile(as_text(octets))));
    if (!encode) {
      put_header(part, seven_bit_ && is_identity(part.encoding) ? "7bit" : "");
      append(out_, octets);
    } else if (is_text && mail::body_needed(octets) != mail::Body::binary) {
      put_header(part, "quoted-printable");
      append(out_, protect_from_lines(mail::quoted_printable_encode(octets, true)));
    } else {
      put_header(part, "base64");
      auto coded = base64_encode(octets, mail::encoded_line);
      // The line end in front of a delimiter is the delimiter's.
      if (part.end < entity_.size() && coded.ends_with("\r\n")) coded.resize(coded.size() - 2);
      append(out_, coded);
    }
    at_ = part.end;
  }

  ByteView entity_;
  const std::vector<mail::MimePart>& parts_;
  bool seven_bit_;
  std::size_t at_ = 0;
  Bytes out_;
};

}  // namespace

Bytes with_crlf(ByteView octets) {
  Bytes out;
  out.reserve(octets.size() + octets.size() / 32);
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (octets[i] == '\n' && (i == 0 || octets[i - 1] != '\r')) out.push_back('\r');
    out.push_back(octets[i]);
  }
  return out;
}

Bytes canonical(ByteView entity, bool seven_bit) {
  const auto parts = mail::walk_mime(entity);
  // Beyond the limits of the walk nothing is known to be text.
  if (!parts) return {entity.begin(), entity.end()};
  return Canonical(entity, *parts, seven_bit).run();
}

}  // namespace longwire::crypto::smime
