// MIME to body parts (RFC 2157 2.1, 6).
#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/general_text.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "base/text.hpp"
#include "mail/base64.hpp"
#include "mail/date.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using mail::MimePart;
using Parts = std::vector<x400::BodyPart>;

constexpr std::string_view octet_stream = "application/octet-stream";
constexpr std::string_view x_ftbp = "application/x-ftbp.";

// RFC 2157 7.1, 7.3, 7.4: these lose their meaning when they are taken apart.
bool is_kept_whole(std::string_view type) {
  return type == "multipart/signed" || type == "multipart/encrypted" || type == "message/external-body";
}

bool is_ascii(ByteView octets) {
  return std::all_of(octets.begin(), octets.end(), [](auto o) { return o < 128; });
}

// Character sets whose first half is ASCII: a text that stays in it is IA5 whatever the label says.
bool extends_ascii(std::string_view charset) {
  constexpr std::array prefixes{"us-ascii", "utf-8", "iso-8859-", "windows-125", "koi8-", "unknown-8bit"};
  return std::any_of(prefixes.begin(), prefixes.end(), [charset](const char* p) { return charset.starts_with(p); });
}

std::uint64_t fingerprint(ByteView octets) {  // FNV-1a
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const auto o : octets) hash = (hash ^ o) * 0x100000001B3;
  return hash;
}

// The extension for a message whose outermost part this is; nothing where the way back makes the same without it.
std::optional<x400::HeadingExtension> extension_for(const std::vector<MimePart>& parts, std::size_t index) {
  const auto& type = parts[index].content_type;
  if (!type.type.starts_with("multipart/") || is_kept_whole(type.type)) return std::nullopt;
  std::size_t children = 0;
  bool all_messages = true;
  for (std::size_t i = index + 1; i < parts.size(); ++i) {
    if (parts[i].parent != index) continue;
    ++children;
    all_messages = all_messages && parts[i].content_type.type == "message/rfc822";
  }
  const auto subtype = multipart_subtype(type);
  if (children == 0 || (children > 1 && subtype == (all_messages ? "digest" : "mixed"))) return std::nullopt;
  return encode_multipart({subtype, true});
}

class Reader {
 public:
  Reader(ByteView message, std::vector<MimePart> parts, bool military, const Settings& settings,
         const HeadingOf& heading_of, std::vector<std::string>& notes)
      : message_(message),
        parts_(std::move(parts)),
        military_(military),
        settings_(settings),
        heading_of_(heading_of),
        notes_(notes),
        children_(parts_.size()) {
    for (std::size_t i = 1; i < parts_.size(); ++i) children_[parts_[i].parent].push_back(i);
  }

  // level: how many messages this one stands in.
  Result<Parts> message_body(std::size_t index, std::size_t level) {
    const auto fields = fields_of_part(index);
    const auto has = [&fields](std::string_view name) { return find_field(fields, name) != nullptr; };
    Parts out;
    if (!has("MIME-Version") && !has("Content-Type") && !has("Content-Transfer-Encoding")) {
      out.push_back(plain_text(index, body_of(index), "us-ascii", {}));
      return out;
    }
    const auto& type = parts_[index].content_type.type;
    if (type.starts_with("multipart/") && !is_kept_whole(type) && !children_[index].empty())
      return multipart_body(index, level);
    auto only = part(index, true, level);
    if (!only) return only.error();
    out.push_back(*std::move(only));
    return out;
  }

 private:
  ByteView header_of(std::size_t index) const {
    return message_.subspan(parts_[index].header, parts_[index].body - parts_[index].header);
  }
  ByteView body_of(std::size_t index) const {
    return message_.subspan(parts_[index].body, parts_[index].end - parts_[index].body);
  }
  std::vector<PartField> fields_of_part(std::size_t index) const {
    return fields_of(mail::HeaderView(header_of(index)));
  }

  Result<Parts> multipart_body(std::size_t index, std::size_t level) {
    Parts out;
    for (const auto child : children_[index]) {
      auto made = part(child, false, level);
      if (!made) return made.error();
      out.push_back(*std::move(made));
    }
    return out;
  }

  // top: the part is the message, whose other fields are in its heading.
  Result<x400::BodyPart> part(std::size_t index, bool top, std::size_t level) {
    const auto& type = parts_[index].content_type.type;
    if (is_kept_whole(type)) return whole(index, top);
    const bool is_message = type == "message/rfc822" && !children_[index].empty();
    const bool is_multipart = type.starts_with("multipart/");
    if (is_message || is_multipart) {
      if (children_[index].empty() || level >= limits::forwarded_depth) return whole(index, top);
      return is_message ? forwarded_message(children_[index].front(), level + 1) : nested_multipart(index, level + 1);
    }
    return leaf(index, top, level);
  }

  Result<x400::BodyPart> forwarded_message(std::size_t index, std::size_t level) {
    const auto octets = message_.subspan(parts_[index].header, parts_[index].end - parts_[index].header);
    auto heading = heading_of_(octets, notes_);
    if (!heading) return heading.error();
    auto body = message_body(index, level);
    if (!body) return body.error();
    x400::body::Forwarded out;
    out.military = military_;
    if (auto extension = extension_for(parts_, index)) heading->extensions.push_back(*std::move(extension));
    if (const auto date = mail::HeaderView(octets).value("Date"))
      if (const auto time = mail::parse_date(*date))
        out.delivery_fields =
            encode_delivery_fields(*heading, settings_.addresses.config().or_address, military_, *time);
    out.message.push_back({*std::move(heading), *std::move(body)});
    return x400::BodyPart(std::move(out));
  }

  // RFC 2157 6.6: a message of its own that says which multipart it is.
  Result<x400::BodyPart> nested_multipart(std::size_t index, std::size_t level) {
    auto body = multipart_body(index, level);
    if (!body) return body.error();
    x400::Ipm inner;
    const auto subtype = multipart_subtype(parts_[index].content_type);
    inner.heading.this_id.user = settings_.addresses.config().or_address;
    inner.heading.this_id.local = "multipart " + std::to_string(index) + ' ' + std::to_string(fingerprint(message_));
    inner.heading.subject = multipart_subject(subtype);
    inner.heading.extensions.push_back(encode_multipart({subtype, false}));
    inner.body = *std::move(body);
    x400::body::Forwarded out;
    out.military = false;
    out.message.push_back(std::move(inner));
    return x400::BodyPart(std::move(out));
  }

  // As it stands, octet for octet; what is not 7 bit as a file (IA5 could not hold it).
  x400::BodyPart whole(std::size_t index, bool top) {
    if (auto text = to_harpoon(header_of(index), top, body_of(index))) return *std::move(text);
    return file(FileKind::mime, {}, index, top, body_of(index));
  }

  x400::BodyPart file(FileKind kind, std::string_view reference, std::size_t index, bool top, ByteView octets) {
    auto fields = fields_of_part(index);
    if (top) std::erase_if(fields, [](const PartField& f) { return !is_content_field(f.name); });
    return to_file_transfer(kind, reference, parts_[index].content_type, fields, octets);
  }

  Result<x400::BodyPart> leaf(std::size_t index, bool top, std::size_t level) {
    const auto& p = parts_[index];
    const auto raw = body_of(index);
    mail::Decoded decoded;
    if (p.encoding == "base64") decoded = mail::base64_decode(as_text(raw));
    else if (p.encoding == "quoted-printable") decoded = mail::quoted_printable_decode(as_text(raw));
    else if (p.encoding == "7bit" || p.encoding == "8bit" || p.encoding == "binary")
      decoded.octets.assign(raw.begin(), raw.end());
    else return whole(index, top);  // an encoding we do not know
    if (!decoded.clean) {
      if (is_ascii(raw)) return whole(index, top);
      notes_.push_back("repaired a part with broken " + p.encoding);
    }
    return typed(index, top, decoded.octets, level);
  }

  x400::BodyPart typed(std::size_t index, bool top, ByteView octets, std::size_t level) {
    const auto& type = parts_[index].content_type;
    if (type.type == "text/plain") return text(index, top, octets);
    if (type.type == octet_stream && settings_.files == FilesAs::bilateral) {
      note_dropped(index, top, {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"});
      return x400::body::Bilateral{{octets.begin(), octets.end()}};
    }
    if (type.type == octet_stream) return file(FileKind::unknown, {}, index, top, octets);
    if (type.type == "application/x400-bp")
      if (auto part = from_x400_bp(octets, level)) return *std::move(part);
    if (type.type.starts_with(x_ftbp)) {
      const auto oid = std::string_view(type.type).substr(x_ftbp.size());
      if (ber::Writer probe; probe.oid(ber::oid_tag, oid)) return file(FileKind::other, oid, index, top, octets);
    }
    return file(FileKind::mime, {}, index, top, octets);
  }

  x400::BodyPart text(std::size_t index, bool top, ByteView octets) {
    const auto& type = parts_[index].content_type;
    if (auto part = to_military(type, octets)) return *std::move(part);
    const auto fields = fields_of_part(index);
    const auto* disposition = find_field(fields, "Content-Disposition");
    if (disposition != nullptr && !iequals(trim(*disposition), "inline"))
      return file(FileKind::mime, {}, index, top, octets);
    auto charset = to_lower(type.parameter("charset"));
    if (charset.empty() || charset == "ascii") charset = "us-ascii";
    for (const auto& [name, value] : type.parameters)
      if (name != "charset") notes_.push_back("discarded text parameter " + name + "=" + value);
    note_dropped(
        index, top,
        {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "MIME-Version", "Content-Language"});
    return plain_text(index, octets, std::move(charset), top ? std::optional<bool>(true) : false);
  }

  // top: nothing if the message has no MIME fields at all.
  x400::BodyPart plain_text(std::size_t index, ByteView octets, std::string charset, std::optional<bool> top) {
    if (is_ascii(octets) && extends_ascii(charset) && !looks_like_header(as_text(octets))) {
      x400::body::Ia5 out;
      out.text = as_text(octets);
      return out;
    }
    // Octets beyond ASCII without a name for them: what everybody sends today, if it can be that.
    if (charset == "us-ascii" && !is_ascii(octets)) charset = is_utf8(as_text(octets)) ? "utf-8" : "unknown-8bit";
    if (!is_ascii(octets) || !extends_ascii(charset))
      if (auto general = to_general_text(charset, octets)) return *std::move(general);
    if (top && charset == to_lower(parts_[index].content_type.parameter("charset")))
      return file(FileKind::mime, {}, index, *top, octets);
    const std::vector<PartField> fields{{"Content-Type", "text/plain; charset=" + charset}};
    return to_file_transfer(FileKind::mime, {}, parts_[index].content_type, fields, octets);
  }

  void note_dropped(std::size_t index, bool top, std::initializer_list<std::string_view> known) {
    for (const auto& f : fields_of_part(index)) {
      if (top && !is_content_field(f.name)) continue;
      if (std::none_of(known.begin(), known.end(), [&f](auto name) { return iequals(f.name, name); }))
        notes_.push_back("discarded field of a body part: " + f.name);
    }
  }

  ByteView message_;
  std::vector<MimePart> parts_;
  bool military_;
  const Settings& settings_;
  const HeadingOf& heading_of_;
  std::vector<std::string>& notes_;
  std::vector<std::vector<std::size_t>> children_;
};

}  // namespace

std::optional<x400::HeadingExtension> multipart_extension(ByteView message) {
  const auto parts = mail::walk_mime(message);
  if (!parts) return std::nullopt;
  return extension_for(*parts, 0);
}

Result<std::vector<x400::BodyPart>> to_body_parts(ByteView message, bool military, const Settings& settings,
                                                  const HeadingOf& heading_of, std::vector<std::string>& notes) {
  auto parts = mail::walk_mime(message);
  if (!parts) return parts.error();
  return Reader(message, *std::move(parts), military, settings, heading_of, notes).message_body(0, 0);
}

}  // namespace longwire::gateway
