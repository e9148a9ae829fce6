#include "node/store/file_lock.hpp"

#include "node/store/store.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstring>

namespace longwire::store {

FileLock::FileLock(const std::string& path) {
  const auto name = path + "-lock";
  descriptor_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor_ < 0)
    throw StoreError("store " + path + ": cannot create the lock file " + name + ": " + std::strerror(errno) +
                     "; check that the directory exists and belongs to the user of the node");
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 24> owner{};
    const auto n = ::pread(descriptor_, owner.data(), owner.size() - 1, 0);
    ::close(descriptor_);
    const std::string pid = n > 0 ? std::string(owner.data(), std::strcspn(owner.data(), "\n")) : "unknown";
    throw StoreError("store " + path + ": in use by another node (process " + pid +
                     "); stop it, or give this node a data_dir of its own");
  }
  // Only a help for the message above: failing to write it changes nothing.
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) == 0) (void)!::pwrite(descriptor_, pid.data(), pid.size(), 0);
}

FileLock::~FileLock() { ::close(descriptor_); }

}  // namespace longwire::store
