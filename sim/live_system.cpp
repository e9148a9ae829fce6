#include "sim/live_system.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

extern char** environ;

namespace longwire::sim {

namespace {

std::int64_t monotonic_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void fail_with_errno(const std::string& text) {
  const int cause = errno;
  throw LiveError(text + ": " + std::strerror(cause));
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

LiveClock::LiveClock(io::Speed speed)
    : start_us_(
          std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count()),
      monotonic_us_(monotonic_us()),
      speed_(speed) {
  if (speed_.since == Time{}) speed_.since = Time{Duration{start_us_}};
}

Time LiveClock::now() const {
  const auto passed = monotonic_us() - monotonic_us_;
  return speed_.at(Time{Duration{start_us_ + passed}});
}

Duration LiveClock::real(Duration of_the_clock) const { return speed_.real(of_the_clock); }

Descriptor stop_descriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  // A reader of our output that goes away must not end us before the devices are put back.
  std::signal(SIGPIPE, SIG_IGN);
  Descriptor out(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (out.get() < 0) fail_with_errno("signalfd");
  return out;
}

void wait_readable(const std::vector<int>& fds, const LiveClock& clock, Time until, std::vector<int>& ready) {
  std::vector<pollfd> polled;
  polled.reserve(fds.size());
  for (const int fd : fds) polled.push_back({fd, POLLIN, 0});
  const Duration left = until == never ? std::chrono::hours{1} : clock.real(std::max(Duration{0}, until - clock.now()));
  const timespec timeout{static_cast<time_t>(left.count() / 1'000'000),
                         static_cast<long>(left.count() % 1'000'000 * 1000)};
  ready.clear();
  if (::ppoll(polled.data(), polled.size(), &timeout, nullptr) <= 0) return;  // EINTR: the caller asks again
  for (const auto& p : polled)
    if (p.revents != 0) ready.push_back(p.fd);
}

void run_command(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  std::string line;
  for (const auto& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
    line += (line.empty() ? "" : " ") + word;
  }
  arguments.push_back(nullptr);
  pid_t child = 0;
  if (const int cause = ::posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ); cause != 0)
    throw LiveError(line + ": " + std::strerror(cause));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail_with_errno(line);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) throw LiveError(line + ": failed");
}

}  // namespace longwire::sim
