// The keys of [smtp], [[smtp.submitter]], [deliver] and [node] that are about TLS, login and the control socket.
#pragma once

#include "node/config/value.hpp"

#include <span>

namespace longwire::config {

std::span<const Field<engine::Config>> smtp_tls_fields();
std::span<const Field<engine::Submitter>> submitter_tls_fields();
std::span<const Field<engine::DeliverConfig>> deliver_tls_fields();

// Tries certificates, keys and lists of users, and finds keys that need others.
void check_tls(Reading& r, const engine::Config& config);

// One table from two.
template <class T>
std::vector<Field<T>> joined(std::span<const Field<T>> a, std::span<const Field<T>> b) {
  std::vector<Field<T>> all(a.begin(), a.end());
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

}  // namespace longwire::config
