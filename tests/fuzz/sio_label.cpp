// SIO-Label: what is written of a label or a marking is read back the same; what came along comes out only where it can
// be read.
#include "annexe/gateway/labels.hpp"
#include "base/text.hpp"

#include <cstdlib>

namespace {

using namespace longwire;

gateway::Settings make_settings() {
  gateway::AddressMapConfig config;
  config.domain = "gw.example";
  return {.addresses = gateway::AddressMap(std::move(config)),
          .domain = {"NO", "TAC", "GW"},
          .mta_name = "GW",
          .host = "gw.example",
          .policies = {{"1.3.26.1.3.1", "NATO"}}};
}

Result<std::optional<mail::SioLabel>> read(const std::string& fields) {
  const auto message = fields + "\r\n";
  return mail::read_sio_label(mail::HeaderView(as_bytes(message)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto settings = make_settings();
  const auto text = trim(as_text({data, size}));
  if (const auto change = mail::parse_sio_label_history(text)) {
    const auto again = mail::format_sio_label_history(*change) + "\r\n";
    const auto value = mail::HeaderView(as_bytes(again)).value("SIO-Label-History");
    const auto back = mail::parse_sio_label_history(value.value_or(""));
    if (!back || back->before != change->before || back->after != change->after) std::abort();
  }
  const auto label = mail::parse_sio_label(text);
  (void)gateway::classification_of_words(text);
  const auto fields = gateway::label_fields(std::nullopt, "SIO-Label: " + std::string(text), settings, from_unix(0));
  if (label.has_value() != !fields.empty()) std::abort();
  if (!label) return 0;
  const auto p1 = gateway::label_of(*label);
  const auto again = gateway::label_fields(p1, "SIO-Label: " + std::string(text), settings, from_unix(0));
  const auto back = read(again);
  if (!back || !*back || (*back)->label != label->label || (*back)->marking != label->marking ||
      (*back)->type != label->type)
    std::abort();
  if (!label->label) return 0;
  const auto written = read(gateway::format_sio_label(*label->label, settings));
  if (!written || !*written || (*written)->label != label->label) std::abort();
  return 0;
}
