// What the parts of Store share; no other folder includes it.
#pragma once

#include "node/store/database.hpp"
#include "node/store/text_forms.hpp"

namespace longwire::store {

// Rows of one forget_ call: a few milliseconds, so that no timer of the node is late.
inline constexpr std::size_t forget_per_call = 100;

struct Store::Impl {
  explicit Impl(const std::string& path) : db(path) {}

  // Reads a row of ours; a text that text_forms refuses means somebody else wrote it.
  template <class Read>
  auto reading(std::string_view table, Read read) {
    try {
      return read();
    } catch (const std::invalid_argument& e) {
      db.fail_row("damaged row in table " + std::string(table) + ": " + e.what());
    }
  }
  std::optional<MessageRow> load_message(std::uint64_t id);
  bool forget_alerts_before(Time t);  // true when there may be more
  void told_sync() {
    if (observer) observer(++syncs);
  }

  Database db;
  std::function<void(unsigned)> observer;
  unsigned syncs = 0;
};

}  // namespace longwire::store
