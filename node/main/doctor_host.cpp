#include "node/main/doctor_host.hpp"

#include "base/bytes.hpp"
#include "base/text.hpp"
#include "node/io/blocking_stream.hpp"
#include "node/io/endpoint_text.hpp"
#include "node/io/interfaces.hpp"
#include "node/io/probe.hpp"
#include "node/store/store.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

namespace longwire::commands {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string reason() { return std::generic_category().message(errno); }

// The nearest folder above that exists: where a missing one would be made.
std::string nearest_folder(std::string path) {
  std::error_code ignored;
  while (!path.empty() && path != "/" && !fs::is_directory(path, ignored)) path = fs::path(path).parent_path().string();
  return path.empty() ? "." : path;
}

}  // namespace

void examine_clock(Findings& out) {
  const auto now = std::chrono::system_clock::now();
  const Time t{std::chrono::duration_cast<Duration>(now.time_since_epoch())};
  const auto text = "it is " + format_utc(t);
  // Before the day this program was written: a board that lost its battery.
  if (t < from_unix(1'790'000'000))
    return out.fail("clock", text, "set the clock: messages would expire at the wrong time");
  timex state{};
  if (::adjtimex(&state) == TIME_ERROR || (state.status & STA_UNSYNC) != 0)
    return out.warn("clock", text + ", but the kernel does not know it to be synchronised",
                    "run a time service (chrony, systemd-timesyncd or GPS); expiry needs all nodes within a minute");
  out.ok("clock", text + ", synchronised");
}

void examine_data_dir(const engine::Config& config, bool running, Findings& out) {
  const auto& dir = config.data_dir;
  struct stat found {};
  if (::stat(dir.c_str(), &found) != 0) {
    const auto above = nearest_folder(dir);
    if (::access(above.c_str(), W_OK) == 0) return out.ok("data_dir", dir + " will be made at the first start");
    return out.fail("data_dir", dir + " is missing and cannot be made: " + above + " is not writable",
                    "mkdir -p " + dir + " and give it to the user of the daemon");
  }
  if (!S_ISDIR(found.st_mode)) return out.fail("data_dir", dir + " is no folder", "name a folder in [node] data_dir");
  if (::access(dir.c_str(), W_OK | X_OK) != 0)
    return out.fail("data_dir", dir + ": " + reason(), "give it to the user of the daemon");
  if ((found.st_mode & S_IRWXO) != 0)
    out.warn("data_dir", dir + " is open to every user of this host", "chmod o-rwx " + dir);
  struct statvfs space {};
  if (::statvfs(dir.c_str(), &space) == 0 && space.f_bavail * space.f_frsize < 20 * limits::message_octets)
    out.warn("data_dir", "less than 20 messages of the largest size fit on the disk", "free space below " + dir);
  else out.ok("data_dir", dir + " is writable");
  const auto file = dir + "/longwire.db";
  if (running) return out.ok("store", "in use by the running daemon");
  if (!fs::exists(file)) return out.ok("store", file + " will be made at the first start");
  try {
    store::Store store(file);
    out.ok("store", file + " opens, " + std::to_string(store.live_messages().size()) + " live messages");
  } catch (const std::exception& e) {
    out.fail("store", e.what(), "restore it, or move " + file + " away to start empty");
  }
}

void examine_smtp(const engine::Config& config, bool running, Findings& out) {
  rlimit files{};
  const auto needed = config.max_sessions + 16 * config.bearers.size() + 64;
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < needed)
    out.warn("smtp",
             std::to_string(files.rlim_cur) + " open files are allowed, " + std::to_string(needed) + " may be needed",
             "raise LimitNOFILE, or lower [smtp] max_sessions");
  auto listeners = config.smtp_listen;
  listeners.insert(listeners.end(), config.smtp_listen_tls.begin(), config.smtp_listen_tls.end());
  for (const auto& e : listeners) {
    const auto name = io::to_string(e);
    if (running) {
      out.ok("smtp", name + " is served by the running daemon");
      continue;
    }
    const auto why = io::try_listen(e);
    if (why.empty()) out.ok("smtp", name + " is free");
    else if (e.port != 0 && e.port < 1024)
      out.fail("smtp", name + ": " + why, "ports below 1024 need CAP_NET_BIND_SERVICE, or use 2525");
    else out.fail("smtp", name + ": " + why, "stop the other program (ss -ltnp), or choose another address");
  }
}

void examine_delivery(const engine::Config& config, Findings& out) {
  if (const auto& pattern = config.deliver.maildir; !pattern.empty()) {
    const auto fixed = pattern.substr(0, pattern.find("{local}"));
    const auto folder = nearest_folder(fixed.substr(0, fixed.rfind('/')));
    if (::access(folder.c_str(), W_OK | X_OK) == 0) return out.ok("deliver", "Maildirs can be written below " + folder);
    return out.fail("deliver", folder + ": " + reason(), "give the user of the daemon the right to write there");
  }
  if (config.deliver.tls.mode != "off" || !config.deliver.tls.user.empty()) return examine_delivery_tls(config, out);
  const auto& server = config.deliver.lmtp ? *config.deliver.lmtp : *config.deliver.smtp;
  const std::string kind = config.deliver.lmtp ? "LMTP server " : "SMTP server ";
  std::string why;
  auto stream = io::BlockingStream::connect(server, 5s, why);
  if (!stream) return out.fail("deliver", kind + why, "start it, or correct [deliver]");
  const auto greeting = stream->read(10s);
  const auto line = greeting ? std::string(trim(as_text(*greeting))) : "no greeting within 10 s";
  (void)stream->write(as_bytes("QUIT\r\n"), 1s);
  if (line.starts_with("220")) return out.ok("deliver", kind + io::to_string(server) + " answers");
  out.fail("deliver", kind + io::to_string(server) + ": " + line, "it does not take mail; look at its log");
}

void examine_bearer(const engine::BearerConfig& b, bool running, Findings& out) {
  const auto subject = "bearer " + b.name;
  const auto found = io::interface_of(b.bind);
  if (!found)
    return out.fail(subject, "no interface has the address " + to_string(b.bind),
                    "bring the interface up, or correct bind; the daemon waits for it");
  const auto where = to_string(b.bind) + " on " + found->name;
  if (!b.interface.empty() && b.interface != found->name)
    out.warn(subject, where + ", but the configuration says interface " + b.interface, "correct one of the two");
  if (!found->up) out.fail(subject, where + " is down", "ip link set " + found->name + " up");
  else if (!found->running)
    out.warn(subject, where + " has no carrier", "look at the cable, the modem, or the program behind a TUN device");
  else out.ok(subject, where);
  if (b.group && !found->multicast && !found->loopback)
    out.fail(subject, found->name + " carries no multicast", "ip link set " + found->name + " multicast on");
  if (b.mtu != 0 && found->mtu != 0 && b.mtu > found->mtu)
    out.warn(subject,
             "mtu " + std::to_string(b.mtu) + " is above that of " + found->name + ", " + std::to_string(found->mtu),
             "every PDU would travel in fragments: lower mtu");
  if (running) return out.ok(subject, "its ports are held by the running daemon");
  for (const auto port : {b.tport, b.rport, b.dport, b.aport})
    if (const auto why = io::try_bind_udp(b.bind, port); !why.empty())
      return out.fail(subject, "UDP port " + std::to_string(port) + " of " + to_string(b.bind) + ": " + why,
                      "stop the other program (ss -lunp)");
  const auto dmp = b.dmp_port.value_or(0);
  if (const auto why = dmp != 0 ? io::try_bind_udp(b.bind, dmp) : std::string{}; !why.empty())
    return out.fail(subject, "DMP port " + std::to_string(dmp) + " of " + to_string(b.bind) + ": " + why,
                    "stop the other program (ss -lunp), or choose another dmp_port");
  out.ok(subject, "UDP ports " + std::to_string(b.tport) + ", " + std::to_string(b.rport) + ", " +
                      std::to_string(b.dport) + ", " + std::to_string(b.aport) + " are free");
}

}  // namespace longwire::commands
