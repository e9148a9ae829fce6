// Runtime: one node on real sockets. One thread, one loop.
//
// A turn of the loop: whatever is ready is fed to the node and the sessions; then one drain() puts
// it on the disk; only then replies, datagrams and deliveries leave. Everything that became ready
// together shares one commit.
#pragma once

#include "node/engine/node.hpp"
#include "node/io/clock.hpp"
#include "node/io/report.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace longwire::store {
class Store;
}
namespace longwire::crypto {
class Random;
}

namespace longwire::io {

struct RuntimeOptions {
  engine::Config config;
  std::uint64_t seed = 0;
  crypto::Random* random = nullptr;  // of the operating system's entropy; must outlive the runtime
  ReportSink report;
  std::function<void()> on_reload;  // SIGHUP
  Speed speed;
};

class Runtime {
 public:
  // Opens sockets; throws std::exception with a text for the operator when it cannot.
  Runtime(RuntimeOptions options, store::Store& store);
  ~Runtime();
  // Until SIGTERM or SIGINT. Returns the exit code.
  int run();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::io
