#include "node/engine/submitter_rule.hpp"

#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/message.hpp"

#include <algorithm>

namespace longwire::engine {

namespace {

bool is_one_of(const std::vector<std::string>& own, std::string_view address) {
  return std::any_of(own.begin(), own.end(), [&](const std::string& a) { return iequals(a, address); });
}

}  // namespace

std::vector<std::string> proven_addresses(const smtp::Client& client, const std::string& domain) {
  std::vector<std::string> own;
  if (!client.user.empty())
    own.push_back(client.user.find('@') == std::string::npos ? client.user + "@" + domain : client.user);
  if (client.tls) own.insert(own.end(), client.tls->addresses.begin(), client.tls->addresses.end());
  return own;
}

std::optional<smtp::Reply> refuse_session(const Submitter& rights, const smtp::Client& client, const std::string& from,
                                          const std::string& domain) {
  // RFC 3207 4, RFC 4954 6.
  if (rights.require_tls && !client.tls) return smtp::Reply{530, "5.7.0", "must issue a STARTTLS command first"};
  const auto own = proven_addresses(client, domain);
  if (rights.require_auth && own.empty()) return smtp::Reply{530, "5.7.0", "authentication required"};
  if (rights.own_address && !from.empty() && !is_one_of(own, from))
    return smtp::Reply{553, "5.7.1", "you are not " + from};
  return std::nullopt;
}

std::optional<smtp::Reply> refuse_authors(const Submitter& rights, const smtp::Client& client, ByteView message,
                                          const std::string& domain) {
  if (!rights.own_address) return std::nullopt;
  const auto own = proven_addresses(client, domain);
  const mail::HeaderView header(message);
  for (const auto& field : header.fields()) {
    if (!iequals(field.name, "From") && !iequals(field.name, "Sender")) continue;
    const auto authors = mail::parse_address_list(mail::unfold(field.raw_value));
    if (!authors) return smtp::Reply{550, "5.7.1", std::string(field.name) + " cannot be read"};
    for (const auto& author : *authors)
      if (!is_one_of(own, author.address)) return smtp::Reply{550, "5.7.1", "you are not " + author.address};
  }
  return std::nullopt;
}

}  // namespace longwire::engine
