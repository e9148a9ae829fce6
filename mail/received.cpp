#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/message.hpp"

#include <algorithm>
#include <array>

namespace longwire::mail {

namespace {

// RFC 3848; other names are not registered and belong into a comment (RFC 5321 3.7.2).
bool is_registered_protocol(std::string_view with) {
  constexpr std::array<std::string_view, 9> names{"SMTP", "ESMTP", "ESMTPS", "ESMTPA", "ESMTPSA",
                                                  "LMTP", "LMTPA", "LMTPS",  "LMTPSA"};
  return std::any_of(names.begin(), names.end(), [with](auto name) { return iequals(name, with); });
}

// A host name or id: what could end the clause or the field is left out.
std::string atom(std::string_view s) {
  auto out = clean_word(s);
  std::erase_if(out, [](char c) { return std::string_view("()<>;,\\\"").find(c) != std::string_view::npos; });
  constexpr std::size_t most = 300;  // host names have 255
  return out.substr(0, most);
}

}  // namespace

std::string format_received(const Received& r) {
  const auto from = atom(r.from_name);
  std::string out = "Received: from " + (from.empty() ? "unknown" : from);
  if (const auto address = atom(r.from_address); !address.empty()) out += " ([" + address + "])";
  out += "\r\n by " + atom(r.by);
  if (is_registered_protocol(r.with)) out += " with " + r.with;
  else if (!r.with.empty()) out += " (" + clean_comment(r.with.substr(0, 100)) + ")";
  out += " id " + atom(r.id);
  std::string priority = r.mt_priority ? "\r\n PRIORITY " + std::to_string(*r.mt_priority) + ';' : ";\r\n";
  if (!r.for_path.empty() && r.for_path.size() <= limits::path) {
    const auto path = clean_text(r.for_path);
    constexpr std::size_t usual_line = 78;  // RFC 5322 2.1.1
    const auto line = out.size() - out.rfind('\n') - 1;
    out += line + path.size() + 7 > usual_line ? "\r\n for <" : " for <";
    out += path + '>';
  }
  return out + priority + ' ' + clean_text(r.date).substr(0, 100) + "\r\n";
}

}  // namespace longwire::mail
