#include "sim/live_pty_port.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace longwire::sim {

PtyPort::PtyPort(std::string link)
    : link_(std::move(link)), master_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
  std::array<char, 128> name{};
  if (master_.get() < 0 || ::grantpt(master_.get()) != 0 || ::unlockpt(master_.get()) != 0 ||
      ::ptsname_r(master_.get(), name.data(), name.size()) != 0)
    fail_with_errno("no pseudo terminal");
  device_ = name.data();
  slave_ = Descriptor(::open(device_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (slave_.get() < 0) fail_with_errno(device_);
  termios raw{};
  if (::tcgetattr(slave_.get(), &raw) != 0) fail_with_errno(device_);
  ::cfmakeraw(&raw);
  if (::tcsetattr(slave_.get(), TCSANOW, &raw) != 0) fail_with_errno(device_);
  std::error_code cause;
  if (std::filesystem::is_symlink(link_, cause)) std::filesystem::remove(link_, cause);
  std::filesystem::create_symlink(device_, link_, cause);
  if (cause) throw LiveError(link_ + ": " + cause.message());
}

PtyPort::~PtyPort() {
  std::error_code ignored;
  if (std::filesystem::read_symlink(link_, ignored) == device_) std::filesystem::remove(link_, ignored);
}

void PtyPort::add_descriptors(std::vector<int>& out, bool input) const {
  if (input) out.push_back(master_.get());
}

PortNews PtyPort::read(int) {
  PortNews news;
  std::array<std::uint8_t, 4096> buffer;
  const auto n = ::read(master_.get(), buffer.data(), buffer.size());
  if (n > 0) news.octets.assign(buffer.begin(), buffer.begin() + n);
  return news;
}

bool PtyPort::write(ByteView octets) {
  // What the program does not read in time is lost, as on a line without flow control.
  if (!octets.empty() && ::write(master_.get(), octets.data(), octets.size()) < 0 && errno != EAGAIN) return false;
  return true;
}

}  // namespace longwire::sim
