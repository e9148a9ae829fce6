// Runs a fuzz target without libFuzzer: every corpus file, then seeded mutations of them.
// A crash or a sanitizer report fails the test; the input that did it is named on stderr.
#include "base/rng.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;

void mutate(Input& input, longwire::Rng& rng) {
  for (auto edits = 1 + rng.below(8); edits > 0; --edits) {
    const auto at = input.empty() ? 0 : rng.below(input.size());
    switch (rng.below(5)) {
      case 0:
        if (!input.empty()) input[at] = static_cast<std::uint8_t>(rng.next());
        break;
      case 1:
        if (!input.empty()) input[at] ^= static_cast<std::uint8_t>(1U << rng.below(8));
        break;
      case 2:
        input.resize(input.empty() ? 0 : at);
        break;
      case 3:
        input.insert(input.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(rng.next()));
        break;
      default:
        if (!input.empty()) input[at] = rng.chance(0.5) ? 0xFF : 0x00;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::fprintf(stderr, "usage: %s CORPUS_DIR [RUNS]\n", argv[0]);
    return 2;
  }
  std::vector<Input> corpus{{}};
  if (std::filesystem::is_directory(argv[1]))
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
      std::ifstream file(entry.path(), std::ios::binary);
      corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      std::fprintf(stderr, "%s\n", entry.path().c_str());
      (void)LLVMFuzzerTestOneInput(corpus.back().data(), corpus.back().size());
    }
  longwire::Rng rng(1);
  const int runs = argc == 3 ? std::atoi(argv[2]) : 20'000;
  for (int i = 0; i < runs; ++i) {
    Input input = corpus[rng.below(corpus.size())];
    mutate(input, rng);
    (void)LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  std::printf("%zu corpus files, %d mutations, no crash\n", corpus.size() - 1, runs);
  return 0;
}
