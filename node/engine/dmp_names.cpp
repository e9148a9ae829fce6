#include "node/engine/dmp_names.hpp"

#include "base/text.hpp"

#include <limits>

namespace longwire::engine {

std::string dmp_local_id(PmulId source, std::uint16_t id, Time submission) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto seconds = to_unix32(submission);
  std::string time;
  for (int shift = 28; shift >= 0; shift -= 4) time += digits[(seconds >> shift) & 15];
  return to_string(source) + "/" + std::to_string(id) + "/" + time;
}

std::optional<std::uint16_t> dmp_id_in(std::string_view local_id, PmulId source) {
  const auto prefix = to_string(source) + "/";
  if (!local_id.starts_with(prefix)) return std::nullopt;
  const auto rest = local_id.substr(prefix.size());
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto id = parse_unsigned(rest.substr(0, slash));
  if (!id || *id > std::numeric_limits<std::uint16_t>::max()) return std::nullopt;
  return static_cast<std::uint16_t>(*id);
}

}  // namespace longwire::engine
