// Octet streams of ACP 127 circuits: however they are cut, the same messages come out, and memory stays bounded.
// The first octet chooses the code (bit 0) and the size of the pieces.
#include "annexe/acp127/scanner.hpp"
#include "annexe/acp127/sections.hpp"
#include "base/limits.hpp"

#include <cstdlib>
#include <vector>

namespace {

using namespace longwire;

std::vector<std::string> scan(ByteView octets, acp127::Code code, std::size_t piece) {
  acp127::Scanner scanner(code);
  std::vector<std::string> out;
  const auto fetch = [&] {
    while (const auto s = scanner.poll()) {
      if (s->text.size() > limits::acp127_message_octets) std::abort();
      out.push_back(std::string(s->problem) + ":" + s->text);
    }
  };
  for (std::size_t at = 0; at < octets.size(); at += piece) {
    scanner.feed(octets.subspan(at, std::min(piece, octets.size() - at)));
    fetch();
  }
  scanner.finish();
  fetch();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView octets{data + 1, size - 1};
  const auto code = (data[0] & 1U) != 0 ? acp127::Code::ita2 : acp127::Code::ia5;
  const auto whole = scan(octets, code, octets.size() + 1);
  if (scan(octets, code, 1U + (data[0] >> 1U)) != whole) std::abort();
  acp127::Reassembly reassembly;
  std::uint64_t ticket = 0;
  for (const auto& text : whole) {
    auto m = acp127::parse(std::string_view(text).substr(text.find(':') + 1));
    if (m && m->section) (void)reassembly.add(*std::move(m), ++ticket, Time{});
  }
  if (reassembly.open() > limits::acp127_open_messages) std::abort();
  (void)reassembly.give_up(never);
  if (reassembly.open() != 0) std::abort();
  return 0;
}
