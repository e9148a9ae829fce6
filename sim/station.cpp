#include "sim/station.hpp"

#include "base/rng.hpp"

namespace longwire::sim {

namespace {

namespace json = boost::json;

constexpr std::size_t most_transfers = 10'000;  // of a station in the report

void add(engine::PmulTotals& totals, const json::object& told) {
  const auto number = [&told](std::string_view key) -> std::uint64_t {
    const auto* value = told.if_contains(key);
    return value != nullptr ? value->to_number<std::uint64_t>() : 0;
  };
  totals.add({number("transfers"), number("sources"), number("sent"), number("parity")});
}

}  // namespace

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

void Station::note_transfer(json::object transfer) {
  if (const auto* id = transfer.if_contains("id"))
    if (const auto row = store_->message(id->to_number<std::uint64_t>())) transfer["message_id"] = row->message_id;
  transfer.erase("id");
  transfer.erase("message");
  if (transfers.size() < most_transfers) transfers.push_back(std::move(transfer));
}

void Station::note_transfers(Time now) {
  p_mul.resize(plan_->links.size());
  const auto status = node_->command({{"command", "status"}}, now);
  const auto* bearers = status.if_contains("bearers");
  if (bearers == nullptr) return;  // its store failed
  receptions.clear();
  for (std::size_t b = 0; b < p_mul.size(); ++b) {
    const auto& told = bearers->as_array().at(b).as_object();
    add(p_mul[b].plain, told.at("p_mul").at("plain").as_object());
    add(p_mul[b].coded, told.at("p_mul").at("coded").as_object());
    for (const auto& reception : told.at("incoming").as_array()) receptions.push_back(reception);
    for (const auto& transfer : told.at("outgoing").as_array()) {
      auto under_way = transfer.as_object();
      // The value is copied first: a new key may move the table the old one stands in.
      auto message = under_way.at("message");
      under_way["id"] = std::move(message);
      under_way["over_at"] = nullptr;
      note_transfer(std::move(under_way));
    }
  }
}

void Station::crash() {
  radios.clear();
  node_.reset();
  store_->rollback();
  wake = never;
  dies_next_turn = false;
}

}  // namespace longwire::sim
