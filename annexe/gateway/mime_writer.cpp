// Body parts to MIME (RFC 2157 2.2, 6).
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/general_text.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "base/text.hpp"
#include "mail/dsn_format.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using Parts = std::vector<x400::BodyPart>;

constexpr std::string_view rfc822_headers = "RFC-822-Headers:";

// Fields the heading, the envelope or the MIME structure make: a body part must not bring a second one (RFC 2157 2.2
// asks for a check, and whoever wrote the text could write anything).
bool belongs_to_others(std::string_view name) {
  constexpr std::array exact{"From",        "Sender",      "To",         "Cc",          "Bcc",        "Date",
                             "Message-ID",  "Subject",     "Reply-To",   "In-Reply-To", "References", "Received",
                             "Return-Path", "MT-Priority", "Importance", "Sensitivity", "Expires",    "Priority"};
  constexpr std::array prefixes{"Content-", "MIME-", "MMHS-",           "SIO-Label",  "X400-",        "Resent-",
                                "DKIM-",    "ARC-",  "Authentication-", "Delivered-", "Disposition-", "Discarded-"};
  return std::any_of(exact.begin(), exact.end(), [name](auto e) { return iequals(e, name); }) ||
         std::any_of(prefixes.begin(), prefixes.end(), [name](std::string_view p) {
           return name.size() >= p.size() && iequals(name.substr(0, p.size()), p);
         });
}

bool is_rfc822_headers(const x400::BodyPart& part) {
  const auto* text = std::get_if<x400::body::Ia5>(&part);
  if (text == nullptr || text->text.size() < rfc822_headers.size()) return false;
  return iequals(std::string_view(text->text).substr(0, rfc822_headers.size()), rfc822_headers);
}

// The fields of such a part (RFC 2156 appendix B) that may join the header.
std::string merged_fields(std::string_view text, std::vector<std::string>& notes) {
  text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  std::string out;
  const mail::HeaderView view(as_bytes(text));
  for (const auto& f : view.fields()) {
    const auto field = parse_field(std::string(trim(f.name)) + ": " + mail::unfold(f.raw_value));
    if (field && !belongs_to_others(field->name)) out += fold_field(field->name, field->value);
    else notes.push_back("discarded field of an RFC-822-Headers part: " + std::string(trim(f.name)).substr(0, 40));
  }
  if (!trim(text.substr(view.body_offset())).empty())
    notes.push_back("discarded text behind the fields of an RFC-822-Headers part");
  return out;
}

void say_encoding(Entity& entity) {
  switch (mail::body_needed(entity.body)) {
    case mail::Body::seven_bit:
      return;
    case mail::Body::eight_bit:
      entity.header += "Content-Transfer-Encoding: 8bit\r\n";
      return;
    case mail::Body::binary:
      entity.header += "Content-Transfer-Encoding: binary\r\n";
  }
}

class Writer {
 public:
  Writer(std::string_view seed, const HeaderOf& header_of, std::vector<std::string>& notes)
      : seed_(seed), header_of_(header_of), notes_(notes) {}

  Result<MimeBody> message(const Parts& parts, const std::optional<MultipartExtension>& extension, std::size_t level) {
    if (level > limits::forwarded_depth) return error("too_deep", 0, "messages within messages beyond the limit");
    const bool headers_first = parts.size() > 1 && is_rfc822_headers(parts.front());
    const std::size_t first = headers_first ? 1 : 0;
    const auto merged =
        headers_first ? merged_fields(std::get<x400::body::Ia5>(parts.front()).text, notes_) : std::string{};
    MimeBody out;
    if (parts.empty()) return out;
    auto made = parts.size() - first == 1 && !extension
                    ? entity(parts[first], true, level)
                    : multipart(parts, first, extension ? extension->subtype : std::string{}, level);
    if (!made) return made.error();
    if (!made->header.empty()) out.header = "MIME-Version: 1.0\r\n" + made->header;
    out.header += merged;
    out.body = std::move(made->body);
    return out;
  }

 private:
  Result<Entity> multipart(const Parts& parts, std::size_t first, std::string subtype, std::size_t level) {
    std::vector<Entity> entities;
    bool digest = true;
    for (std::size_t i = first; i < parts.size(); ++i) {
      if (++count_ > limits::mime_parts) return error("too_many_parts", 0, "more body parts than mail takes");
      auto made = entity(parts[i], false, level);
      if (!made) return made.error();
      digest = digest && made->header.starts_with("Content-Type: message/rfc822\r\n");
      entities.push_back(*std::move(made));
    }
    if (subtype.empty()) subtype = digest ? "digest" : "mixed";  // RFC 2157 2.2
    std::vector<std::string_view> bodies;
    for (const auto& e : entities) bodies.push_back(as_text(e.body));
    const auto boundary = mail::choose_boundary(seed_, bodies);
    Entity out;
    out.header = "Content-Type: multipart/" + subtype + ";\r\n boundary=\"" + boundary + "\"\r\n";
    ByteWriter body;
    for (const auto& e : entities) {
      body.text("--" + boundary + "\r\n" + e.header + "\r\n");
      body.bytes(e.body);
      body.text("\r\n");
    }
    body.text("--" + boundary + "--\r\n");
    out.body = body.finish();
    say_encoding(out);
    return out;
  }

  // top: the part is the whole body of a message.
  Result<Entity> entity(const x400::BodyPart& part, bool top, std::size_t level) {
    if (const auto* text = std::get_if<x400::body::Ia5>(&part)) return ia5(*text, top);
    if (const auto* text = std::get_if<x400::body::General>(&part)) {
      const auto plain = from_general_text(*text);
      return plain ? text_entity(plain->charset, plain->octets) : to_x400_bp(part);
    }
    if (const auto* bilateral = std::get_if<x400::body::Bilateral>(&part)) {
      Entity out{"Content-Type: application/octet-stream\r\n", {}};
      set_body(out, "application/octet-stream", bilateral->octets);
      return out;
    }
    if (const auto* forwarded = std::get_if<x400::body::Forwarded>(&part)) return forwarded_entity(*forwarded, level);
    if (const auto* extended = std::get_if<x400::body::Extended>(&part)) {
      if (auto file = from_file_transfer(*extended, top, notes_)) return *std::move(file);
      if (auto text = from_military(*extended)) return *std::move(text);
      if (auto mime = from_mime_body_part(*extended, top, notes_)) return *std::move(mime);
    }
    return to_x400_bp(part);
  }

  static Entity text_entity(std::string_view charset, ByteView octets) {
    Entity out;
    out.header = "Content-Type: text/plain; charset=" + std::string(charset) + "\r\n";
    set_body(out, "text/plain", octets);
    return out;
  }

  static Entity ia5(const x400::body::Ia5& part, bool top) {
    if (auto whole = from_harpoon(part.text, top)) return *std::move(whole);
    const auto octets = as_bytes(part.text);
    // RFC 2157 6.1: no MIME fields for the only part, as long as it can go as it is.
    if (top && mail::body_needed(octets) == mail::Body::seven_bit) return {{}, {octets.begin(), octets.end()}};
    const bool high = std::any_of(octets.begin(), octets.end(), [](auto o) { return o > 127; });
    return text_entity(!high ? "us-ascii" : is_utf8(part.text) ? "utf-8" : "iso-8859-1", octets);
  }

  Result<Entity> forwarded_entity(const x400::body::Forwarded& part, std::size_t level) {
    if (part.message.size() != 1) return to_x400_bp(part);
    const auto& inner = part.message.front();
    const auto extension = decode_multipart(inner.heading);
    if (extension && !extension->is_message) {
      if (level + 1 > limits::forwarded_depth) return error("too_deep", 0, "multiparts nested beyond the limit");
      return multipart(inner.body, 0, extension->subtype, level + 1);
    }
    auto body = message(inner.body, extension, level + 1);
    if (!body) return body.error();
    auto header = header_of_(inner.heading, notes_);
    if (const auto date = submission_time(part.delivery_fields);
        date && mail::HeaderView(as_bytes(header)).count("Date") == 0)
      header += "Date: " + format_rfc5322(*date) + "\r\n";
    if (part.delivered) header += "Delivery-Date: " + format_rfc5322(*part.delivered) + "\r\n";  // RFC 2157 6.5
    header += body->header + "\r\n";
    Entity out{"Content-Type: message/rfc822\r\n", to_bytes(header)};
    out.body.insert(out.body.end(), body->body.begin(), body->body.end());
    say_encoding(out);
    return out;
  }

  std::string_view seed_;
  const HeaderOf& header_of_;
  std::vector<std::string>& notes_;
  std::size_t count_ = 0;
};

}  // namespace

bool is_multipart_extension(const x400::HeadingExtension& extension) { return extension.oid == multipart_v2_oid; }

Result<MimeBody> to_mime(const std::vector<x400::BodyPart>& parts, std::string_view seed, const HeaderOf& header_of,
                         std::vector<std::string>& notes) {
  return Writer(seed, header_of, notes).message(parts, std::nullopt, 0);
}

Result<MimeBody> to_mime(const x400::Ipm& message, std::string_view seed, const HeaderOf& header_of,
                         std::vector<std::string>& notes) {
  return Writer(seed, header_of, notes).message(message.body, decode_multipart(message.heading), 0);
}

}  // namespace longwire::gateway
