// The parts of `longwire doctor` that look at this host.
#pragma once

#include "node/engine/config.hpp"
#include "node/main/findings.hpp"

namespace longwire::commands {

// running: the daemon of this configuration answers, so it holds the ports and the store itself.
void examine_clock(Findings& out);
void examine_data_dir(const engine::Config& config, bool running, Findings& out);
void examine_smtp(const engine::Config& config, bool running, Findings& out);
void examine_delivery(const engine::Config& config, Findings& out);
// With tls or user in [deliver]: comes as far as a mail would, and sends none.
void examine_delivery_tls(const engine::Config& config, Findings& out);
void examine_bearer(const engine::BearerConfig& bearer, bool running, Findings& out);
// Kinds stanag5066 and modem. Keys no radio: it opens no serial line, and binds no SAP.
void examine_hf(const engine::BearerConfig& bearer, bool running, Findings& out);
// docs/emcon.md: what the kernel would send by itself on the interface of that bearer.
void examine_silence(const engine::Config& config, const engine::BearerConfig& bearer, Findings& out);

}  // namespace longwire::commands
