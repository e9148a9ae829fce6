#include "annexe/gateway/address_map.hpp"

#include "annexe/gateway/hierarchy.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/mmhs_values.hpp"
#include "mail/path.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

constexpr std::size_t dda_octets = 128;
constexpr std::array<std::string_view, 4> dda_types{"RFC-822", "RFC822C1", "RFC822C2", "RFC822C3"};

struct Mailbox {
  std::string local;  // unquoted
  std::string_view domain;
};

std::optional<Mailbox> split(std::string_view address) {
  if (!mail::is_mailbox(address)) return std::nullopt;
  const auto at = address.rfind('@');
  Mailbox out{{}, address.substr(at + 1)};
  auto local = address.substr(0, at);
  if (!local.starts_with('"')) {
    out.local = local;
    return out;
  }
  local = local.substr(1, local.size() - 2);
  for (std::size_t i = 0; i < local.size(); ++i) {
    if (local[i] == '\\' && i + 1 < local.size()) ++i;
    out.local += local[i];
  }
  return out;
}

bool is_dot_atom(std::string_view s) {
  if (s.empty() || s.front() == '.' || s.back() == '.' || s.find("..") != std::string_view::npos) return false;
  return s.find_first_of("()<>[]:;@\\,\" ") == std::string_view::npos;
}

// RFC 2156 4.3.5 step 5: the whole local part is quoted, never a word of it.
std::string join(std::string_view local, std::string_view domain) {
  std::string out;
  if (is_dot_atom(local)) {
    out = local;
  } else {
    out = '"';
    for (const char c : local) {
      if (c == '"' || c == '\\') out += '\\';
      out += c >= ' ' && c <= '~' ? c : '?';
    }
    out += '"';
  }
  return (out += '@') += domain;
}

// The text form starts with a separator (4.1.3).
bool is_text_form(std::string_view local) { return local.starts_with('/') || local.starts_with(';'); }

bool may_be_x400(std::string_view local) {
  if (local.empty() || local.front() == ' ' || local.back() == ' ' || local.find("  ") != std::string_view::npos)
    return false;
  return std::all_of(local.begin(), local.end(), [](char c) {
    return mail::is_printable_string(std::string_view(&c, 1)) || c == '{' || c == '}' || c == '*' || c == '$';
  });
}

bool in_domain(std::string_view domain, std::string_view parent) {
  if (iequals(domain, parent)) return true;
  return domain.size() > parent.size() && domain[domain.size() - parent.size() - 1] == '.' &&
         iequals(domain.substr(domain.size() - parent.size()), parent);
}

// 4.3.4 step 8: the attributes a domain stands for. nullopt: it is in no table, or does not fit.
std::optional<Levels> levels_of_domain(std::string_view domain, const std::vector<DomainEntry>& table) {
  const DomainEntry* best = nullptr;
  for (const auto& entry : table)
    if (in_domain(domain, entry.domain) && (best == nullptr || entry.domain.size() > best->domain.size()))
      best = &entry;
  if (best == nullptr) return std::nullopt;
  auto out = levels_of(best->prefix);
  auto rest = domain.substr(0, domain.size() - best->domain.size());
  if (rest.ends_with('.')) rest.remove_suffix(1);
  for (auto level = depth_of(out); !rest.empty(); ++level) {
    const auto dot = rest.rfind('.');
    const auto label = dot == std::string_view::npos ? rest : rest.substr(dot + 1);
    if (level >= level_count || !is_label(label) || !fits(level, label)) return std::nullopt;
    out.at(level) = label;
    rest = dot == std::string_view::npos ? std::string_view{} : rest.substr(0, dot);
  }
  return out;
}

// What the local part says wins; the domain fills the levels above it (end of step 8).
void merge(x400::OrName& name, const Levels& domain) {
  const auto own = levels_of(name);
  auto merged = own;
  const std::size_t upto = !own[1].empty() ? 1 : !own[2].empty() ? 2 : !own[3].empty() ? 3 : level_count;
  for (std::size_t i = 0; i < std::min<std::size_t>(upto, 4); ++i) merged.at(i) = domain.at(i);
  auto units = name.units;
  if (upto == level_count)
    for (std::size_t i = 4, at = 0; i < level_count; ++i)
      if (!domain.at(i).empty() && domain.at(i) != "@")
        units.insert(units.begin() + static_cast<std::ptrdiff_t>(at++), domain.at(i));
  set_levels(name, merged);
  name.units = std::move(units);
}

// Stage I of 4.3.4: an X.400 address in RFC 822 form.
std::optional<x400::OrName> read_stage_one(std::string_view address, const AddressMapConfig& config) {
  const auto mailbox = split(address);
  if (!mailbox || !may_be_x400(mailbox->local)) return std::nullopt;
  x400::OrName name;
  if (is_text_form(mailbox->local)) {
    auto parsed = x400::parse_or_name(mailbox->local);
    if (!parsed) return std::nullopt;
    name = *std::move(parsed);
  } else {
    auto person = parse_personal_name(mailbox->local);
    if (!person) return std::nullopt;
    name.person = *std::move(person);
  }
  if (name.country.empty()) {
    const auto domain = levels_of_domain(mailbox->domain, config.domains);
    if (!domain) return std::nullopt;
    merge(name, *domain);
  }
  return is_valid(name) ? std::optional(std::move(name)) : std::nullopt;
}

bool same_mailbox(std::string_view a, std::string_view b) {
  const auto at = a.rfind('@');
  return at == b.rfind('@') && a.substr(0, at) == b.substr(0, at) && iequals(a.substr(at), b.substr(at));
}

// Mapping A of 4.3.5: the address a DDA holds, if there is exactly one and it is an address.
std::optional<std::string> embedded(const x400::OrName& name) {
  std::string coded;
  for (std::size_t part = 0; part < dda_types.size(); ++part) {
    const auto is_part = [part](const auto& dda) { return iequals(dda.first, dda_types.at(part)); };
    const auto& all = name.domain_defined;
    const auto found = std::find_if(all.begin(), all.end(), is_part);
    if (found == all.end()) break;
    if (std::count_if(all.begin(), all.end(), is_part) != 1) return std::nullopt;
    coded += found->second;
  }
  auto address = printable_decode(coded);
  if (!address || !mail::is_mailbox(*address)) return std::nullopt;
  return *std::move(address);
}

// Mapping B of 4.3.5, steps 3 and 4.
struct Placed {
  x400::OrName left;   // what the local part has to say
  std::string domain;  // of the table, subdomains included
  std::string table_domain;
};

std::optional<Placed> place(const x400::OrName& name, const std::vector<DomainEntry>& table) {
  const auto levels = levels_of(name);
  const DomainEntry* best = nullptr;
  std::size_t best_depth = 0;
  for (const auto& entry : table) {
    const auto prefix = levels_of(entry.prefix);
    if (!has_prefix(levels, prefix) || depth_of(prefix) <= best_depth) continue;
    best = &entry;
    best_depth = depth_of(prefix);
  }
  if (best == nullptr) return std::nullopt;
  Placed out{name, best->domain, best->domain};
  auto left = levels;
  for (std::size_t i = 0; i < best_depth; ++i) left.at(i).clear();
  for (auto i = best_depth; i < level_count && is_label(left.at(i)); ++i) {
    auto without = out.left;
    auto fewer = left;
    fewer.at(i).clear();
    set_levels(without, fewer);
    if (without.empty()) break;  // the local part must not become empty
    out.domain.insert(0, left.at(i) + '.');
    left = fewer;
  }
  set_levels(out.left, left);
  out.left.directory_name.clear();
  return out;
}

bool is_mnemonic(const x400::OrName& n) {
  return n.x121.empty() && n.terminal_id.empty() && n.numeric_user_id.empty() && n.extensions.empty();
}

std::optional<std::string> short_form(const x400::OrName& left) {
  x400::OrName only_person;
  only_person.person = left.person;
  return only_person == left ? format_personal_name(left.person) : std::nullopt;
}

std::string folded_plad(std::string_view s) {
  std::string out;
  for (const char c : trim(s))
    if (c != ' ' || out.back() != ' ') out += c;
  return to_lower(out);
}

}  // namespace

AddressMap::AddressMap(AddressMapConfig config)
    : config_(std::make_shared<const AddressMapConfig>(std::move(config))) {}

AddressMap AddressMap::with_strangers_at(std::string domain) const {
  auto out = *this;
  out.strangers_at_ = std::move(domain);
  return out;
}

Result<x400::OrName> AddressMap::to_or(std::string_view address) const {
  if (const auto bad = std::find_if(address.begin(), address.end(), [](char c) { return c < ' ' || c > '~'; });
      bad != address.end())
    return error("bad_address", static_cast<std::size_t>(bad - address.begin()),
                 "X.400 has no form for addresses that are not ASCII (RFC 6531)");
  if (!mail::is_mailbox(address)) return error("bad_address", 0, "no local-part@domain");
  if (const auto* user = by_address(address); user != nullptr && user->or_name) return *user->or_name;
  if (auto name = read_stage_one(address, *config_)) {
    // An address that would come back as another one is a genuine RFC 822 address that only looks like X.400
    // (X-01). The text form may be spelt in several ways; its domain must be one that leads here.
    const auto mailbox = split(address);
    const auto back = to_rfc822(*name);
    const auto domain = mailbox->domain;
    const bool leads_here = is_text_form(mailbox->local) &&
                            (iequals(domain, config_->domain) || iequals(domain, back.substr(back.rfind('@') + 1)) ||
                             in_domain(domain, strangers_domain));
    if (leads_here || same_mailbox(address, back)) return *std::move(name);
  }
  return encapsulate(address);
}

// Stage II of 4.3.4.
Result<x400::OrName> AddressMap::encapsulate(std::string_view address) const {
  const auto coded = printable_encode(address);
  if (coded.size() > dda_octets * dda_types.size())
    return error("address_too_long", 0, "an address of more than 512 coded characters has no X.400 form");
  x400::OrName out;
  if (const auto domain = levels_of_domain(address.substr(address.rfind('@') + 1), config_->domains))
    set_levels(out, *domain);
  else out = config_->or_address;
  std::size_t part = 0;
  for (std::size_t at = 0; at < coded.size(); at += dda_octets)
    out.domain_defined.emplace_back(dda_types.at(part++), coded.substr(at, dda_octets));
  if (out.domain_defined.size() > dda_types.size())
    return error("address_too_long", 0, "more than four domain defined attributes");
  return out;
}

std::string AddressMap::to_rfc822(const x400::OrName& name) const {
  for (const auto& user : config_->users)
    if (user.or_name && !user.address.empty() && user.or_name->matches(name)) return user.address;
  if (auto address = embedded(name)) return *std::move(address);

  const auto good = [&](const std::string& candidate) {
    const auto back = candidate.size() < limits::path ? read_stage_one(candidate, *config_) : std::nullopt;
    auto want = name;
    want.directory_name.clear();
    return back && back->matches(want);
  };
  auto whole = name;
  whole.directory_name.clear();
  if (const auto placed = place(name, config_->domains)) {
    if (!is_mnemonic(name)) return join(x400::to_text(whole), placed->table_domain);
    if (const auto local = short_form(placed->left))
      if (auto candidate = join(*local, placed->domain); good(candidate)) return candidate;
    if (auto candidate = join(x400::to_text(placed->left), placed->domain); good(candidate)) return candidate;
  }
  const auto& own = config_->or_address;
  const bool at_home =
      iequals(name.country, own.country) && iequals(name.admd, own.admd) && iequals(name.prmd, own.prmd);
  return join(x400::to_text(whole), strangers_at_.empty() || at_home ? config_->domain : strangers_at_);
}

x400::OrName AddressMap::resolve(const x400::OrName& name) const {
  const auto address = embedded(name);
  if (!address) return name;
  auto own = to_or(*address);
  return own && !embedded(*own) ? *std::move(own) : name;
}

const UserEntry* AddressMap::by_address(std::string_view address) const {
  const auto found = std::find_if(config_->users.begin(), config_->users.end(),
                                  [address](const UserEntry& u) { return iequals(u.address, address); });
  return found == config_->users.end() ? nullptr : &*found;
}

const UserEntry* AddressMap::by_plad(std::string_view plad) const {
  const auto wanted = folded_plad(plad);
  if (wanted.empty()) return nullptr;
  const auto found = std::find_if(config_->users.begin(), config_->users.end(),
                                  [&](const UserEntry& u) { return folded_plad(u.plad) == wanted; });
  return found == config_->users.end() ? nullptr : &*found;
}

const UserEntry* AddressMap::by_dmp(std::uint32_t number) const {
  const auto found = std::find_if(config_->users.begin(), config_->users.end(),
                                  [number](const UserEntry& u) { return u.dmp == number; });
  return found == config_->users.end() ? nullptr : &*found;
}

}  // namespace longwire::gateway
