// What the tests of ports share: a loop with a limit and a port that writes down what it is told.
#pragma once

#include "node/io/byte_port.hpp"
#include "node/io/clock.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace longwire::io {

struct Log {
  BytePort::Handlers handlers() {
    return {[this] { ++opened; }, [this](std::string_view why) { closed.emplace_back(why); },
            [this](ByteView b) { bytes.insert(bytes.end(), b.begin(), b.end()); },
            [this](std::string_view name, std::string) { warnings.emplace_back(name); }};
  }
  int opened = 0;
  std::vector<std::string> closed, warnings;
  Bytes bytes;
};

// Runs the loop until the condition holds; false when it never does. Generous: machines are busy.
template <class Condition>
bool run_until(boost::asio::io_context& io, Condition condition,
               std::chrono::milliseconds limit = std::chrono::seconds{20}) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition() && std::chrono::steady_clock::now() < until) {
    io.restart();
    io.run_for(std::chrono::milliseconds{5});
  }
  return condition();
}

}  // namespace longwire::io
