#include "node/io/circuit_file.hpp"

#include "base/limits.hpp"

#include <boost/asio/post.hpp>

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

namespace longwire::io {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds look_every{1};
constexpr std::size_t files_a_look = 50;  // so that a full inbox does not hold up the loop

std::string last_error() { return std::system_category().message(errno); }

bool write_all(int fd, ByteView octets) {
  while (!octets.empty()) {
    const auto n = ::write(fd, octets.data(), octets.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    octets = octets.subspan(static_cast<std::size_t>(n));
  }
  return true;
}

bool sync_folder(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool good = ::fsync(fd) == 0;
  ::close(fd);
  return good;
}

// "RFLSVH 0042 3251200" as a file name.
std::string file_name(std::string name) {
  for (auto& c : name)
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '-';
  return name + ".acp127";
}

}  // namespace

CircuitFile::CircuitFile(boost::asio::io_context& io, Settings settings, Handlers handlers)
    : io_(io), settings_(std::move(settings)), handlers_(std::move(handlers)), timer_(io) {}

void CircuitFile::start() {
  std::error_code bad;
  for (const auto& folder :
       {settings_.inbox, settings_.inbox + "/done", settings_.inbox + "/failed", settings_.outbox}) {
    fs::create_directories(folder, bad);
    if (bad) handlers_.report("alert", "circuit_folder", {{"folder", folder}, {"error", bad.message()}});
  }
  handlers_.state(true, settings_.outbox);
  look();
}

void CircuitFile::stop() {
  stopped_ = true;
  timer_.cancel();
}

void CircuitFile::look_again() {
  if (stopped_) return;
  timer_.expires_after(look_every);
  timer_.async_wait([this](const boost::system::error_code& e) {
    if (!e) look();
  });
}

void CircuitFile::look() {
  std::error_code bad;
  std::vector<std::string> names;
  for (fs::directory_iterator it(settings_.inbox, bad), end; !bad && it != end; it.increment(bad)) {
    auto name = it->path().filename().string();
    std::error_code gone;
    if (name.starts_with('.') || name.ends_with(".tmp") || !it->is_regular_file(gone)) continue;
    if (!busy_.contains(name) && !stuck_.contains(name)) names.push_back(std::move(name));
  }
  const auto trouble = bad ? bad.message() : std::string{};
  if (trouble != trouble_ && bad)
    handlers_.report("alert", "circuit_folder", {{"folder", settings_.inbox}, {"error", trouble}});
  trouble_ = trouble;
  std::sort(names.begin(), names.end());
  names.resize(std::min(names.size(), files_a_look));
  for (const auto& name : names) read(name);
  look_again();
}

void CircuitFile::read(const std::string& name) {
  std::ifstream file(settings_.inbox + "/" + name, std::ios::binary);
  if (!file) return;  // perhaps the next time
  acp127::Scanner scanner(settings_.code);
  std::size_t messages = 0;
  const auto fetch = [&] {
    while (auto found = scanner.poll()) {
      ++messages;
      handlers_.message(std::move(*found));
    }
  };
  std::vector<char> piece(limits::acp127_noise_octets);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())), file.gcount() > 0) {
    scanner.feed(as_bytes({piece.data(), static_cast<std::size_t>(file.gcount())}));
    fetch();
  }
  scanner.finish();
  fetch();
  if (messages == 0)
    handlers_.report("warning", "circuit_noise",
                     {{"file", name}, {"octets", scanner.noise_octets()}, {"text", "no message in this file"}});
  busy_.insert(name);
  handlers_.after_commit([this, name, messages](bool stored) {
    busy_.erase(name);
    if (stored && !stopped_) put_away(name, messages == 0 ? "failed" : "done");
  });
}

void CircuitFile::put_away(const std::string& name, const char* folder) {
  const auto from = settings_.inbox + "/" + name;
  const auto to = settings_.inbox + "/" + folder + "/" + name;
  // Stations use their file names again.
  auto free = to;
  std::error_code ignored;
  for (int i = 1; fs::exists(free, ignored); ++i) free = to + "." + std::to_string(i);
  if (::rename(from.c_str(), free.c_str()) == 0) return;
  handlers_.report("alert", "circuit_folder", {{"folder", settings_.inbox}, {"file", name}, {"error", last_error()}});
  stuck_.insert(name);
}

std::string CircuitFile::write(const std::string& name, ByteView octets) const {
  const auto path = settings_.outbox + "/" + name;
  const auto temporary = settings_.outbox + "/." + name + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  if (fd < 0) return temporary + ": " + last_error();
  const bool written = write_all(fd, octets) && ::fsync(fd) == 0;
  auto trouble = written ? std::string{} : temporary + ": " + last_error();
  if (::close(fd) != 0 && trouble.empty()) trouble = temporary + ": " + last_error();
  if (trouble.empty() && ::rename(temporary.c_str(), path.c_str()) != 0) trouble = path + ": " + last_error();
  if (!trouble.empty()) ::unlink(temporary.c_str());
  else if (!sync_folder(settings_.outbox)) trouble = settings_.outbox + ": " + last_error();
  return trouble;
}

void CircuitFile::send(std::uint64_t delivery, std::string name, Bytes octets) {
  auto trouble = write(file_name(std::move(name)), octets);
  boost::asio::post(io_, [this, delivery, size = octets.size(), trouble = std::move(trouble)] {
    if (!stopped_) handlers_.sent({delivery, trouble.empty(), false, size, trouble});
  });
}

}  // namespace longwire::io
