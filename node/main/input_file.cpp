#include "node/main/input_file.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace longwire::commands {

Result<Bytes> read_octets(const std::string& file) {
  std::ifstream opened;
  std::error_code ignored;
  if (file != "-") {
    if (std::filesystem::is_directory(file, ignored)) return error("unreadable", 0, file + " is a directory");
    opened.open(file, std::ios::binary);
    if (!opened) return error("unreadable", 0, "cannot read " + file);
  }
  std::istream& in = file == "-" ? std::cin : opened;
  Bytes octets((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return error("unreadable", 0, "cannot read " + file);
  return octets;
}

}  // namespace longwire::commands
