#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/clean.hpp"
#include "node/security/header_fields.hpp"
#include "node/security/shaper_impl.hpp"

namespace longwire::security {

namespace {

// The authserv-id: the first word of the value, comments and white space left out (RFC 8601 2.2).
std::string authserv_id(std::string_view value) {
  std::size_t depth = 0;
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\' && depth > 0) ++i;
    else if (c == '(') ++depth;
    else if (c == ')' && depth > 0) --depth;
    else if (depth > 0) continue;
    else if (c == ' ' || c == '\t' || c == ';') {
      if (!out.empty() || c == ';') break;
    } else if (c != '"') {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string authentication_results(std::string_view host, const Verdict& verdict) {
  const bool bad = verdict.is_signed && !verdict.signed_good;
  // RFC 7281 3: policy where the signature is good but not of whom the message says it is.
  const std::string_view result = !verdict.is_signed ? "none" : bad ? "fail" : verdict.by_sender ? "pass" : "policy";
  std::string comment;
  for (const auto& word : verdict.words) comment += (comment.empty() ? "" : "; ") + word;
  auto value = mail::clean_word(host) + "; smime=" + std::string(result);
  if (!comment.empty()) value += " (" + mail::clean_comment(comment) + ")";
  if (!bad && !verdict.signers.empty() && verdict.signers.front().find('@') != std::string::npos)
    value += " body.smime-identifier=" + mail::clean_word(verdict.signers.front());
  return mail::fold_field("Authentication-Results", value);
}

std::optional<std::string> without_our_results(std::string_view fields, std::string_view host) {
  bool found = false;
  auto out = kept_fields(fields, [&](const mail::HeaderField& field) {
    const bool ours =
        iequals(field.name, "Authentication-Results") && iequals(authserv_id(mail::unfold(field.raw_value)), host);
    found = found || ours;
    return !ours;
  });
  return found ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace longwire::security
