// What a host sends without being asked, and whether it has been stopped: docs/emcon.md.
#include "node/io/interfaces.hpp"
#include "node/main/doctor_host.hpp"

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

namespace longwire::commands {

namespace {

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

// What nft says of all rules; empty when it is missing or we may not ask.
std::optional<std::string> nft_rules() {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen("nft -s list ruleset 2>/dev/null", "r"), ::pclose);
  if (!pipe) return std::nullopt;
  std::string text;
  std::array<char, 4096> chunk{};
  while (const auto n = std::fread(chunk.data(), 1, chunk.size(), pipe.get())) text.append(chunk.data(), n);
  if (::geteuid() != 0 && text.empty()) return std::nullopt;
  return text;
}

// An egress chain on this device that drops what it does not name, or everything.
bool egress_is_closed(const std::string& rules, const std::string& interface) {
  std::istringstream in(rules);
  bool device = false;
  for (std::string line; std::getline(in, line);) {
    if (line.find("chain ") != std::string::npos) device = false;
    if (line.find("hook egress") == std::string::npos) continue;
    device = line.find('"' + interface + '"') != std::string::npos;
    if (device && line.find("policy drop") != std::string::npos) return true;
  }
  return false;
}

// Flag 0x4 of /proc/net/arp: a permanent entry.
bool has_fixed_neighbour(const std::string& address, const std::string& interface) {
  std::ifstream file("/proc/net/arp");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string ip, type, flags, mac, mask, device;
    fields >> ip >> type >> flags >> mac >> mask >> device;
    if (ip == address && device == interface) return (std::stoul(flags, nullptr, 16) & 0x4) != 0;
  }
  return false;
}

class Silence {
 public:
  Silence(const engine::Config& config, const engine::BearerConfig& bearer, io::Interface interface, Findings& out)
      : config_(config), bearer_(bearer), interface_(std::move(interface)), out_(out) {}

  void examine() {
    ipv6();
    arp();
    membership_reports();
    if (good_) out_.ok(subject(), interface_.name + " is fit for radio silence");
  }

 private:
  std::string subject() const { return "silence " + bearer_.name; }
  std::string remedy() const { return "packaging/emcon-host " + interface_.name + " (docs/emcon.md)"; }

  // Only a node that is to be silent has a fault here; for the others it is good to know.
  void complain(std::string text, std::string remedy) {
    good_ = false;
    if (config_.emcon) out_.fail(subject(), std::move(text), std::move(remedy));
    else out_.warn(subject(), std::move(text), std::move(remedy));
  }

  void ipv6() {
    const auto off = first_line("/proc/sys/net/ipv6/conf/" + interface_.name + "/disable_ipv6");
    if (off && *off != "1")
      complain("IPv6 is on at " + interface_.name + ": neighbour discovery and router solicitations leave", remedy());
  }

  void arp() {
    if (!interface_.no_arp && !interface_.point_to_point)
      return complain("ARP is on at " + interface_.name + ": the host answers and asks who has an address", remedy());
    if (interface_.point_to_point) return;
    for (const auto& p : config_.peers) {
      const bool here = std::find(p.bearers.begin(), p.bearers.end(), bearer_.name) != p.bearers.end();
      const auto address = to_string(p.address.value_or(Ipv4{p.pmul_id.value}));
      if (here && !has_fixed_neighbour(address, interface_.name))
        complain("ARP is off at " + interface_.name + ", and peer " + p.name + " has no fixed neighbour entry",
                 "ip neighbour replace " + address + " lladdr MAC dev " + interface_.name + " nud permanent");
    }
  }

  void membership_reports() {
    const auto rules = nft_rules();
    if (!rules)
      return complain("cannot see whether membership reports (IGMP) are held back: nft needs root",
                      "run doctor as root, or " + remedy() + " --check");
    if (!egress_is_closed(*rules, interface_.name))
      complain("nothing holds back membership reports (IGMP) and ICMP at " + interface_.name, remedy());
  }

  const engine::Config& config_;
  const engine::BearerConfig& bearer_;
  io::Interface interface_;
  Findings& out_;
  bool good_ = true;
};

}  // namespace

void examine_silence(const engine::Config& config, const engine::BearerConfig& bearer, Findings& out) {
  auto found = io::interface_of(bearer.bind);
  if (!found) return;  // examine_bearer() has said so
  if (found->loopback) return out.ok("silence " + bearer.name, "nothing leaves the host over " + found->name);
  Silence(config, bearer, std::move(*found), out).examine();
}

}  // namespace longwire::commands
