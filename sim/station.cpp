#include "sim/station.hpp"

#include "base/rng.hpp"

namespace longwire::sim {

Station::Station(const NodePlan& plan, std::uint64_t seed)
    : ordered_silent(plan.config.emcon),
      plan_(&plan),
      seed_(seed),
      store_(std::make_unique<store::Store>(":memory:")) {}

void Station::boot(Time now) {
  // Another seed for every life, as the system's generator would give.
  Rng rng(seed_ + ++boots_);
  const auto seed = rng.next();
  ByteWriter chance;
  chance.text("simulator");
  chance.u64(seed);
  random_ = std::make_unique<crypto::Drbg>(chance.view());
  node_ = std::make_unique<engine::Node>(plan_->config, *store_, *random_, seed, now);
  wake = now;
  radios.resize(plan_->links.size());  // the world puts in those that stand on links of modems
}

void Station::crash() {
  radios.clear();
  node_.reset();
  store_->rollback();
  wake = never;
  dies_next_turn = false;
}

}  // namespace longwire::sim
