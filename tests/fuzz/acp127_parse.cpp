// ACP 127 messages: what is read, written and read again is the same message, whatever the text was.
#include "annexe/acp127/acp127_json.hpp"
#include "annexe/acp127/text_fields.hpp"

#include <boost/json/serialize.hpp>

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire;
  const ByteView in{data, size};
  const auto first = acp127::parse(as_text(in));
  if (!first) {
    if (first.error().offset > size || first.error().name.empty()) std::abort();
    return 0;
  }
  (void)boost::json::serialize(acp127::to_json(*first));
  // One crossing makes circuit text of it (upper case, stand-ins, folded lines); a second changes nothing more.
  const auto text = acp127::format(*first, {});
  const auto second = acp127::parse(text);
  if (!second) std::abort();
  const auto again = acp127::format(*second, {});
  const auto third = acp127::parse(again);
  if (!third || !(*third == *second) || acp127::format(*third, {}) != again) std::abort();
  if (auto read = acp127::read_structured(second->text); read && read->kind != acp127::BodyKind::foreign) {
    const auto written = acp127::write_structured(*read, {});
    const auto back = acp127::read_structured(written);
    if (!back || back->fields != read->fields || back->body != read->body) std::abort();
  }
  return 0;
}
