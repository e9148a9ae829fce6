// Messages of a stranger into both ends of a SCRAM-SHA-256 exchange, lines separated by LF. Nothing he says may end in
// success without the password.
#include "crypto/scram.hpp"

#include <cstdlib>
#include <string_view>

namespace {

using namespace longwire;

class Fixed : public crypto::Random {
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = 40;
  }
};

const crypto::UserFile& users() {
  static const auto file = [] {
    Fixed random;
    return *crypto::UserFile::read(crypto::format_user(*crypto::make_user("user", "pencil", 4096, random)));
  }();
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto at = input.find('\n');
  const auto first = input.substr(0, at);
  const auto second = at == std::string_view::npos ? std::string_view{} : input.substr(at + 1);
  Fixed random;
  crypto::ScramServer server(users(), random);
  using Kind = crypto::ScramServer::Step::Kind;
  if (server.first(first).kind == Kind::success || server.final(second).kind == Kind::success) std::abort();
  crypto::ScramClient client("user", "pencil", random);
  const auto answer = client.final(first);
  if (!answer && client.verify(second)) std::abort();
  return 0;
}
