// FileLock: keeps a second daemon off a store. A lock file of its own beside the database, so that
// an operator can still look into a running node's database with the sqlite3 shell.
#pragma once

#include <string>

namespace longwire::store {

class FileLock {
 public:
  // Takes path + "-lock" or throws StoreError naming the path and the process that has it.
  // The kernel lets go of it however the process ends, so a stale file never blocks a start.
  explicit FileLock(const std::string& path);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace longwire::store
