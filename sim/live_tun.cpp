#include "sim/live_tun.hpp"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace longwire::sim {

namespace {

constexpr std::size_t largest_packet = 65'535;

std::string netns_path(const std::string& name) { return "/run/netns/" + name; }

// Runs the program's only thread inside a namespace for as long as the object lives.
class InsideNetns {
 public:
  explicit InsideNetns(const std::string& name) {
    if (name.empty()) return;
    home_ = Descriptor(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    const Descriptor there(::open(netns_path(name).c_str(), O_RDONLY | O_CLOEXEC));
    if (home_.get() < 0 || there.get() < 0 || ::setns(there.get(), CLONE_NEWNET) != 0)
      fail_with_errno("network namespace " + name);
  }
  ~InsideNetns() {
    if (home_.get() >= 0) (void)::setns(home_.get(), CLONE_NEWNET);
  }
  InsideNetns(const InsideNetns&) = delete;
  InsideNetns& operator=(const InsideNetns&) = delete;

 private:
  Descriptor home_;
};

Descriptor open_device(const std::string& name) {
  Descriptor out(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (out.get() < 0) fail_with_errno("/dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  if (::ioctl(out.get(), TUNSETIFF, &request) != 0) fail_with_errno("cannot make the TUN device " + name);
  return out;
}

// Neighbour discovery and router solicitations of a host nobody asked would go on the air.
void disable_ipv6(const std::string& device) {
  const Descriptor file(::open(("/proc/sys/net/ipv6/conf/" + device + "/disable_ipv6").c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() >= 0 && ::write(file.get(), "1", 1) != 1) fail_with_errno("cannot disable IPv6 on " + device);
}

}  // namespace

TunPort::TunPort(const StationConfig& station, std::size_t mtu) : station_(station) {
  const auto& netns = station_.netns;
  if (!netns.empty() && !std::filesystem::exists(netns_path(netns))) {
    run_command({"ip", "netns", "add", netns});
    made_netns_ = true;
  }
  try {
    {
      const InsideNetns inside(netns);
      device_ = open_device(station_.tun);
      disable_ipv6(station_.tun);
    }
    std::vector<std::string> ip{"ip"};
    if (!netns.empty()) ip = {"ip", "-n", netns};
    const auto run = [&](std::vector<std::string> words) {
      words.insert(words.begin(), ip.begin(), ip.end());
      run_command(words);
    };
    run({"addr", "add", to_string(station_.address) + "/" + std::to_string(station_.prefix), "dev", station_.tun});
    run({"link", "set", station_.tun, "mtu", std::to_string(mtu), "up"});
    if (netns.empty()) return;
    // In a namespace of its own everything may go to the radio; elsewhere that would take over the host.
    run({"link", "set", "lo", "up"});
    run({"route", "add", "224.0.0.0/4", "dev", station_.tun});
    run({"route", "add", "default", "dev", station_.tun});
  } catch (...) {
    if (made_netns_) run_command({"ip", "netns", "del", netns});
    throw;
  }
}

TunPort::~TunPort() {
  device_ = Descriptor();
  if (!made_netns_) return;
  try {
    run_command({"ip", "netns", "del", station_.netns});
  } catch (const LiveError&) {
    // run_command has let `ip` say it; there is nothing left to undo.
  }
}

std::optional<Bytes> TunPort::receive(int fd) {
  if (fd != device_.get()) return std::nullopt;
  std::uint8_t buffer[largest_packet];
  const auto n = ::read(fd, buffer, sizeof buffer);
  if (n <= 0) return std::nullopt;
  return Bytes(buffer, buffer + n);
}

bool TunPort::deliver(ByteView packet) {
  return ::write(device_.get(), packet.data(), packet.size()) == static_cast<ssize_t>(packet.size());
}

}  // namespace longwire::sim
