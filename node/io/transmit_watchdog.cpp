#include "node/io/transmit_watchdog.hpp"

#include <pthread.h>
#include <csignal>
#include <utility>

namespace longwire::io {

TransmitWatchdog::TransmitWatchdog(std::function<void(int)> cut) : cut_(std::move(cut)) {
  // Signals are for the loop.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  thread_ = std::thread([this] { watch(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TransmitWatchdog::~TransmitWatchdog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void TransmitWatchdog::arm(int descriptor, std::chrono::microseconds limit) {
  {
    const std::lock_guard lock(mutex_);
    if (armed_) return;
    armed_ = true;
    cut_done_ = false;
    descriptor_ = descriptor;
    until_ = std::chrono::steady_clock::now() + limit;
  }
  changed_.notify_one();
}

bool TransmitWatchdog::disarm() {
  const std::lock_guard lock(mutex_);
  armed_ = false;
  return std::exchange(cut_done_, false);
}

void TransmitWatchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (!armed_ || cut_done_) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() >= until_) {
      cut_(descriptor_);  // under the lock: the descriptor is not closed meanwhile
      cut_done_ = true;
    } else {
      changed_.wait_until(lock, until_);
    }
  }
}

}  // namespace longwire::io
