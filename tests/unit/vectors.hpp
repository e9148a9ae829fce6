// Reads the files under tests/vectors for unit tests.
#pragma once

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace longwire::test {

inline Bytes read_vector(const std::string& name) {
  std::ifstream file(std::string(LONGWIRE_VECTORS) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline Bytes read_hex_vector(const std::string& name) { return from_hex(as_text(read_vector(name))).value(); }

}  // namespace longwire::test
