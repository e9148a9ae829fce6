#include "annexe/gateway/descriptors.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "mail/clean.hpp"
#include "mail/encoded_words.hpp"
#include "mail/mmhs_values.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t free_form_octets = 64;  // X.420 ub-free-form-name
constexpr std::size_t telephone_octets = 32;
constexpr std::string_view reply_comment = "Reply requested";
constexpr std::string_view telephone_prefix = "Tel ";

// Octets of the character at the start of UTF-8.
std::size_t character(std::string_view s) {
  std::size_t n = 1;
  while (n < s.size() && (static_cast<unsigned char>(s[n]) & 0xC0U) == 0x80) ++n;
  return n;
}

// "Duty Officer (OPS) (x)": the comments at the end, which were comments before.
std::vector<std::string> take_comments(std::string& name) {
  std::vector<std::string> out;  // the last one first
  std::string_view rest = name;
  while (rest.ends_with(')')) {
    int depth = 0;
    std::size_t at = rest.size();
    while (at > 0) {
      --at;
      if (rest[at] == ')') ++depth;
      if (rest[at] == '(' && --depth == 0) break;
    }
    const bool apart = at == 0 || rest[at - 1] == ' ';
    if (depth != 0 || !apart) break;
    out.emplace_back(rest.substr(at + 1, rest.size() - at - 2));
    rest = trim(rest.substr(0, at));
  }
  std::reverse(out.begin(), out.end());
  name = std::string(rest);
  return out;
}

}  // namespace

std::string teletex_text(std::string_view text, std::size_t most, bool& lossy) {
  const bool utf8 = is_utf8(text);
  if (!utf8) lossy = true;  // 8-bit text of an unknown charset, read as ISO 8859-1
  const auto source = utf8 ? std::string(text) : from_latin1(text);
  std::string out;
  std::size_t count = 0;
  for (std::string_view rest = source; !rest.empty();) {
    const auto one = rest.substr(0, character(rest));
    rest.remove_prefix(one.size());
    if (count++ == most) {
      lossy = true;
      break;
    }
    const bool control = one.size() == 1 && (one[0] == 0x7F || static_cast<unsigned char>(one[0]) < ' ');
    const bool foreign = !control && !to_latin1(one);
    lossy = lossy || control || foreign;
    out += control ? " " : foreign ? "?" : one;
  }
  return out;
}

std::string printable_text(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  for (auto& c : out)
    if (!mail::is_printable_string(std::string_view(&c, 1))) c = '?';
  return out;
}

Described to_descriptor(const mail::HeaderAddress& address, const Settings& settings, std::vector<std::string>& notes) {
  Described out;
  auto text = address.name;
  out.lossy = text.find('(') != std::string::npos;  // would come back as a comment
  for (const auto& comment : address.comments) {
    const auto telephone = comment.substr(std::min(comment.size(), telephone_prefix.size()));
    if (comment == reply_comment) {
      out.reply_requested = true;
    } else if (comment.starts_with(telephone_prefix) && out.descriptor.telephone.empty() &&
               mail::is_military_string(telephone, 1, telephone_octets)) {
      out.descriptor.telephone = telephone;
    } else {
      text += (text.empty() ? "(" : " (") + comment + ')';
    }
  }
  if (!address.address.empty()) {
    if (auto name = settings.addresses.to_or(address.address)) {
      out.descriptor.formal = *std::move(name);
    } else {
      // It cannot be replied to over X.400, but it must be seen (RFC 2156 5.1.3).
      notes.push_back("address without an O/R form kept as text: " + mail::clean_text(address.address) + " (" +
                      std::string(name.error().name) + ')');
      text += (text.empty() ? "" : " ") + address.address;
      out.lossy = true;
    }
  }
  out.descriptor.free_form = teletex_text(text, free_form_octets, out.lossy);
  return out;
}

mail::HeaderAddress from_descriptor(const x400::OrDescriptor& d, const Settings& settings) {
  mail::HeaderAddress out;
  out.name = d.free_form;
  out.comments = take_comments(out.name);
  if (d.formal) out.address = settings.addresses.to_rfc822(*d.formal);
  else if (out.name.empty()) out.name = "unknown";
  if (!d.telephone.empty()) out.comments.push_back(std::string(telephone_prefix) + mail::clean_text(d.telephone));
  return out;
}

}  // namespace longwire::gateway
