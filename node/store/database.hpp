// Database: one SQLite connection with its cached statements and its open transaction, and Query:
// a statement in use. The only place that turns an SQLite result code into a StoreError.
#pragma once

#include "base/ids.hpp"
#include "node/store/file_lock.hpp"
#include "node/store/store.hpp"

#include <sqlite3.h>
#include <concepts>
#include <optional>
#include <unordered_map>

namespace longwire::store {

class Database;

// Bound on construction (?1, ?2 ... in the order of the arguments), reset on destruction.
class Query {
 public:
  // How long the caller keeps text and blobs alive: SQLITE_STATIC = until the last step().
  template <class... Args>
  Query(Database& db, sqlite3_stmt* statement, sqlite3_destructor_type lifetime, const Args&... args)
      : db_(db), statement_(statement), lifetime_(lifetime) {
    (bind(args), ...);
  }
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  bool step();  // true: a row is there

  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  template <std::integral T>
  T as(int column) const {
    return static_cast<T>(integer(column));
  }
  bool flag(int column) const { return integer(column) != 0; }
  Time time(int column) const { return Time{Duration{integer(column)}}; }
  PmulId pmul_id(int column) const { return PmulId{as<std::uint32_t>(column)}; }
  std::string_view text(int column) const;  // ends with the next step()
  std::string string(int column) const { return std::string{text(column)}; }
  Bytes bytes(int column) const;

 private:
  void bind(std::integral auto value) { bind_integer(static_cast<std::int64_t>(value)); }
  void bind(Time t) { bind_integer(t.time_since_epoch().count()); }
  void bind(PmulId id) { bind_integer(id.value); }
  void bind(Ipv4 address) { bind_integer(address.value); }
  void bind(std::string_view text);
  void bind(const std::string& text) { bind(std::string_view{text}); }
  void bind(ByteView blob);
  void bind(const Bytes& blob) { bind(ByteView{blob}); }
  template <class T>
  void bind(const std::optional<T>& value) {
    if (value) bind(*value);
    else check(sqlite3_bind_null(statement_, ++bound_));
  }
  void bind_integer(std::int64_t value) { check(sqlite3_bind_int64(statement_, ++bound_, value)); }
  void check(int code);

  Database& db_;
  sqlite3_stmt* statement_;
  sqlite3_destructor_type lifetime_;
  int bound_ = 0;
};

class Database {
 public:
  // Opens or creates the file and sets the pragmas; knows nothing of the schema.
  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // sql must be a string literal: its address is the key of the statement cache.
  template <class... Args>
  Query read(const char* sql, const Args&... args) {
    return Query(*this, prepared(sql), SQLITE_TRANSIENT, args...);
  }
  // Opens the transaction when none is open and runs the statement to its end. Rows changed.
  template <class... Args>
  int write(const char* sql, const Args&... args) {
    begin();
    Query query(*this, prepared(sql), SQLITE_STATIC, args...);
    while (query.step()) {
    }
    return sqlite3_changes(db_);
  }
  void execute(const std::string& sql);  // schema and pragmas: several statements, not cached
  std::int64_t pragma(const std::string& name);
  std::string first_text(const std::string& sql);

  void begin();
  void commit();
  void rollback() noexcept;
  bool in_transaction() const { return in_transaction_; }
  std::int64_t last_insert_id() const { return sqlite3_last_insert_rowid(db_); }
  // Moves the write-ahead log into the file when it has grown beyond `pages`; never waits.
  void checkpoint(int pages);

  // Rolls back, then throws what the code means for the operator.
  [[noreturn]] void fail(int code);
  // The same for a row that holds what no Longwire writes.
  [[noreturn]] void fail_row(std::string_view what);

  const std::string& path() const { return path_; }
  bool in_memory() const { return path_ == ":memory:"; }

 private:
  sqlite3_stmt* prepared(const char* sql);
  static int on_log_written(void* self, sqlite3* db, const char* schema, int pages);
  void open();
  void close() noexcept;

  std::string path_;
  std::optional<FileLock> lock_;
  sqlite3* db_ = nullptr;
  bool in_transaction_ = false;
  int log_pages_ = 0;
  std::unordered_map<const void*, sqlite3_stmt*> statements_;
};

}  // namespace longwire::store
