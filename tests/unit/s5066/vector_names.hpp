// The vectors under tests/vectors/s5066.
#pragma once

#include "tests/unit/vectors.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace longwire::test {

// Names without extension, sorted.
inline std::vector<std::string> vector_names(const std::string& prefix) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(LONGWIRE_VECTORS) + "/s5066"))
    if (entry.path().extension() == ".hex" && entry.path().stem().string().starts_with(prefix))
      names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

inline Bytes s5066_vector(const std::string& name) { return read_hex_vector("s5066/" + name + ".hex"); }

}  // namespace longwire::test
