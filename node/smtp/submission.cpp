#include "node/smtp/submission.hpp"

#include "base/text.hpp"
#include "mail/parameters.hpp"
#include "node/smtp/address_list.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

// A logical header line with its folds, or the text of the body: without the last CRLF.
struct Field {
  std::string name;   // lower case
  std::string value;  // behind the colon
  std::string whole;
};

struct Parts {
  std::vector<Field> header;
  std::string body;  // lines with CRLF
};

// Cuts the next line off `rest`. "\r\r\n" is one line end: terminals and careless programs make it.
std::string_view next_line(std::string_view& rest) {
  const auto end = rest.find_first_of("\r\n");
  const auto line = rest.substr(0, end);
  if (end == std::string_view::npos) {
    rest = {};
    return line;
  }
  auto next = end;
  while (next < rest.size() && rest[next] == '\r') ++next;
  if (next < rest.size() && rest[next] == '\n') ++next;
  rest.remove_prefix(next);
  return line;
}

bool is_field_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// True when the line belongs to the header and was taken.
bool take_header_line(std::string_view line, std::vector<Field>& header) {
  if (line.empty()) return false;
  if (line.front() == ' ' || line.front() == '\t') {
    if (header.empty()) return false;
    header.back().value += "\r\n" + std::string(line);
    header.back().whole += "\r\n" + std::string(line);
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return false;
  auto name = line.substr(0, colon);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);  // RFC 5322 4.5
  if (!is_field_name(name)) return false;
  header.push_back({to_lower(name), std::string(line.substr(colon + 1)), std::string(line)});
  return true;
}

Parts split(std::string_view input, bool dot_is_text) {
  Parts parts;
  bool in_header = true;
  if (input.starts_with("From ")) (void)next_line(input);
  while (!input.empty()) {
    const auto line = next_line(input);
    if (line == "." && !dot_is_text) break;
    if (in_header) {
      if (take_header_line(line, parts.header)) continue;
      in_header = false;
      if (line.empty()) continue;  // the separator; any other line is the first of the body
    }
    parts.body += line;
    parts.body += "\r\n";
  }
  return parts;
}

std::string qualify(const std::string& address, const std::string& domain) {
  const bool quoted = address.ends_with('"');
  return address.find('@') != std::string::npos && !quoted ? address : address + '@' + domain;
}

// The display name of a From field: quoted, or as RFC 2047 words when it is not ASCII: cut between UTF-8
// characters, and short enough for the 75 characters of RFC 2047 2.
std::string display_name(std::string_view name) {
  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
  std::string out;
  if (ascii) {
    out = '"';
    for (const char c : name) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out + '"';
  }
  constexpr std::string_view upper_hex = "0123456789ABCDEF";
  std::size_t in_word = 0;
  for (const char c : name) {
    const auto octet = static_cast<unsigned char>(c);
    const bool starts_character = (octet & 0xC0U) != 0x80U;
    if (in_word == 0 || (in_word >= 16 && starts_character)) {
      out += in_word == 0 ? "=?utf-8?q?" : "?= =?utf-8?q?";
      in_word = 0;
    }
    ++in_word;
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) out += c;
    else out += {'=', upper_hex[octet >> 4], upper_hex[octet & 15]};
  }
  return out + "?=";
}

bool has(const Parts& parts, std::string_view name) {
  return std::any_of(parts.header.begin(), parts.header.end(), [&](const Field& f) { return f.name == name; });
}

void add_addresses(const Parts& parts, std::string_view prefix, std::vector<std::string>& out) {
  for (const auto& field : parts.header) {
    const auto is = [&](std::string_view name) { return field.name == std::string(prefix) + std::string(name); };
    if (!is("to") && !is("cc") && !is("bcc")) continue;
    const auto more = addresses_in(field.value);
    out.insert(out.end(), more.begin(), more.end());
  }
}

Result<void> add_recipients(const SendmailOptions& options, const Parts& parts, const SubmissionDefaults& defaults,
                            mail::Envelope& envelope) {
  auto addresses = options.recipients;
  if (options.recipients_from_header) {
    const bool resent = has(parts, "resent-to") || has(parts, "resent-cc") || has(parts, "resent-bcc");
    add_addresses(parts, resent ? "resent-" : "", addresses);
  }
  for (const auto& given : addresses) {
    const auto address = qualify(given, defaults.domain);
    const auto parsed = mail::parse_rcpt_arguments('<' + address + '>');
    if (!parsed || parsed->address != address) return error("bad_recipient", 0, address);
    const auto same = [&](const mail::Recipient& r) { return r.address == address; };
    auto& list = envelope.recipients;
    if (std::any_of(list.begin(), list.end(), same)) continue;
    list.push_back(*parsed);
    list.back().notify = options.notify;
  }
  if (envelope.recipients.empty()) return error("no_recipients", 0, "no recipients");
  return {};
}

std::string build(const Parts& parts, const SendmailOptions& options, const SubmissionDefaults& defaults,
                  const std::string& sender) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += std::string(name) + ": " + value + "\r\n";
  };
  if (!has(parts, "date")) add("Date", defaults.date);
  if (!has(parts, "from"))
    add("From", options.full_name.empty() ? sender : display_name(options.full_name) + " <" + sender + '>');
  if (!has(parts, "message-id")) add("Message-ID", defaults.message_id);
  for (const auto& field : parts.header)
    if (field.name != "bcc" && field.name != "resent-bcc" && field.name != "return-path") text += field.whole + "\r\n";
  return text + "\r\n" + parts.body;
}

}  // namespace

Result<Submission> prepare_submission(const SendmailOptions& options, std::string_view input,
                                      const SubmissionDefaults& defaults) {
  if (input.find('\0') != std::string_view::npos) return error("nul_in_text", 0, "the input holds a NUL");
  const auto parts = split(input, options.dot_is_text);
  Submission result;
  auto& envelope = result.envelope;
  const auto user = qualify(defaults.user, defaults.domain);
  envelope.from = options.from ? *options.from : user;
  if (!envelope.from.empty()) envelope.from = qualify(envelope.from, defaults.domain);
  const auto sender = mail::parse_mail_arguments('<' + envelope.from + '>');
  if (!sender || sender->from != envelope.from) return error("bad_sender", 0, envelope.from);
  envelope.ret = options.ret;
  envelope.envid = options.envid;
  envelope.mt_priority = options.mt_priority;
  if (const auto added = add_recipients(options, parts, defaults, envelope); !added) return added.error();
  result.message = to_bytes(build(parts, options, defaults, envelope.from.empty() ? user : envelope.from));
  return result;
}

int exit_code(const std::vector<ClientSession::Outcome>& outcomes) {
  using Kind = ClientSession::Outcome::Kind;
  int code = sysexits::ok;
  for (const auto& o : outcomes) {
    if (o.kind == Kind::temporary) return sysexits::temporary;
    if (o.kind != Kind::permanent) continue;
    const bool unknown = o.status.starts_with("5.1.");
    code = unknown && (code == sysexits::ok || code == sysexits::no_user) ? sysexits::no_user : sysexits::unavailable;
  }
  return code;
}

}  // namespace longwire::smtp
