#include "bearers/s5066/outbox.hpp"

#include <algorithm>

namespace longwire::s5066 {

void Outbox::remove(const UPduJob& job) {
  auto& clients = level(job).waiting;
  const auto it = clients.find(job.client);
  if (it == clients.end() || it->second.erase(job.id) == 0) return;
  if (it->second.empty()) clients.erase(it);
  --waiting_;
}

std::optional<std::uint64_t> Outbox::next(std::size_t window, const std::function<bool(std::uint64_t)>& may_go) {
  std::size_t ahead = 0;
  for (auto level = levels_.rbegin(); level != levels_.rend(); ++level) {
    ahead += level->in_transfer;
    if (ahead >= window) return std::nullopt;
    auto turn = level->waiting.upper_bound(level->served);
    for (std::size_t n = level->waiting.size(); n > 0; --n, ++turn) {
      if (turn == level->waiting.end()) turn = level->waiting.begin();
      const auto id = std::find_if(turn->second.begin(), turn->second.end(), may_go);
      if (id == turn->second.end()) continue;
      level->served = turn->first;
      return *id;
    }
  }
  return std::nullopt;
}

int Outbox::top_level() const {
  for (int i = static_cast<int>(levels_.size()) - 1; i >= 0; --i)
    if (!levels_[static_cast<std::size_t>(i)].waiting.empty()) return i;
  return -1;
}

}  // namespace longwire::s5066
