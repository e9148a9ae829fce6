#include "node/smtp/logins.hpp"

#include "base/limits.hpp"
#include "node/smtp/policy.hpp"

#include <utility>

namespace longwire::smtp {

namespace {

constexpr Duration memory = std::chrono::minutes{10};

}  // namespace

Logins::Logins(crypto::UserFile users, crypto::Random& random, OnAttempt on_attempt)
    : users_(std::move(users)), random_(random), on_attempt_(std::move(on_attempt)) {}

void Logins::forget(Time now) {
  while (!recent_.empty() && (recent_.front().first + memory < now || recent_.size() > limits::login_clients)) {
    const auto at = failures_.find(recent_.front().second);
    if (at != failures_.end() && --at->second == 0) failures_.erase(at);
    recent_.pop_front();
  }
}

bool Logins::blocked(const std::string& address, Time now) {
  forget(now);
  const auto at = failures_.find(address);
  return at != failures_.end() && at->second >= limits::login_failures_per_client;
}

void Logins::tell(const Client& client, const LoginAttempt& attempt, Time now) {
  if (!attempt.ok) {
    recent_.emplace_back(now, client.address);
    ++failures_[client.address];
    forget(now);
  }
  if (on_attempt_) on_attempt_(client, attempt);
}

}  // namespace longwire::smtp
