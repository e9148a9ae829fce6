// What `longwire doctor` can find out of an HF bearer without putting anything on the air.
#include "node/io/blocking_stream.hpp"
#include "node/io/endpoint_text.hpp"
#include "node/io/probe.hpp"
#include "node/main/doctor_host.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <system_error>

namespace longwire::commands {

namespace {

using namespace std::chrono_literals;

void examine_port(const std::string& subject, const std::string& what, const engine::Endpoint& at,
                  const std::string& remedy, Findings& out) {
  std::string why;
  if (io::BlockingStream::connect(at, 5s, why)) return out.ok(subject, what + io::to_string(at) + " takes connections");
  out.fail(subject, what + why, remedy);
}

// Not opened: that raises RTS and DTR on many hosts, and RTS keys the radio.
void examine_device(const std::string& subject, const std::string& device, Findings& out) {
  struct stat found {};
  const auto reason = [] { return std::generic_category().message(errno); };
  if (::stat(device.c_str(), &found) != 0)
    return out.fail(subject, device + ": " + reason(),
                    "plug the adapter in, or correct modem; see ls /dev/serial/by-id");
  if (!S_ISCHR(found.st_mode))
    return out.fail(subject, device + " is no serial line", "name the device itself in modem");
  if (::access(device.c_str(), R_OK | W_OK) != 0)
    return out.fail(subject, device + ": " + reason(), "add the user of the daemon to the group dialout");
  out.ok(subject, device + " is there and may be opened");
}

}  // namespace

void examine_hf(const engine::BearerConfig& b, bool running, Findings& out) {
  const auto subject = "bearer " + b.name;
  if (b.kind == "stanag5066") {
    examine_port(subject, "STANAG 5066 node ", *b.hf.server, "start it, or correct server; the daemon goes on trying",
                 out);
    return out.ok(subject, "under EMCON we give the node nothing to send; what it sends by itself is its own affair: " +
                               std::string("silence it too"));
  }
  for (const auto& e : b.hf.sis_listen) {
    const auto why = running ? std::string() : io::try_listen(e);
    const auto name = "subnetwork interface at " + io::to_string(e);
    if (!why.empty()) out.fail(subject, name + ": " + why, "stop the other program (ss -ltnp), or choose another port");
    else out.ok(subject, name + (running ? " is served by the running daemon" : " is free"));
  }
  if (running) return out.ok(subject, "its modem is held by the running daemon");
  if (b.hf.modem.attach == "serial") return examine_device(subject, b.hf.modem.device, out);
  examine_port(subject, "modem ", b.hf.modem.address, "switch it on, or correct modem; the daemon goes on trying", out);
}

}  // namespace longwire::commands
