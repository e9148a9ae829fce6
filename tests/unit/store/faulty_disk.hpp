// FaultyDisk: a layer under SQLite that can run full, refuse to sync, and lose power.
//
// Of each file it keeps what a disk surely holds (what was synced) apart from what was only written.
// A power cut keeps the first and an arbitrary part of the second, in any order.
#pragma once

#include "base/bytes.hpp"
#include "base/rng.hpp"

#include <sqlite3.h>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace longwire::store::test {

class FaultyDisk {
 public:
  FaultyDisk();  // every database opened from now on goes through it
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  unsigned syncs = 0;
  std::optional<std::int64_t> space;  // octets by which files may still grow; unset: endless
  bool syncs_fail = false;
  bool writes_fail = false;

  // Writes the files as a power cut at this moment would leave them into `folder`.
  void power_cut(const std::string& folder, Rng& rng) const;

  // What the C callbacks call.
  struct Write {
    std::int64_t offset;
    Bytes octets;  // or, with truncate, nothing
    bool truncate = false;
  };
  struct Platter {
    Bytes durable;
    std::vector<Write> pending;
    std::int64_t size = 0;  // as the program sees it
  };
  void opened(const std::string& path);
  int written(const std::string& path, std::int64_t offset, ByteView octets);
  void truncated(const std::string& path, std::int64_t size);
  int synced(const std::string& path);
  void removed(const std::string& path);
  sqlite3_vfs* real() const { return real_; }

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
  std::map<std::string, Platter> platters_;
};

}  // namespace longwire::store::test
