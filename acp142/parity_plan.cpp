#include "acp142/parity_plan.hpp"

#include <algorithm>
#include <cmath>

namespace longwire::acp142 {

ArrivalTail::ArrivalTail(std::size_t need, double loss)
    : need_(need), loss_(std::clamp(loss, 0.0, 0.9)), open_(need > 0 ? 1.0 : 0.0) {}

double ArrivalTail::settled_by_next() const {
  if (need_ == 0) return 0;
  const auto arrive = 1 - loss_;
  if (sent_ + 1 < need_) return 0;
  if (sent_ + 1 == need_) return std::exp(static_cast<double>(need_) * std::log(arrive));
  return std::min(open_, arrive * std::exp(log_one_short_));
}

void ArrivalTail::send() {
  if (need_ == 0) return;
  open_ -= settled_by_next();
  ++sent_;
  const auto need = static_cast<double>(need_);
  if (sent_ == need_) {
    log_one_short_ = std::log(need) + (need - 1) * std::log(1 - loss_) + std::log(loss_);
  } else if (sent_ > need_) {
    const auto sent = static_cast<double>(sent_);
    log_one_short_ += std::log(sent / (sent - need + 1)) + std::log(loss_);
  }
}

void BlockTail::add(std::size_t need, double loss, std::size_t sent) {
  auto& receiver = receivers_.emplace_back(need, loss);
  for (std::size_t i = 0; i < sent; ++i) receiver.send();
  update();
}

void BlockTail::send() {
  for (auto& receiver : receivers_) receiver.send();
  update();
}

void BlockTail::update() {
  double complete = 1;
  for (const auto& receiver : receivers_) complete *= 1 - std::max(0.0, receiver.incomplete());
  open_ = 1 - complete;
}

double BlockTail::gain() const {
  if (open_ > 0.5) return 1;
  double complete = 1;
  for (const auto& receiver : receivers_)
    complete *= 1 - std::max(0.0, receiver.incomplete() - receiver.settled_by_next());
  return open_ - (1 - complete);
}

std::vector<std::size_t> parity_plan(std::vector<BlockTail> blocks, const std::vector<std::size_t>& most,
                                     const ParityPrice& price) {
  std::vector<std::size_t> plan(blocks.size());
  const auto least = price.idle_weight * price.pdu / std::max(price.round, 1e-9);
  std::vector<double> gains;
  for (const auto& block : blocks) gains.push_back(block.gain());
  while (true) {
    std::size_t best = blocks.size();
    for (std::size_t b = 0; b < blocks.size(); ++b)
      if (plan[b] < most[b] && gains[b] > least && (best == blocks.size() || gains[b] > gains[best])) best = b;
    if (best == blocks.size()) return plan;
    ++plan[best];
    blocks[best].send();
    gains[best] = blocks[best].gain();
  }
}

std::vector<std::size_t> carousel(const std::vector<std::size_t>& need, const std::vector<double>& losses,
                                  double wanted, std::size_t most) {
  // Each block may fail with its share of what is allowed.
  const auto allowed =
      (1 - std::clamp(wanted, 0.0, 0.999'999)) / static_cast<double>(std::max<std::size_t>(need.size(), 1));
  std::vector<std::size_t> symbols;
  for (const auto k : need) {
    BlockTail block;
    for (const auto loss : losses) block.add(k, loss, 0);
    std::size_t sent = 0;
    while (sent < most && block.incomplete() > allowed) {
      block.send();
      ++sent;
    }
    symbols.push_back(sent);
  }
  return symbols;
}

}  // namespace longwire::acp142
