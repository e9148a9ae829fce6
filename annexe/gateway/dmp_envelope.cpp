#include "annexe/dmp/times.hpp"
#include "annexe/gateway/dmp_parts.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {
constexpr std::string_view subject_prefix = "DMP-";
}

std::string dmp_subject(std::uint16_t id) { return std::string(subject_prefix) + std::to_string(id); }

std::optional<std::uint16_t> parse_dmp_subject(std::string_view local) {
  if (!local.starts_with(subject_prefix)) return std::nullopt;
  local.remove_prefix(subject_prefix.size());
  const auto number = parse_unsigned(local.substr(0, local.find('-')));
  if (!number || *number > 0xFFFF) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

namespace dmp_parts {

namespace {
constexpr Duration clock_margin = std::chrono::minutes{30};  // differing clocks, and an hour at least to get through
constexpr Duration sending_margin = std::chrono::hours{1};
constexpr std::size_t hops_most = 7;         // three bits
constexpr std::size_t conversions_most = 5;  // RFC 2156 5.1.5
}  // namespace

Error not_for_dmp(std::string why) { return error("not_for_dmp", 0, std::move(why)); }

std::optional<Error> first_loss(std::initializer_list<Loss> losses) {
  const auto* found = std::find_if(losses.begin(), losses.end(), [](const Loss& l) { return l.there; });
  if (found == losses.end()) return std::nullopt;
  return not_for_dmp(std::string(found->what));
}

void note(Notes* notes, std::string what) {
  if (notes != nullptr) notes->push_back(std::move(what));
}

Result<Time> submission_time(const std::vector<x400::TraceElement>& trace, Time now) {
  const auto t = trace.empty() ? now : trace.front().arrival;
  if (t > now + clock_margin / 2) return not_for_dmp("a submission time in the future");
  if (now - t > dmp::submission_age_most - clock_margin - sending_margin)
    return not_for_dmp("a submission time more than 16 hours ago");
  return dmp::resolve_submission(dmp::submission_code(t), t);
}

x400::MtsId mts_id(std::string local, const Settings& settings) { return {settings.domain, std::move(local)}; }

std::vector<x400::TraceElement> trace(const dmp::Envelope& envelope, const Settings& settings) {
  x400::TraceElement hop;
  hop.domain = settings.domain;
  hop.arrival = envelope.submission;
  std::vector<x400::TraceElement> out{hop};
  for (std::size_t i = 0; i <= envelope.hops; ++i) {
    // Whoever was only relayed as often as that can still be read; another conversion is too many.
    if (i < conversions_most) hop.converted.emplace().extended.emplace_back(eit_mixer);
    else hop.converted.reset();
    out.push_back(hop);
  }
  return out;
}

Result<std::uint8_t> hops(const std::vector<x400::TraceElement>& trace) {
  // The first element is the submission; the conversion of mail that is sent is no hop yet.
  const bool converted = std::any_of(trace.begin(), trace.end(), [](const auto& e) { return e.converted.has_value(); });
  const std::size_t none = converted ? 2 : 1;
  const auto count = trace.size() > none ? trace.size() - none : 0;
  if (count >= hops_most) return not_for_dmp("more hops than it can count");
  return static_cast<std::uint8_t>(count);
}

std::optional<Error> check_size(const dmp::Pdu& pdu, std::size_t most) {
  const auto octets = dmp::encode(pdu);
  if (!octets) return not_for_dmp("a value that is too long for its field");
  if (octets->size() <= most) return std::nullopt;
  return not_for_dmp("a datagram of " + std::to_string(octets->size()) + " octets where " + std::to_string(most) +
                     " fit");
}

}  // namespace dmp_parts

}  // namespace longwire::gateway
