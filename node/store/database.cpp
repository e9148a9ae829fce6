#include "node/store/database.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

namespace longwire::store {

namespace {

// The write-ahead log is folded back by checkpoint() when the node is idle. This is only the upper
// bound when it never is: 4000 pages = 16 MB of log, read again in well under a second after a
// crash. The default of 1000 would make every hundredth commit of a busy node wait for two fsyncs
// and a few hundred page writes; a longer log folds many writes of the same page into one.
constexpr int autocheckpoint_pages = 4000;
// An operator's sqlite3 shell may hold the write lock for a moment.
constexpr int busy_timeout_ms = 5000;

std::string advice(int code) {
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return "the disk is full: free space there; nothing of this step was stored";
    case SQLITE_READONLY:
      return "it is read-only: check owner, mode and mount of the file and its directory";
    case SQLITE_CORRUPT:
      return "the file is damaged: stop the node, keep a copy, restore a backup or salvage it with "
             "\"sqlite3 FILE .recover\"";
    case SQLITE_NOTADB:
      return "the file is no Longwire store: check data_dir, or move the file away";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program keeps it locked: close the sqlite3 shells that have it open";
    case SQLITE_CANTOPEN:
      return "it cannot be opened: check that the directory exists and may be written";
    case SQLITE_IOERR:
      return "the disk reports an error: look at the kernel log, check the disk";
    case SQLITE_NOMEM:
      return "out of memory";
    case SQLITE_CONSTRAINT:
      return "a row was refused: this is a fault of the program";
    default:
      return "this is a fault of the program";
  }
}

// The database holds message texts: create it for its owner only (SQLite gives -wal and -shm the
// same mode), and make the name itself durable.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    if (errno == EEXIST) return;
    throw StoreError("store " + path + ": cannot be created: " + std::strerror(errno) +
                     "; check that the directory exists and may be written");
  }
  ::close(file);
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash + 1);
  const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  ::fsync(directory);
  ::close(directory);
}

}  // namespace

// --- Query

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::bind(std::string_view text) {
  // A null pointer would be bound as NULL; an empty text is a text.
  const char* data = text.data() ? text.data() : "";
  check(sqlite3_bind_text64(statement_, ++bound_, data, text.size(), lifetime_, SQLITE_UTF8));
}

void Query::bind(ByteView blob) {
  if (blob.empty()) check(sqlite3_bind_zeroblob(statement_, ++bound_, 0));
  else check(sqlite3_bind_blob64(statement_, ++bound_, blob.data(), blob.size(), lifetime_));
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  return false;
}

std::string_view Query::text(int column) const {
  const auto* data = sqlite3_column_text(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return data ? std::string_view{reinterpret_cast<const char*>(data), size} : std::string_view{};
}

Bytes Query::bytes(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return data ? Bytes(data, data + sqlite3_column_bytes(statement_, column)) : Bytes{};
}

void Query::check(int code) {
  if (code == SQLITE_OK) return;
  db_.fail(code);
}

// --- Database

Database::Database(const std::string& path) : path_(path) {
  if (!in_memory()) {
    lock_.emplace(path);
    create_private(path);
  }
  try {
    open();
  } catch (...) {
    close();
    throw;
  }
}

Database::~Database() {
  rollback();
  close();
}

void Database::open() {
  // One thread per node (design section 2), so SQLite's mutexes would be idle work.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (in_memory() ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path_.c_str(), &db_, flags, nullptr);
  if (code != SQLITE_OK) fail(code);
  sqlite3_extended_result_codes(db_, 1);
  execute("PRAGMA foreign_keys = ON");
  if (in_memory()) {
    // Nothing to sync; the rollback journal in memory keeps rollback() exact.
    execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY");
    return;
  }
  sqlite3_busy_timeout(db_, busy_timeout_ms);
  const auto mode = first_text("PRAGMA journal_mode = WAL");
  if (mode != "wal")
    throw StoreError("store " + path_ + ": this file system cannot keep a write-ahead log (journal mode is " + mode +
                     "); put data_dir on a local disk");
  execute("PRAGMA synchronous = FULL");  // NORMAL would lose the last commits with the power (design 2.7)
  sqlite3_wal_hook(db_, &Database::on_log_written, this);
}

void Database::close() noexcept {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  statements_.clear();
  sqlite3_close(db_);
  db_ = nullptr;
}

sqlite3_stmt* Database::prepared(const char* sql) {
  auto& statement = statements_[sql];
  if (!statement) {
    const int code = sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) fail(code);
  }
  return statement;
}

void Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::string Database::first_text(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  int code = sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  std::string out;
  if (code == SQLITE_ROW) {
    const auto* text = sqlite3_column_text(statement, 0);
    if (text) out = reinterpret_cast<const char*>(text);
  }
  sqlite3_finalize(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(code);
  return out;
}

std::int64_t Database::pragma(const std::string& name) {
  const auto text = first_text("PRAGMA " + name);
  return text.empty() ? 0 : std::stoll(text);
}

void Database::begin() {
  if (in_transaction_) return;
  // IMMEDIATE takes the write lock now: a foreign writer shows as busy here, before anything was done.
  Query query(*this, prepared("BEGIN IMMEDIATE"), SQLITE_STATIC);
  query.step();
  in_transaction_ = true;
}

void Database::commit() {
  if (!in_transaction_) return;
  {
    Query query(*this, prepared("COMMIT"), SQLITE_STATIC);
    query.step();  // on failure the transaction is rolled back, see fail()
  }
  in_transaction_ = false;
}

void Database::rollback() noexcept {
  in_transaction_ = false;
  // After disk full or an I/O error SQLite has often rolled back by itself.
  if (db_ && sqlite3_get_autocommit(db_) == 0) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

void Database::checkpoint(int pages) {
  if (in_memory() || in_transaction_ || log_pages_ < pages) return;
  log_pages_ = 0;  // the next commit tells the true size, also when a reader kept some pages back
  const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED) fail(code);
}

// In place of PRAGMA wal_autocheckpoint, which is the same hook without the count. What goes wrong
// in this checkpoint does not undo the commit before it; the next commit tries again.
int Database::on_log_written(void* self, sqlite3* db, const char* /*schema*/, int pages) {
  static_cast<Database*>(self)->log_pages_ = pages;
  if (pages >= autocheckpoint_pages)
    sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  return SQLITE_OK;
}

void Database::fail(int code) {
  const std::string text = db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
  rollback();
  throw StoreError("store " + path_ + ": " + advice(code) + " (" + text + ", code " + std::to_string(code) + ")");
}

void Database::fail_row(std::string_view what) {
  rollback();
  throw StoreError("store " + path_ + ": " + std::string(what));
}

}  // namespace longwire::store
