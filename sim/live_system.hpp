// What the real-time emulator needs of the system: descriptors, a clock, the wish to stop.
#pragma once

#include "base/time.hpp"
#include "node/io/clock.hpp"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace longwire::sim {

// A port or device that cannot be had; says which and why.
struct LiveError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// "TEXT: strerror(errno)"
[[noreturn]] void fail_with_errno(const std::string& text);

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }

 private:
  int fd_ = -1;
};

// UTC at the start, then monotonic: never goes back, whatever is done to the wall clock.
class LiveClock {
 public:
  explicit LiveClock(io::Speed speed = {});
  Time now() const;
  Duration real(Duration of_the_clock) const;  // how long it takes

 private:
  std::int64_t start_us_, monotonic_us_;
  io::Speed speed_;
};

// Readable when SIGINT, SIGTERM or SIGHUP asked the program to end. Blocks them for everything else.
Descriptor stop_descriptor();

// Waits until one of `fds` is readable or `until` has come; fills `ready`.
void wait_readable(const std::vector<int>& fds, const LiveClock& clock, Time until, std::vector<int>& ready);

// Runs a command of the system; throws LiveError when it does not end with 0.
void run_command(const std::vector<std::string>& words);

}  // namespace longwire::sim
