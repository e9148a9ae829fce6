// The tables of a store and the steps from each schema version to the next.
#pragma once

#include "node/store/database.hpp"

#include <span>

namespace longwire::store {

// PRAGMA application_id of every store, so that a database of another program is never written to.
inline constexpr std::int64_t application_id = 0x4C57'4952;  // "LWIR"

// Brings a store from version - 1 to version. Never edit a released step: append one.
struct Migration {
  std::int64_t version;
  const char* sql;
};
std::span<const Migration> migrations();

// Checks an existing file, creates the tables of a new one, applies the steps an older one lacks
// (all in one transaction). StoreError: no store, newer schema, damaged.
void open_schema(Database& db, std::span<const Migration> steps);

}  // namespace longwire::store
