// P1: what decodes is written, read again and the same; a relayed APDU keeps its content and decodes; the text forms
// of names and identifiers take anything.
#include "annexe/x400/p1_json.hpp"
#include "base/utc_time.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <string>

namespace {

using namespace longwire;

std::string json_of(const x400::MtsApdu& apdu) { return boost::json::serialize(x400::to_json(apdu)); }

void check_relay(ByteView in, const x400::MtsApdu& before) {
  const x400::TraceElement own{{"NO", " ", "X"}, from_unix(1'795'262'400), x400::TraceAction::relayed, {}, {}, {}, 0};
  const auto relayed = x400::relay(in, own, {0});
  if (!relayed) {
    if (relayed.error().name != "bad_value") std::abort();  // the trace is full
    return;
  }
  const auto after = x400::decode_p1(*relayed);
  if (!after || after->index() != before.index()) std::abort();
  const auto* message = std::get_if<x400::Message>(&*after);
  if (message != nullptr && message->content != std::get<x400::Message>(before).content) std::abort();
}

void check_text(ByteView in) {
  const auto text = as_text(in);
  (void)parse_utc_time(text);
  if (const auto id = x400::parse_mts_id(text)) {
    const auto again = x400::parse_mts_id(x400::to_string(*id));
    if (!again || !(*again == *id)) std::abort();
  }
  if (const auto name = x400::parse_or_name(text)) {
    const auto again = x400::parse_or_name(x400::to_text(*name));
    if (again && x400::to_text(*again) != x400::to_text(*name)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView in(data, size);
  check_text(in);
  const auto decoded = x400::decode_p1(in);
  if (!decoded) {
    if (decoded.error().name.empty() || decoded.error().offset > in.size()) std::abort();
    return 0;
  }
  const auto again = x400::decode_p1(x400::encode_p1(*decoded));
  if (!again || json_of(*again) != json_of(*decoded)) std::abort();
  check_relay(in, *decoded);
  return 0;
}
