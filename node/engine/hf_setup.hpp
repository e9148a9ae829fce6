// From the configuration of an HF bearer to its machines: the P_MUL timers and bearers::HfBearer.
#pragma once

#include "acp142/entity.hpp"
#include "bearers/hf_bearer.hpp"
#include "node/engine/config.hpp"
#include "node/engine/node.hpp"

namespace longwire::engine {

// What an over costs beside its octets: configured, else as modems of that rate and interleaver do.
Duration hf_lead(const BearerConfig& bearer);
Duration hf_tail(const BearerConfig& bearer);

acp142::BearerTiming hf_timing_of(const BearerConfig& bearer);

// For a bearer with is_hf(). `modem` bearers get a stack of their own.
bearers::HfBearerConfig hf_bearer_config(const Config& config, BearerIndex bearer);

// A datagram of Node::poll_transmit() on its way out, and one that came in.
bearers::HfUnit to_hf_unit(Datagram datagram);
Datagram from_hf(bearers::hf::Received received);

}  // namespace longwire::engine
