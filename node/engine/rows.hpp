// Rows: the stored row of the message at hand. Several recipients of one message change together, so
// the last row read is kept; every change goes through here, so it is never stale.
#pragma once

#include "node/store/store.hpp"

#include <cstdint>
#include <optional>

namespace longwire::engine {

class Rows {
 public:
  explicit Rows(store::Store& store) : store_(store) {}

  // nullptr when there is no such message. Valid until the next call with another id.
  store::MessageRow* get(std::uint64_t id) {
    if (!row_ || row_->id != id) row_ = store_.message(id);
    return row_ ? &*row_ : nullptr;
  }
  void keep(store::MessageRow row) { row_ = std::move(row); }
  void write(std::uint64_t id, std::uint32_t index) {
    if (auto* row = get(id)) store_.update_recipient(id, index, row->rows.at(index));
  }
  void forget() { row_.reset(); }

 private:
  store::Store& store_;
  std::optional<store::MessageRow> row_;
};

}  // namespace longwire::engine
