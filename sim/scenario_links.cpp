#include "base/limits.hpp"
#include "sim/hf_waveform.hpp"
#include "sim/scenario_parts.hpp"

#include <algorithm>
#include <array>

namespace longwire::sim {

namespace {

using namespace std::chrono_literals;

void apply_kind(LinkConfig& link) {
  switch (link.kind) {
    case LinkKind::full_duplex:
      link.rate_bps = 64'000;
      break;
    case LinkKind::satcom:
      link.rate_bps = 64'000;
      link.propagation = 270ms;  // up and down to a geostationary satellite
      break;
    case LinkKind::half_duplex:
      link.rate_bps = 9'600;
      link.turnaround = 200ms;  // what a well-tuned radio reaches
      break;
    case LinkKind::hf:
      link.rate_bps = 2'400;
      link.propagation = 20ms;
      link.turnaround = 2s;
      link.loss = {0.05, 3s};
      break;
  }
}

void read_fades(Section& section, LinkConfig& link, ReaderContext& context, std::string_view key, bool outage) {
  for (const auto* table : section.tables(key, limits::scenario_link_parts)) {
    Section part(*table, context.file, context.problems);
    Fade fade;
    part.required("from");
    part.required("to");
    part.duration("from", fade.from);
    part.duration("to", fade.to);
    if (!outage) {
      part.required("loss");
      part.probability("loss", fade.loss);
    }
    part.texts("receivers", fade.receivers);
    for (const auto& name : fade.receivers)
      if (const auto* where = table->get("receivers")) part.lookup(*where, "node", name, context.nodes);
    if (part.has("from") && part.has("to") && fade.to <= fade.from) part.error_at("to", "to must be later than from");
    part.finish();
    link.fades.push_back(std::move(fade));
  }
}

// The rest of a link is read on top of what modems do by default.
void apply_modems(LinkConfig& link) {
  link.hf.modems = true;
  link.turnaround = 200ms;  // from receiving to transmitting, beside the keying delay
  link.loss = {};           // noise is `snr`
}

void check_rate(Section& section, std::string_view key, std::uint64_t rate) {
  if (std::ranges::count(hf_rates(), rate) > 0) return;
  std::string known;
  for (const auto one : hf_rates()) known += (known.empty() ? "" : ", ") + std::to_string(one);
  section.error_at(key, "no HF modem has " + std::to_string(rate) + " bit/s; they have " + known);
}

void read_hf(Section& section, LinkConfig& link, ReaderContext& context) {
  auto& hf = link.hf;
  if (const auto word = section.choice("interleaver", {"none", "short", "long"}))
    hf.interleaver = static_cast<modem::Interleaver>(*word);
  section.duration("keying", hf.keying);
  section.duration("preamble", hf.preamble);
  section.decibel("snr", hf.snr_db);
  if (const auto word = section.choice("channel", {"none", "good", "moderate", "poor"}))
    hf.fading = static_cast<HfFading>(*word);
  std::optional<double> capture = hf.capture_db;
  section.decibel("capture", capture);
  hf.capture_db = *capture;
  section.flag("shift_bits", hf.shift_bits);
  section.numbers("rates", hf.rates);
  for (const auto* part : section.tables("path", limits::scenario_link_parts)) {
    Section path(*part, context.file, context.problems);
    HfSettings::Path one;
    for (const auto* key : {"from", "to", "snr"}) path.required(key);
    if (const auto from = path.reference("from", "node", context.nodes)) one.from = context.nodes[*from];
    if (const auto to = path.reference("to", "node", context.nodes)) one.to = context.nodes[*to];
    std::optional<double> snr;
    path.decibel("snr", snr);
    one.snr_db = snr.value_or(0);
    path.finish();
    hf.paths.push_back(std::move(one));
  }
  for (const auto rate : hf.rates) check_rate(section, "rates", rate);
  check_rate(section, "rate", link.rate_bps);
  if (hf.fading != HfFading::none && !hf.snr_db && hf.paths.empty() &&
      std::ranges::none_of(link.receivers, [](const auto& r) { return r.snr_db.has_value(); }))
    section.error_at("channel", "channel needs an snr: fading without noise does no harm");
  for (const auto* key : {"mtu", "collisions"})
    if (section.has(key)) section.error_at(key, std::string(key) + " means nothing on a link of modems");
}

LinkConfig::PerReceiver read_receiver(const toml::table& table, bool modems, ReaderContext& context) {
  Section receiver(table, context.file, context.problems);
  LinkConfig::PerReceiver one;
  receiver.required("node");
  if (const auto index = receiver.reference("node", "node", context.nodes)) one.node = context.nodes[*index];
  if (!modems) receiver.required("loss");
  if (receiver.has("loss")) receiver.loss("loss", one.loss.emplace());
  if (modems) {
    receiver.decibel("snr", one.snr_db);
    receiver.duration("keying", one.keying);
  }
  receiver.finish();
  return one;
}

LinkConfig read_link(const toml::table& table, ReaderContext& context) {
  Section section(table, context.file, context.problems);
  LinkConfig link;
  section.required("name");
  section.text("name", link.name);
  section.required("kind");
  if (const auto kind = section.choice("kind", {"full-duplex", "satcom", "half-duplex", "hf"}))
    link.kind = static_cast<LinkKind>(*kind);
  apply_kind(link);
  const auto bearer = section.choice("bearer", {"udp", "modem"});
  if (bearer == 1U) {
    if (link.kind != LinkKind::hf) section.error_at("bearer", "modems are for links of kind \"hf\"");
    apply_modems(link);
  }
  section.size("rate", link.rate_bps, 10, 1'000'000'000);
  section.duration("propagation", link.propagation);
  section.duration("turnaround", link.turnaround);
  section.duration("max_over", link.max_over);
  std::uint64_t mtu = 0;
  section.size("mtu", mtu, 128, 65'535);
  link.mtu = mtu;
  section.loss("loss", link.loss);
  section.flag("collisions", link.collisions);
  constexpr std::array coding_words{"off", "auto", "always"};
  if (const auto word = section.choice("coding", {"off", "auto", "always"})) link.coding = coding_words.at(*word);
  for (const auto* part : section.tables("receiver", limits::scenario_link_parts))
    link.receivers.push_back(read_receiver(*part, link.hf.modems, context));
  if (link.hf.modems) read_hf(section, link, context);
  read_fades(section, link, context, "fade", false);
  read_fades(section, link, context, "outage", true);
  if (link.collisions && !is_half_duplex(link.kind))
    section.error_at("collisions", "only a half-duplex link has collisions");
  section.finish();
  return link;
}

// The names first, so that every table may refer to every other.
std::vector<std::string> names_of(const toml::table& root, std::string_view key) {
  std::vector<std::string> names;
  if (const auto* array = root[key].as_array())
    for (const auto& element : *array)
      if (const auto* table = element.as_table()) names.push_back((*table)["name"].value_or(std::string()));
  return names;
}

}  // namespace

std::vector<LinkConfig> read_links(const toml::table& root, Section& top, ReaderContext& context) {
  context.links = names_of(root, "link");
  if (context.nodes.empty()) context.nodes = names_of(root, "node");  // a link file knows its stations already
  std::vector<LinkConfig> links;
  for (const auto* table : top.tables("link", limits::scenario_links)) {
    links.push_back(read_link(*table, context));
    if (std::ranges::count(context.links, links.back().name) > 1 && !links.back().name.empty())
      top.error(table->source(), "two links are named \"" + links.back().name + "\"");
  }
  return links;
}

}  // namespace longwire::sim
