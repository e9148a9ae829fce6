// TransmitWatchdog: the last line of the transmit time limit. A thread of its own does the one system
// call that takes the transmitter off the air, so that it happens although the loop may hang.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace longwire::io {

class TransmitWatchdog {
 public:
  // cut: runs on the watchdog's thread, with the descriptor given to arm(); one system call, no more.
  explicit TransmitWatchdog(std::function<void(int descriptor)> cut);
  ~TransmitWatchdog();
  TransmitWatchdog(const TransmitWatchdog&) = delete;
  TransmitWatchdog& operator=(const TransmitWatchdog&) = delete;

  // Counts from the first call of an over; further ones change nothing until disarm().
  void arm(int descriptor, std::chrono::microseconds limit);
  // Returns whether it had to cut. Afterwards the descriptor may be closed.
  bool disarm();

 private:
  void watch();

  std::function<void(int)> cut_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool armed_ = false, cut_done_ = false, ending_ = false;
  int descriptor_ = -1;
  std::chrono::steady_clock::time_point until_;
  std::thread thread_;
};

}  // namespace longwire::io
