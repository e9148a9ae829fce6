#include "node/io/maildir_file.hpp"

#include "node/smtp/maildir.hpp"

#include <boost/system/error_code.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

namespace longwire::io {

namespace {

namespace fs = std::filesystem;

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool ok() const { return fd_ >= 0; }
  bool sync() const { return ::fsync(fd_) == 0; }
  bool write(ByteView octets) const {
    while (!octets.empty()) {
      const auto n = ::write(fd_, octets.data(), octets.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      octets = octets.subspan(static_cast<std::size_t>(n));
    }
    return true;
  }
  // A failing close may be the first word of a failed write (NFS).
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

// What a retry cannot mend is permanent; everything else is tried again.
MaildirResult failed(const std::string& doing) {
  const int e = errno;
  const bool permanent = e == ENAMETOOLONG || e == ELOOP;
  return {permanent ? MaildirResult::Kind::permanent : MaildirResult::Kind::temporary,
          doing + ": " + boost::system::error_code(e, boost::system::system_category()).message()};
}

bool sync_folder(const std::string& path) {
  const Descriptor folder(path, O_RDONLY | O_DIRECTORY);
  return folder.ok() && folder.sync();
}

// True when the folder is there in the end. A new name is durable once its parent is synced.
bool make_folder(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return true;
    errno = ENOTDIR;
    return false;
  }
  const auto parent = fs::path(path).parent_path().string();
  if (!parent.empty() && parent != path && !make_folder(parent)) return false;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
  return sync_folder(parent.empty() ? "." : parent);
}

// A mail reader moves new/NAME to cur/NAME:2,FLAGS.
bool seen(const std::string& folder, const std::string& name) {
  if (::access((folder + "/new/" + name).c_str(), F_OK) == 0) return true;
  std::error_code e;
  for (fs::directory_iterator at(folder + "/cur", e), end; !e && at != end; at.increment(e)) {
    if (smtp::is_delivery(at->path().filename().string(), name)) return true;
  }
  return false;
}

}  // namespace

MaildirResult write_maildir(const std::string& folder, const std::string& name, ByteView octets) {
  for (const auto* part : {"/tmp", "/new", "/cur"})
    if (!make_folder(folder + part)) return failed("make " + folder + part);
  if (seen(folder, name)) return {MaildirResult::Kind::already_there, {}};

  // A name of its own for each write: two writers of one delivery must never share a file, or one
  // renames what the other has half written. What a crash leaves, readers clear after 36 hours.
  auto temporary = folder + "/tmp/" + name + ".XXXXXX";
  const auto final = folder + "/new/" + name;
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));  // 0600
  if (!file.ok()) return failed("create " + temporary);
  if (!file.write(octets) || !file.sync() || !file.close()) {
    const auto result = failed("write " + temporary);
    ::unlink(temporary.c_str());
    return result;
  }
  if (::rename(temporary.c_str(), final.c_str()) != 0) {
    const auto result = failed("rename to " + final);
    ::unlink(temporary.c_str());
    return result;
  }
  if (!sync_folder(folder + "/new")) return failed("sync " + folder + "/new");
  return {MaildirResult::Kind::written, {}};
}

}  // namespace longwire::io
