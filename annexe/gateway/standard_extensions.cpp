#include "annexe/gateway/standard_extensions.hpp"

#include "base/ber_reader.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/mmhs_values.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

constexpr std::array<std::string_view, 4> auto_words{"not-auto-submitted", "auto-generated", "auto-replied",
                                                     "auto-forwarded"};
constexpr std::size_t most_languages = 32;  // bounds the value; messages have one or two

}  // namespace

const x400::HeadingExtension* find_extension(const x400::Heading& heading, std::string_view oid) {
  const auto found =
      std::find_if(heading.extensions.begin(), heading.extensions.end(), [oid](const auto& e) { return e.oid == oid; });
  return found == heading.extensions.end() ? nullptr : &*found;
}

bool read_auto_submitted(std::string_view value, x400::Heading& out) {
  const auto word = std::find_if(auto_words.begin(), auto_words.end(), [&](auto w) { return iequals(w, value); });
  if (word == auto_words.end()) return false;
  ber::Writer writer;
  writer.integer(ber::enumerated_tag, word - auto_words.begin());
  out.extensions.push_back({std::string(auto_submitted_oid), writer.finish()});
  return true;
}

std::vector<std::string> write_auto_submitted(const x400::Heading& heading) {
  const auto* extension = find_extension(heading, auto_submitted_oid);
  if (extension == nullptr) return {};
  const auto doc = ber::Document::read(extension->value);
  const auto number = doc ? doc->integer(0) : Result<std::int64_t>(doc.error());
  if (!number || *number < 0 || *number >= static_cast<int>(auto_words.size())) return {};
  return {std::string(auto_words.at(static_cast<std::size_t>(*number)))};
}

bool read_incomplete_copy(std::string_view, x400::Heading& out) {
  out.extensions.push_back({std::string(incomplete_copy_oid), {5, 0}});  // NULL
  return true;
}

std::vector<std::string> write_incomplete_copy(const x400::Heading& heading) {
  return find_extension(heading, incomplete_copy_oid) != nullptr ? std::vector<std::string>{""}
                                                                 : std::vector<std::string>{};
}

bool read_languages(std::string_view value, x400::Heading& out, bool& lossy) {
  ber::Writer writer;
  writer.begin(ber::set_tag);
  std::size_t count = 0;
  while (!value.empty() && count < most_languages) {
    auto item = value.substr(0, value.find(','));
    value.remove_prefix(std::min(value.size(), item.size() + 1));
    item = trim(item);
    const bool tag = item.size() >= 2 && mail::is_printable_string(item.substr(0, 2)) && item[0] > '@' && item[1] > '@';
    if (!tag) return false;
    lossy = lossy || item.size() > 2;
    ber::put_text(writer, ber::printable_string_tag, item.substr(0, 2));
    ++count;
  }
  lossy = lossy || !value.empty();
  writer.end();
  if (count > 0) out.extensions.push_back({std::string(languages_oid), writer.finish()});
  return count > 0;
}

std::vector<std::string> write_languages(const x400::Heading& heading) {
  const auto* extension = find_extension(heading, languages_oid);
  const auto doc =
      extension != nullptr ? ber::Document::read(extension->value) : Result<ber::Document>(error("truncated"));
  if (!doc) return {};
  std::string out;
  for (const auto child : doc->children(0))
    if (const auto text = ber::text(*doc, child)) out += (out.empty() ? "" : ", ") + mail::clean_text(*text);
  return out.empty() ? std::vector<std::string>{} : std::vector<std::string>{out};
}

}  // namespace longwire::gateway
