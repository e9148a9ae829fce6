#include "node/io/bearer_set.hpp"

#include "node/engine/gateway_setup.hpp"
#include "node/io/hf_bearer_io.hpp"
#include "node/io/udp_bearer.hpp"

#include <set>
#include <utility>

namespace longwire::io {

namespace {

// Every multicast address this node listens to on a bearer.
std::vector<Ipv4> groups_of(const engine::Config& config, const engine::BearerConfig& bearer) {
  std::set<Ipv4> groups;
  if (bearer.group) groups.insert(*bearer.group);
  for (const auto& g : config.groups)
    if (g.address != Ipv4{} && (g.bearer.empty() || g.bearer == bearer.name)) groups.insert(g.address);
  return {groups.begin(), groups.end()};
}

}  // namespace

BearerSet::BearerSet(boost::asio::io_context& io, engine::Node& node, std::uint64_t seed, Clock& clock, Owner owner)
    : node_(node), clock_(clock), owner_(std::move(owner)) {
  const auto& config = node.config();
  for (engine::BearerIndex i = 0; i < config.bearers.size(); ++i) {
    const auto& b = config.bearers[i];
    if (!b.is_hf()) {
      auto udp = b;
      udp.dmp_port = engine::dmp_port_of(config, i);
      bearers_.push_back(std::make_unique<UdpBearer>(io, std::move(udp), groups_of(config, b), handlers_for(i)));
      continue;
    }
    auto hf = std::make_unique<HfBearerIo>(io, config, i, seed + i, clock, handlers_for(i));
    node.set_bearer_status(i, [p = hf.get()](Time now) { return p->status(now); });
    bearers_.push_back(std::move(hf));
  }
}

BearerPort::Handlers BearerSet::handlers_for(engine::BearerIndex i) {
  return {[this, i](engine::Datagram d) {
            owner_.feed(engine::event::DatagramIn{i, std::move(d)});
          },
          [this, i](bool up) {
            owner_.feed(engine::event::BearerState{i, up});
          },
          [this, i](bool open, unsigned below) {
            owner_.feed(engine::event::BearerFlow{i, open, below});
          },
          [this, i](std::uint64_t ticket, bool ok) {
            owner_.feed(engine::event::DatagramDone{i, ticket, ok});
          },
          owner_.report};
}

void BearerSet::start() {
  for (const auto& b : bearers_) {
    b->set_emcon(node_.emcon());
    b->start();
  }
}

void BearerSet::stop() {
  for (const auto& b : bearers_) b->stop();
}

bool BearerSet::turn() {
  for (const auto& b : bearers_) b->set_emcon(node_.emcon());
  for (const auto& b : bearers_) b->after_drain();
  bool sent = false;
  for (engine::BearerIndex i = 0; i < bearers_.size(); ++i)
    sent |= bearers_[i]->pump([this, i] { return node_.poll_transmit(i, clock_.now()); });
  return sent;
}

}  // namespace longwire::io
