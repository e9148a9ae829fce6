#include "sim/capture_files.hpp"

#include <algorithm>
#include <filesystem>

namespace longwire::sim {

CaptureFiles capture_files(const std::vector<LinkConfig>& links, const std::string& name) {
  const auto modems = std::ranges::count_if(links, [](const auto& link) { return link.hf.modems; });
  if (name.empty() || modems == 0) return {name, {}};
  if (static_cast<std::size_t>(modems) == links.size()) return {{}, name};
  std::filesystem::path beside(name);
  beside.replace_filename(beside.stem().string() + ".s5066" + beside.extension().string());
  return {name, beside.string()};
}

}  // namespace longwire::sim
