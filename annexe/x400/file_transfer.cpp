#include "annexe/x400/file_transfer.hpp"

#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/ipm_parts.hpp"
#include "base/text.hpp"

#include <charconv>

namespace longwire::x400::body {

namespace {

using ber::context_tag;

constexpr ber::Tag graphic_string_tag{ber::TagClass::universal, 25, false};
// The abstract syntax of unstructured-binary (ISO 8571-2).
constexpr std::string_view unstructured_binary = "1.0.8571.2.4";

// FileTransferParameters
constexpr std::uint32_t contents_type_tag = 1;
constexpr std::uint32_t environment_tag = 2;
constexpr std::uint32_t file_attributes_tag = 4;
constexpr std::uint32_t extensions_tag = 5;
// FileAttributes
constexpr std::uint32_t incomplete_pathname = 0;
constexpr std::uint32_t creation = 4;
constexpr std::uint32_t modification = 5;
constexpr std::uint32_t read_access = 6;
constexpr std::uint32_t object_size = 13;
constexpr std::uint32_t complete_pathname = 23;
// Both attribute CHOICEs: no-value-available [0], actual-values [1].
constexpr std::uint32_t actual_values = 1;

// --- reading

std::optional<int> digits(std::string_view text) {
  int out = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) return std::nullopt;
  return out;
}

// "YYYYMMDDhhmmss[.f](Z|+hhmm|-hhmm)"; without a zone it is taken as UTC.
std::optional<Time> parse_generalized(std::string_view text) {
  namespace chrono = std::chrono;
  if (text.size() < 14) return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(4, 2));
  const auto day = digits(text.substr(6, 2));
  const auto hour = digits(text.substr(8, 2));
  const auto minute = digits(text.substr(10, 2));
  const auto second = digits(text.substr(12, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const chrono::year_month_day date{chrono::year{*year}, chrono::month{static_cast<unsigned>(*month)},
                                    chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  text.remove_prefix(14);
  if (!text.empty() && (text[0] == '.' || text[0] == ',')) {
    text.remove_prefix(1);
    while (!text.empty() && text[0] >= '0' && text[0] <= '9') text.remove_prefix(1);
  }
  chrono::minutes zone{0};
  if (text.size() == 5 && (text[0] == '+' || text[0] == '-')) {
    const auto hours = digits(text.substr(1, 2));
    const auto minutes = digits(text.substr(3, 2));
    if (!hours || !minutes) return std::nullopt;
    zone = chrono::hours{*hours} + chrono::minutes{*minutes};
    if (text[0] == '-') zone = -zone;
  } else if (!text.empty() && text != "Z") {
    return std::nullopt;
  }
  return Time{chrono::sys_days{date}.time_since_epoch() + chrono::hours{*hour} + chrono::minutes{*minute} +
              chrono::seconds{*second} - zone};
}

// The value under actual-values; nothing when there is none.
template <class Read>
auto actual(Read read) {
  return [read](const ber::Document& doc, std::size_t index) -> Result<std::optional<ReadBy<Read>>> {
    const auto at = only_child(doc, index);
    if (!at) return at.error();
    const auto& tag = doc[*at].tag;
    if (tag.cls != ber::TagClass::context || tag.number != actual_values) return std::optional<ReadBy<Read>>{};
    auto value = read(doc, *at);
    if (!value) return value.error();
    return std::optional(*std::move(value));
  };
}

Result<Time> read_generalized(const ber::Document& doc, std::size_t index) {
  const auto written = text(doc, index);
  if (!written) return written.error();
  const auto time = parse_generalized(*written);
  if (!time) return error("bad_time", doc[index].offset, "no GeneralizedTime: " + *written);
  return *time;
}

Result<std::int64_t> read_integer(const ber::Document& doc, std::size_t index) { return doc.integer(index); }

Result<std::string> read_path(const ber::Document& doc, std::size_t index) {
  const auto parts = read_list(doc, index, teletex);
  if (!parts) return parts.error();
  std::string out;
  for (const auto& part : *parts) out += (out.empty() ? "" : "/") + part;
  return out;
}

std::optional<Error> read_attributes(const ber::Document& doc, std::size_t index, FileTransfer& into) {
  Fields in(doc, index);
  if (!in.optional(context_tag(incomplete_pathname, true), read_path, into.filename))
    in.optional(context_tag(complete_pathname, true), read_path, into.filename);
  in.optional(context_tag(creation, true), actual(read_generalized), into.created);
  in.optional(context_tag(modification, true), actual(read_generalized), into.modified);
  in.optional(context_tag(read_access, true), actual(read_generalized), into.read);
  in.optional(context_tag(object_size, true), actual(read_integer), into.size);
  return in.pass_over();
}

// GeneralIdentifier: registered [0] or descriptive [1]; only the first can choose a mapping.
Result<std::string> read_application(const ber::Document& doc, std::size_t index) {
  const auto at = only_child(doc, index);
  if (!at) return at.error();
  if (doc[*at].tag != context_tag(0, false)) return std::string();
  return doc.oid(*at);
}

std::optional<Error> read_environment(const ber::Document& doc, std::size_t index, FileTransfer& into) {
  Fields in(doc, index);
  in.optional(context_tag(0, true), read_application, into.application_reference);
  in.list(context_tag(3, true), teletex, into.visible);
  return in.pass_over();
}

// [1] holds a CHOICE; document-type [0] begins with the name, in FTAM under a tag of its own.
Result<std::string> read_contents_type(const ber::Document& doc, std::size_t index) {
  const auto at = only_child(doc, index);
  if (!at) return at.error();
  if (doc[*at].tag != context_tag(0, true)) return std::string();
  const auto members = doc.children(*at);
  if (members.empty()) return missing(doc, *at, "document-type-name");
  return doc.oid(members[0]);
}

Result<FileTransfer> read_parameters(const ber::Document& doc, std::size_t index) {
  Fields in(doc, index);
  FileTransfer out;
  in.optional(context_tag(contents_type_tag, true), read_contents_type, out.contents_type);
  in.constructed(context_tag(environment_tag, true),
                 [&out](const auto& d, auto i) { return read_environment(d, i, out); });
  in.constructed(context_tag(file_attributes_tag, true),
                 [&out](const auto& d, auto i) { return read_attributes(d, i, out); });
  in.list(context_tag(extensions_tag, true), read_extension, out.extensions);
  if (auto e = in.pass_over()) return *std::move(e);
  return out;
}

// One EXTERNAL: octet-aligned [1], or an OCTET STRING as single-ASN1-type [0].
Result<Bytes> read_piece(const ber::Document& doc, std::size_t index) {
  const auto members = doc.children(index);
  if (members.empty()) return missing(doc, index, "content of the file");
  const auto last = members.back();
  if (doc[last].tag.cls == ber::TagClass::context && doc[last].tag.number == 1) return doc.octet_string(last);
  if (doc[last].tag != context_tag(0, true))
    return error("bad_tag", doc[last].offset, "file content that is not octets");
  const auto inner = only_child(doc, last);
  if (!inner) return inner.error();
  return tagged(ber::octet_string_tag, [](const ber::Document& d, std::size_t i) { return d.octet_string(i); })(doc,
                                                                                                                *inner);
}

Result<Bytes> read_contents(const ber::Document& doc, std::size_t index) {
  const auto pieces = read_list(doc, index, tagged(external_tag, read_piece));
  if (!pieces) return pieces.error();
  Bytes out;
  for (const auto& piece : *pieces) out.insert(out.end(), piece.begin(), piece.end());
  return out;
}

template <class Read>
Result<ReadBy<Read>> read_sequence(ByteView ber, Read read) {
  const auto doc = ber::Document::read(ber, {limits::p772_depth, limits::ber_elements});
  if (!doc) return doc.error();
  if (doc->octets() != ber.size()) return error("trailing_octets", doc->octets(), "octets behind the file transfer");
  return tagged(ber::sequence_tag, read)(*doc, std::size_t{0});
}

// --- writing

void put_time(ber::Writer& out, std::uint32_t tag, const std::optional<Time>& time) {
  if (!time) return;
  std::string written;  // "2026-11-21T12:00:00Z" without its signs
  for (const char c : format_utc(*time))
    if (c != '-' && c != ':' && c != 'T') written += c;
  out.begin(context_tag(tag, true));
  put_text(out, context_tag(actual_values, false), written);
  out.end();
}

void put_environment(ber::Writer& out, const FileTransfer& file) {
  if (file.application_reference.empty() && file.visible.empty()) return;
  out.begin(context_tag(environment_tag, true));
  if (!file.application_reference.empty()) {
    out.begin(context_tag(0, true));
    put_oid(out, context_tag(0, false), file.application_reference);
    out.end();
  }
  if (!file.visible.empty()) {
    out.begin(context_tag(3, true));
    for (const auto& line : file.visible) put_teletex(out, graphic_string_tag, line);
    out.end();
  }
  out.end();
}

void put_attributes(ber::Writer& out, const FileTransfer& file) {
  if (file.filename.empty() && !file.created && !file.modified && !file.read && !file.size) return;
  out.begin(context_tag(file_attributes_tag, true));
  if (!file.filename.empty()) {
    out.begin(context_tag(incomplete_pathname, true));
    put_teletex(out, graphic_string_tag, file.filename);
    out.end();
  }
  put_time(out, creation, file.created);
  put_time(out, modification, file.modified);
  put_time(out, read_access, file.read);
  if (file.size) {
    out.begin(context_tag(object_size, true));
    out.integer(context_tag(actual_values, false), *file.size);
    out.end();
  }
  out.end();
}

}  // namespace

Extended make_file_transfer(const FileTransfer& file) {
  ber::Writer parameters;
  parameters.begin(ber::sequence_tag);
  if (!file.contents_type.empty()) {
    parameters.begin(context_tag(contents_type_tag, true));
    parameters.begin(context_tag(0, true));
    put_oid(parameters, {ber::TagClass::application, 14, false}, file.contents_type);
    parameters.end();
    parameters.end();
  }
  put_environment(parameters, file);
  put_attributes(parameters, file);
  put_list(parameters, context_tag(extensions_tag, true), file.extensions);
  parameters.end();
  ber::Writer data;
  data.begin(ber::sequence_tag);
  data.begin(external_tag);
  put_oid(data, ber::oid_tag, unstructured_binary);
  data.primitive(context_tag(1, false), file.contents);
  data.end();
  data.end();
  return {std::string(ep_file_transfer), parameters.finish(), std::string(et_file_transfer), data.finish()};
}

Result<FileTransfer> read_file_transfer(const Extended& part) {
  if (part.data_oid != et_file_transfer)
    return error("wrong_body_part", 0, "the data is " + part.data_oid + ", no file transfer");
  FileTransfer out;
  if (!part.parameters.empty()) {
    auto parameters = read_sequence(part.parameters, read_parameters);
    if (!parameters) return parameters.error();
    out = *std::move(parameters);
  }
  auto contents = read_sequence(part.data, read_contents);
  if (!contents) return contents.error();
  out.contents = *std::move(contents);
  return out;
}

}  // namespace longwire::x400::body
