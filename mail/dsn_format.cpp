#include "mail/dsn_format.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/clean.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace longwire::mail {

namespace {

constexpr std::string_view boundary_prefix = "=_lw";  // '=' cannot stand so in quoted-printable (RFC 2045 6.7)
constexpr std::size_t boundary_digits = 8;

std::optional<std::uint32_t> hex32(std::string_view s) {
  std::uint32_t v = 0;
  for (const char c : s) {
    const auto digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    v = v << 4 | static_cast<std::uint32_t>(digit);
  }
  return v;
}

std::uint32_t fnv1a(std::string_view s) {
  std::uint32_t h = 2166136261U;
  for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * 16777619U;
  return h;
}

// The most serious thing the report says names it.
DsnAction headline(const DsnReport& report) {
  for (const auto action : {DsnAction::failed, DsnAction::delayed, DsnAction::relayed, DsnAction::expanded})
    if (std::any_of(report.recipients.begin(), report.recipients.end(),
                    [&](const auto& r) { return r.action == action; }))
      return action;
  return DsnAction::delivered;
}

std::string subject(const DsnReport& report) {
  std::string word(to_string(headline(report)));
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  constexpr std::size_t most = 200;
  const bool one = report.recipients.size() == 1 && report.recipients[0].final_recipient.size() <= most;
  return word + (one ? ": delivery status for " + clean_text(report.recipients[0].final_recipient)
                     : ": delivery status of your message");
}

// A name inside angle brackets: nothing that could close them, and a length that leaves room on the line.
std::string inside_brackets(std::string_view s) {
  auto out = clean_word(s);
  std::erase_if(out, [](char c) { return std::string_view("<>()\\\",;:").find(c) != std::string_view::npos; });
  constexpr std::size_t most = 255;  // RFC 5321 4.5.3.1.2
  return out.substr(0, most);
}

std::string header(const DsnReport& report, std::string_view boundary, bool eight_bit) {
  const auto host = inside_brackets(report.reporting_mta);
  // Without anybody to report to, the postmaster is told (RFC 3461 5.2).
  const auto to = report.to.empty() ? "postmaster@" + host : clean_text(report.to).substr(0, limits::path);
  std::string out = "Date: " + format_rfc5322(report.now) + "\r\n";
  out += "From: Mail System <postmaster@" + host + ">\r\n";
  out += "To: " + to + "\r\n";
  out += "Subject: " + subject(report) + "\r\n";
  out += "Message-ID: <" + inside_brackets(report.message_id) + ">\r\n";
  out += "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n";
  out +=
      "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"" + std::string(boundary) + "\"\r\n";
  if (eight_bit) out += "Content-Transfer-Encoding: 8bit\r\n";
  return out + "\r\n";
}

}  // namespace

// Fixed-width numbers behind a prefix: one pass over the parts finds which are taken, so the choice is
// certain and nobody can make it slow by filling a message with guesses.
std::string choose_boundary(std::string_view seed, const std::vector<std::string_view>& parts) {
  const std::string marker = "--" + std::string(boundary_prefix);
  std::vector<std::uint32_t> taken;
  for (const auto part : parts)
    for (auto at = part.find(marker); at != std::string_view::npos; at = part.find(marker, at + 1))
      if (const auto n = hex32(part.substr(at + marker.size(), boundary_digits))) taken.push_back(*n);
  std::sort(taken.begin(), taken.end());
  auto n = fnv1a(seed);
  while (std::binary_search(taken.begin(), taken.end(), n)) ++n;
  std::array<char, boundary_digits + 1> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(n));
  return std::string(boundary_prefix) + digits.data();
}

std::string returned_header(ByteView original) {
  const HeaderView view(original);
  std::string_view rest = as_text(original);
  rest = rest.substr(0, view.fields().empty() ? 0 : view.body_offset());
  std::string out;
  while (!rest.empty()) {
    const auto end = rest.find_first_of("\r\n");
    auto line = std::string(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    std::erase(line, '\0');
    for (; line.size() > limits::text_line; line.erase(0, limits::text_line - 1), line.insert(0, 1, ' '))
      out += line.substr(0, limits::text_line - 1) + "\r\n";
    if (!line.empty()) out += line + "\r\n";
  }
  return out;
}

Bytes format_dsn(const DsnReport& report, ByteView original) {
  // What DATA could not carry is not returned whole (RFC 3461 6.2 leaves that to us).
  const bool full = report.return_full && body_needed(original) != Body::binary;
  const auto text = dsn_text(report);
  const auto status = dsn_status(report);
  const auto returned = report.return_nothing ? std::string{}
                        : full                ? std::string(as_text(original))
                                              : returned_header(original);
  const bool eight_bit = body_needed(as_bytes(returned)) != Body::seven_bit;
  const auto boundary = choose_boundary(report.message_id, {text, status, returned});
  const auto delimiter = "\r\n--" + boundary;
  ByteWriter out(returned.size() + status.size() + text.size() + 1024);
  out.text(header(report, boundary, eight_bit));
  out.text(delimiter.substr(2));
  out.text("\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n");
  out.text(text);
  out.text(delimiter);
  out.text("\r\nContent-Type: message/delivery-status\r\n\r\n");
  out.text(status);
  if (report.return_nothing) {
    out.text(delimiter);
    out.text("--\r\n");
    return out.finish();
  }
  out.text(delimiter);
  out.text(full ? "\r\nContent-Type: message/rfc822\r\n" : "\r\nContent-Type: text/rfc822-headers\r\n");
  if (eight_bit) out.text("Content-Transfer-Encoding: 8bit\r\n");
  out.text("\r\n");
  out.text(returned);
  out.text(delimiter);
  out.text("--\r\n");
  return out.finish();
}

}  // namespace longwire::mail
