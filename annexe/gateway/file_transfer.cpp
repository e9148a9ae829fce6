// MIME parts as file transfer body parts and back (RFC 2157 2.3).
#include "annexe/x400/file_transfer.hpp"

#include "annexe/gateway/field_list.hpp"
#include "annexe/gateway/mime_entity.hpp"
#include "annexe/x400/body_parts.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/date.hpp"
#include "mail/mime_parameters.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

namespace body = x400::body;

constexpr std::string_view octet_stream = "application/octet-stream";
constexpr std::string_view x_ftbp = "application/x-ftbp.";
constexpr std::string_view unstructured_binary = "1.0.8571.5.3";

bool is_printable(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= ' ' && c < 127; });
}

struct Disposition {
  std::string kind = "attachment";
  std::vector<mail::MimeParameter> parameters;
};
std::optional<Disposition> parse_disposition(std::string_view value) {
  const auto semicolon = value.find(';');
  Disposition out;
  out.kind = to_lower(trim(value.substr(0, semicolon)));
  if (semicolon == std::string_view::npos) return out;
  auto parameters = mail::parse_parameters(value.substr(semicolon + 1));
  if (!parameters) return std::nullopt;
  out.parameters = *std::move(parameters);
  return out;
}

std::optional<Time> date_of(const Disposition& d, std::string_view name) {
  const auto* value = mail::find_parameter(d.parameters, name);
  return value == nullptr ? std::nullopt : mail::parse_date(*value);
}

void append(std::vector<std::string>& pieces, std::string_view name, std::string_view value) {
  for (auto& p : mail::format_parameter(name, value, mail::Quoting::quoted)) pieces.push_back(std::move(p));
}

std::string disposition_field(const body::FileTransfer& file) {
  std::vector<std::string> pieces{"attachment"};
  if (!file.filename.empty()) append(pieces, "filename", file.filename);
  if (file.created) append(pieces, "creation-date", format_rfc5322(*file.created));
  if (file.modified) append(pieces, "modification-date", format_rfc5322(*file.modified));
  if (file.read) append(pieces, "read-date", format_rfc5322(*file.read));
  if (file.size) pieces.push_back("size=" + std::to_string(*file.size));
  return mail::format_field("Content-Disposition", pieces);
}

bool is_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<std::uint8_t>(c) < 128; });
}

std::string on_one_line(std::string_view name, const std::vector<std::string>& pieces) {
  const auto folded = mail::format_field(name, pieces);
  return mail::unfold(folded);
}

// A field with other characters than ASCII, which IA5 has not: parameters by RFC 2231, free text by RFC 2047.
std::string in_ascii(const PartField& f, const mail::ContentType& type) {
  std::vector<std::string> pieces;
  const auto add = [&pieces](std::string_view name, std::string_view value) {
    const auto text = is_utf8(value) ? std::string(value) : from_latin1(value);
    for (auto& p : mail::format_parameter(name, text, mail::Quoting::quoted)) pieces.push_back(std::move(p));
  };
  if (iequals(f.name, "Content-Type")) {
    pieces.push_back(type.type);
    for (const auto& [name, value] : type.parameters)
      if (name == "name") add(name, value);
      else pieces.push_back(name + "=\"" + mail::clean_text(value) + '"');  // tokens by definition
    return on_one_line(f.name, pieces);
  }
  const auto d = iequals(f.name, "Content-Disposition") ? parse_disposition(f.value) : std::nullopt;
  if (!d || !is_ascii(d->kind)) return ia5_field({f.name, f.value, 0});
  pieces.push_back(d->kind);
  for (const auto& p : d->parameters) add(p.name, p.value);
  return on_one_line(f.name, pieces);
}

// True if disposition_field() gives the same again: then the field need not travel beside the attributes.
bool is_plain_attachment(const Disposition& d) {
  if (d.kind != "attachment" || d.parameters.size() > 1) return false;
  return d.parameters.empty() ||
         (d.parameters[0].name == "filename" && is_printable(d.parameters[0].value) && !d.parameters[0].value.empty());
}

// RFC 2157 3.3: what cannot be said in MIME fields but matters.
bool has_no_mime_form(const x400::body::Extended& part, const body::FileTransfer& file) {
  if (!file.contents_type.empty() && file.contents_type != unstructured_binary) return true;
  const auto data = ber::Document::read(part.data);
  if (!data || data->children(0).size() != 1) return true;
  if (part.parameters.empty()) return false;
  const auto parameters = ber::Document::read(part.parameters);
  if (!parameters) return true;
  constexpr std::uint32_t compression = 3;
  for (const auto child : parameters->children(0))
    if ((*parameters)[child].tag.cls == ber::TagClass::context && (*parameters)[child].tag.number == compression)
      return true;
  return std::any_of(file.extensions.begin(), file.extensions.end(),
                     [](const auto& e) { return e.oid != field_list_oid; });
}

std::string type_of_reference(std::string_view reference) {
  if (reference.empty() || reference == body::ftbp_unknown_attachment || reference == body::ftbp_mime_data)
    return std::string(octet_stream);
  return std::string(x_ftbp) + std::string(reference);
}

std::vector<PartField> listed_fields(const body::FileTransfer& file, bool top, std::vector<std::string>& notes) {
  std::vector<PartField> out;
  for (const auto& extension : file.extensions) {
    auto lines = decode_field_list(extension.value, notes);
    if (!lines) continue;
    for (auto& line : *lines) {
      const bool wanted = (!top || is_content_field(line.name)) && !iequals(line.name, "MIME-Version");
      if (wanted) out.push_back({std::move(line.name), std::move(line.value)});
      else notes.push_back("discarded field of a file transfer part: " + line.name.substr(0, 40));
    }
  }
  return out;
}

}  // namespace

x400::body::Extended to_file_transfer(FileKind kind, std::string_view reference, const mail::ContentType& type,
                                      const std::vector<PartField>& fields, ByteView octets) {
  body::FileTransfer file;
  file.application_reference = kind == FileKind::mime      ? body::ftbp_mime_data
                               : kind == FileKind::unknown ? body::ftbp_unknown_attachment
                                                           : reference;
  file.contents.assign(octets.begin(), octets.end());
  std::vector<std::string> kept;
  for (const auto& f : fields) {
    if (iequals(f.name, "MIME-Version")) continue;
    if (iequals(f.name, "Content-Transfer-Encoding")) {
      if (iequals(f.value, default_encoding(type.type, octets))) continue;
    } else if (iequals(f.name, "Content-Type")) {
      // The reference says it already, unless there are parameters.
      if (kind != FileKind::mime && type.parameters.empty()) continue;
    } else if (iequals(f.name, "Content-Description") && file.visible.empty() && is_printable(f.value)) {
      file.visible.push_back(f.value);
      continue;
    } else if (iequals(f.name, "Content-Disposition")) {
      if (const auto d = parse_disposition(f.value)) {
        if (const auto* name = mail::find_parameter(d->parameters, "filename")) file.filename = *name;
        file.created = date_of(*d, "creation-date");
        file.modified = date_of(*d, "modification-date");
        file.read = date_of(*d, "read-date");
        if (is_plain_attachment(*d)) continue;
      }
    }
    // The way back makes blanks of control characters: a boundary that could not be read for one would come out as one
    // that can, and a part kept whole as a multipart. What was read of the type goes instead.
    const bool as_it_stands = is_ascii(f.value) && !(iequals(f.name, "Content-Type") && has_controls(f.value));
    kept.push_back(as_it_stands ? f.name + ": " + f.value : in_ascii(f, type));
  }
  // RFC 2157 6.4: the old name parameter serves when there is no file name.
  if (file.filename.empty()) file.filename = type.parameter("name");
  if (!kept.empty()) file.extensions.push_back({std::string(field_list_oid), encode_field_list(kept)});
  return body::make_file_transfer(file);
}

std::optional<Entity> from_file_transfer(const x400::body::Extended& part, bool top, std::vector<std::string>& notes) {
  const auto file = body::read_file_transfer(part);
  if (!file || has_no_mime_form(part, *file)) return std::nullopt;
  const auto fields = listed_fields(*file, top, notes);
  Entity out;
  auto type = type_of_reference(file->application_reference);
  std::string encoding;
  const auto* content_type = find_field(fields, "Content-Type");
  if (content_type == nullptr) out.header += "Content-Type: " + type + "\r\n";
  else if (const auto parsed = mail::parse_content_type(*content_type)) type = parsed->type;
  bool disposition = false;
  for (const auto& f : fields) {
    if (iequals(f.name, "Content-Transfer-Encoding")) {
      encoding = to_lower(f.value);
      continue;
    }
    disposition = disposition || iequals(f.name, "Content-Disposition");
    out.header += fold_field(f.name, f.value);
  }
  if (!file->visible.empty() && find_field(fields, "Content-Description") == nullptr)
    out.header += fold_field("Content-Description", file->visible.front());
  for (std::size_t i = 1; i < file->visible.size(); ++i)
    notes.push_back("discarded user-visible-string of a file transfer part: " + file->visible[i]);
  const bool attributes = !file->filename.empty() || file->created || file->modified || file->read || file->size;
  // A part that came without a disposition keeps having none: its type stood in the list.
  if (!disposition && (attributes || content_type == nullptr)) out.header += disposition_field(*file);
  set_body(out, type, file->contents, encoding);
  return out;
}

}  // namespace longwire::gateway
