#include "node/smtp/maildir.hpp"

#include "base/text.hpp"
#include "mail/envelope.hpp"

#include <algorithm>

namespace longwire::smtp {
namespace {

constexpr std::size_t mailbox_octets = 128;   // RFC 5321 4.5.3.1.1 has 64; file systems take 255
constexpr std::size_t name_part_octets = 64;  // keeps a name below the 255 octets of NAME_MAX
constexpr std::string_view placeholder = "{local}";

// 64-bit FNV-1a: must never change, the names of files depend on it.
std::string fnv_hex(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const auto octet : as_bytes(text)) hash = (hash ^ octet) * 0x100000001B3ULL;
  ByteWriter writer;
  writer.u64(hash);
  return to_hex(writer.view());
}

std::string unquote(std::string_view local) {
  if (local.size() < 2 || local.front() != '"' || local.back() != '"') return std::string(local);
  std::string plain;
  for (std::size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] == '\\' && i + 2 < local.size()) ++i;
    plain += local[i];
  }
  return plain;
}

bool is_safe(char c) { return c > ' ' && c <= '~' && c != '/'; }

// ':' starts the flags of a reader.
std::string safe(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, name_part_octets))
    if (is_safe(c) && c != ':') out += c;
  return out;
}

}  // namespace

Result<std::string> mailbox_name(std::string_view address, const MailboxPolicy& policy) {
  const auto at = address.rfind('@');
  auto name = unquote(address.substr(0, at));
  if (policy.cut_plus_tag) name.resize(std::min(name.find('+'), name.size()));
  if (policy.fold_case) name = to_lower(name);
  // A leading dot would be "." or "..", hidden, or a Maildir++ folder; a leading '-' an option to somebody's tool.
  if (name.empty() || name.size() > mailbox_octets || name.front() == '.' || name.front() == '-')
    return error("bad_local_part", 0, "no mailbox can have this name");
  if (const auto bad = std::find_if_not(name.begin(), name.end(), is_safe); bad != name.end())
    return error("bad_local_part", static_cast<std::size_t>(bad - name.begin()), "no mailbox can have this name");
  return name;
}

Result<std::string> expand_maildir(std::string_view path_template, std::string_view address,
                                   const MailboxPolicy& policy) {
  const auto name = mailbox_name(address, policy);
  if (!name) return name.error();
  std::string path;
  while (true) {
    const auto at = path_template.find(placeholder);
    path += path_template.substr(0, at);
    if (at == std::string_view::npos) return path;
    path += *name;
    path_template.remove_prefix(at + placeholder.size());
  }
}

std::string maildir_name(std::string_view store, std::uint64_t message, std::string_view recipient,
                         std::string_view host) {
  return safe(store) + '.' + std::to_string(message) + '_' + fnv_hex(recipient) + '.' + safe(host);
}

bool is_delivery(std::string_view entry, std::string_view name) {
  return entry.starts_with(name) && (entry.size() == name.size() || entry[name.size()] == ':');
}

}  // namespace longwire::smtp
