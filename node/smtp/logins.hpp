// Logins: who may log in at the SMTP listeners, and how often an address was wrong lately.
#pragma once

#include "base/time.hpp"
#include "crypto/random.hpp"
#include "crypto/scram.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>

namespace longwire::smtp {

struct Client;

// What the operator hears of.
struct LoginAttempt {
  std::string mechanism;  // "PLAIN", "SCRAM-SHA-256"
  std::string user;       // when it succeeded
  bool ok = false;
  std::string why;  // it did not
};

class Logins {
 public:
  using OnAttempt = std::function<void(const Client&, const LoginAttempt&)>;
  // random: must outlive it.
  Logins(crypto::UserFile users, crypto::Random& random, OnAttempt on_attempt);

  const crypto::UserFile& users() const { return users_; }
  crypto::Random& chance() const { return random_; }
  // Too many failures of that address within ten minutes: it is not even asked.
  bool blocked(const std::string& address, Time now);
  void tell(const Client& client, const LoginAttempt& attempt, Time now);

 private:
  void forget(Time now);

  crypto::UserFile users_;
  crypto::Random& random_;
  OnAttempt on_attempt_;
  std::map<std::string, std::size_t> failures_;      // by address, of those in recent_
  std::deque<std::pair<Time, std::string>> recent_;  // oldest first
};

}  // namespace longwire::smtp
