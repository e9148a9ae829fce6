#include "faulty_disk.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <new>

namespace longwire::store::test {

namespace {

constexpr std::size_t sector = 512;

// SQLite allocates szOsFile octets for this and, behind it, the real file.
struct File : sqlite3_file {
  FaultyDisk* disk;
  std::string* path;  // empty for temporary files, which no crash needs
  sqlite3_file* real;
};
File& of(sqlite3_file* file) { return *static_cast<File*>(file); }
FaultyDisk& disk_of(sqlite3_vfs* vfs) { return *static_cast<FaultyDisk*>(vfs->pAppData); }

int close_file(sqlite3_file* file) {
  auto& f = of(file);
  const int code = f.real->pMethods ? f.real->pMethods->xClose(f.real) : SQLITE_OK;
  delete f.path;
  return code;
}
int read_file(sqlite3_file* file, void* to, int n, sqlite3_int64 at) {
  return of(file).real->pMethods->xRead(of(file).real, to, n, at);
}
int write_file(sqlite3_file* file, const void* from, int n, sqlite3_int64 at) {
  auto& f = of(file);
  const ByteView octets{static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(n)};
  const int code = f.disk->written(*f.path, at, octets);
  return code == SQLITE_OK ? f.real->pMethods->xWrite(f.real, from, n, at) : code;
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  of(file).disk->truncated(*of(file).path, size);
  return of(file).real->pMethods->xTruncate(of(file).real, size);
}
int sync_file(sqlite3_file* file, int /*flags*/) { return of(file).disk->synced(*of(file).path); }
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return of(file).real->pMethods->xFileSize(of(file).real, size);
}
int lock_file(sqlite3_file* file, int level) { return of(file).real->pMethods->xLock(of(file).real, level); }
int unlock_file(sqlite3_file* file, int level) { return of(file).real->pMethods->xUnlock(of(file).real, level); }
int check_lock(sqlite3_file* file, int* out) { return of(file).real->pMethods->xCheckReservedLock(of(file).real, out); }
int file_control(sqlite3_file* file, int op, void* arg) {
  // Size hints would grow the real file behind our back.
  if (op == SQLITE_FCNTL_SIZE_HINT) return SQLITE_NOTFOUND;
  return of(file).real->pMethods->xFileControl(of(file).real, op, arg);
}
int sector_size(sqlite3_file* file) { return of(file).real->pMethods->xSectorSize(of(file).real); }
int characteristics(sqlite3_file* file) { return of(file).real->pMethods->xDeviceCharacteristics(of(file).real); }
int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
  return of(file).real->pMethods->xShmMap(of(file).real, page, size, extend, out);
}
int shm_lock(sqlite3_file* file, int at, int n, int flags) {
  return of(file).real->pMethods->xShmLock(of(file).real, at, n, flags);
}
void shm_barrier(sqlite3_file* file) { of(file).real->pMethods->xShmBarrier(of(file).real); }
int shm_unmap(sqlite3_file* file, int remove) { return of(file).real->pMethods->xShmUnmap(of(file).real, remove); }

constexpr sqlite3_io_methods methods{
    .iVersion = 2,  // no memory mapping: every write is to be seen
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = file_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto& disk = disk_of(vfs);
  auto* f = new (file) File{};
  f->disk = &disk;
  f->real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + sizeof(File));
  f->pMethods = nullptr;
  f->real->pMethods = nullptr;
  const int code = disk.real()->xOpen(disk.real(), name, f->real, flags, out_flags);
  if (code != SQLITE_OK) return code;
  f->path = new std::string(name ? name : "");
  f->pMethods = &methods;
  disk.opened(*f->path);
  return SQLITE_OK;
}
int delete_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
  disk_of(vfs).removed(name);
  return disk_of(vfs).real()->xDelete(disk_of(vfs).real(), name, sync_directory);
}

void apply(Bytes& to, const FaultyDisk::Write& write) {
  const auto at = static_cast<std::size_t>(write.offset);
  if (write.truncate) {
    to.resize(std::min(to.size(), at));
    return;
  }
  if (to.size() < at + write.octets.size()) to.resize(at + write.octets.size());
  std::ranges::copy(write.octets, to.begin() + static_cast<std::ptrdiff_t>(at));
}

// Any of: nothing of it, the sectors up to one, all of it.
std::optional<FaultyDisk::Write> survivor(const FaultyDisk::Write& write, Rng& rng) {
  if (rng.chance(0.4)) return std::nullopt;
  auto part = write;
  if (!write.truncate && write.octets.size() > sector && rng.chance(0.3))
    part.octets.resize(sector * (1 + rng.below(write.octets.size() / sector)));
  return part;
}

}  // namespace

FaultyDisk::FaultyDisk() : real_(sqlite3_vfs_find(nullptr)), shim_(*real_) {
  shim_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  shim_.zName = "faulty-disk";
  shim_.pAppData = this;
  shim_.pNext = nullptr;
  shim_.xOpen = open_file;
  shim_.xDelete = delete_file;
  sqlite3_vfs_register(&shim_, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&shim_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyDisk::opened(const std::string& path) {
  if (path.empty() || platters_.contains(path)) return;
  std::ifstream in(path, std::ios::binary);
  auto& platter = platters_[path];
  platter.durable.assign(std::istreambuf_iterator<char>(in), {});
  platter.size = static_cast<std::int64_t>(platter.durable.size());
}

int FaultyDisk::written(const std::string& path, std::int64_t offset, ByteView octets) {
  if (writes_fail) return SQLITE_IOERR_WRITE;
  if (path.empty()) return SQLITE_OK;
  auto& platter = platters_[path];
  const auto end = offset + static_cast<std::int64_t>(octets.size());
  const auto growth = std::max<std::int64_t>(0, end - platter.size);
  if (space && growth > *space) return SQLITE_FULL;
  if (space) *space -= growth;
  platter.size = std::max(platter.size, end);
  platter.pending.push_back({offset, Bytes(octets.begin(), octets.end()), false});
  return SQLITE_OK;
}

void FaultyDisk::truncated(const std::string& path, std::int64_t size) {
  if (path.empty()) return;
  platters_[path].pending.push_back({size, {}, true});
  platters_[path].size = std::min(platters_[path].size, size);
}

int FaultyDisk::synced(const std::string& path) {
  if (syncs_fail) return SQLITE_IOERR_FSYNC;
  ++syncs;
  if (path.empty()) return SQLITE_OK;
  auto& platter = platters_[path];
  for (const auto& write : platter.pending) apply(platter.durable, write);
  platter.pending.clear();
  return SQLITE_OK;
}

void FaultyDisk::removed(const std::string& path) { platters_.erase(path); }

void FaultyDisk::power_cut(const std::string& folder, Rng& rng) const {
  std::filesystem::create_directories(folder);
  for (const auto& [path, platter] : platters_) {
    auto octets = platter.durable;
    auto order = platter.pending;
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
    for (const auto& write : order)
      if (const auto part = survivor(write, rng)) apply(octets, *part);
    std::ofstream out(folder + "/" + std::filesystem::path(path).filename().string(), std::ios::binary);
    out.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  }
}

}  // namespace longwire::store::test
