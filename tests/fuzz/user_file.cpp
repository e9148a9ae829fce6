// A file of users: read, and what is read is written as it can be read again.
#include "crypto/scram.hpp"

#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire::crypto;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto users = UserFile::read(input);
  const auto name = input.substr(0, input.find(':'));
  if (!users) return 0;
  const auto record = users->record_or_decoy(name);
  const auto* user = users->find(name);
  if (user == nullptr) return 0;
  const auto again = UserFile::read(format_user(*user));
  if (!again || again->find(name) == nullptr || again->find(name)->stored_key != record.stored_key) std::abort();
  return 0;
}
