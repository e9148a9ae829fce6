#include "annexe/gateway/field_list.hpp"

#include "base/ber_reader.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "mail/clean.hpp"
#include "mail/encoded_words.hpp"

#include <algorithm>

namespace longwire::gateway {

std::string ia5_field(const mail::HeaderField& field) {
  auto value = mail::unfold(field.raw_value);
  const auto is_ia5 = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::all_of(value.begin(), value.end(), is_ia5)) {
    const auto utf8 = is_utf8(value) ? value : from_latin1(value);
    value = ' ' + mail::encode_words(trim(utf8));
  }
  return std::string(field.name) + ':' + value;
}

std::optional<KeptField> split_field(std::string_view line) {
  const auto name = mail::field_name(line);
  if (name.empty()) return std::nullopt;
  return KeptField{std::string(name), std::string(trim(line.substr(line.find(':') + 1)))};
}

Bytes encode_field_list(const std::vector<std::string>& lines) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& line : lines) ber::put_text(out, ber::ia5_string_tag, line);
  out.end();
  return out.finish();
}

Result<std::vector<KeptField>> decode_field_list(ByteView ber, std::vector<std::string>& notes) {
  const auto doc = ber::Document::read(ber);
  if (!doc) return doc.error();
  std::vector<KeptField> out;
  for (const auto child : doc->children(0)) {
    const auto text = ber::text(*doc, child);
    if (!text) return text.error();
    // Control characters could end a line and start another field.
    auto line = *text;
    std::replace_if(
        line.begin(), line.end(),
        [](char c) {
          return (static_cast<unsigned char>(c) < ' ' && c != '\t') || static_cast<unsigned char>(c) >= 0x7F;
        },
        ' ');
    if (auto field = split_field(line)) out.push_back(*std::move(field));
    else notes.push_back("discarded from rfc-822-field-list, no header field: " + mail::clean_text(line).substr(0, 80));
  }
  return out;
}

}  // namespace longwire::gateway
