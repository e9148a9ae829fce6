#include "crypto/x509/name_constraints.hpp"

#include "base/text.hpp"
#include "crypto/x509/name.hpp"

#include <algorithm>
#include <vector>

namespace longwire::crypto {

namespace {

// "host.example" is itself and, for dNSName, everything below it.
bool below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host[host.size() - domain.size() - 1] == '.' &&
         iequals(host.substr(host.size() - domain.size()), domain);
}

// An address, a host, or all hosts below ".domain".
bool mail_fits(std::string_view address, std::string_view tree) {
  if (tree.find('@') != std::string_view::npos) return iequals(address, tree);
  const auto host = address.substr(address.rfind('@') + 1);
  if (!tree.empty() && tree.front() == '.') return below(host, tree.substr(1));
  return iequals(host, tree);
}

bool dns_fits(std::string_view name, std::string_view tree) {
  if (!tree.empty() && tree.front() == '.') return below(name, tree.substr(1));  // not in the RFC, and in use
  return tree.empty() || iequals(name, tree) || below(name, tree);
}

// tree: address and mask of the same length.
bool ip_fits(ByteView address, ByteView tree) {
  if (tree.size() != 2 * address.size()) return false;
  for (std::size_t i = 0; i < address.size(); ++i)
    if (((address[i] ^ tree[i]) & tree[address.size() + i]) != 0) return false;
  return true;
}

// With permitted trees of its kind a name must lie in one; it must never lie in an excluded one.
template <class Name, class Tree, class Fits>
bool all_within(const std::vector<Name>& names, const std::vector<Tree>& permitted, const std::vector<Tree>& excluded,
                Fits fits, std::size_t& outside) {
  for (outside = 0; outside < names.size(); ++outside) {
    const auto is_in = [&](const Tree& tree) { return fits(names[outside], tree); };
    if (!permitted.empty() && std::none_of(permitted.begin(), permitted.end(), is_in)) return false;
    if (std::any_of(excluded.begin(), excluded.end(), is_in)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> name_outside(const Certificate& certificate, const NameConstraints& constraints) {
  const auto& permitted = constraints.permitted;
  const auto& excluded = constraints.excluded;
  std::size_t at = 0;
  if (!all_within(certificate.addresses, permitted.mail, excluded.mail, mail_fits, at))
    return certificate.addresses[at];
  if (!all_within(certificate.dns_names, permitted.dns, excluded.dns, dns_fits, at)) return certificate.dns_names[at];
  if (!all_within(certificate.ip_addresses, permitted.ip, excluded.ip, ip_fits, at))
    return "IP address " + to_hex(certificate.ip_addresses[at]);
  // An empty subject names nothing (RFC 5280 4.2.1.10).
  if (const std::vector<Bytes> subject{certificate.subject};
      subject[0].size() > 2 && !all_within(subject, permitted.directory, excluded.directory, name_within, at))
    return certificate.subject_text();
  return std::nullopt;
}

}  // namespace longwire::crypto
