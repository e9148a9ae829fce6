// longwire dict: makes and shows the dictionaries that peers may agree on (docs/compression.md).
#include "annexe/compressed_data.hpp"
#include "annexe/inflate.hpp"
#include "base/text.hpp"
#include "mail/date.hpp"
#include "mail/message.hpp"
#include "mail/mule.hpp"
#include "node/config/config_toml.hpp"
#include "node/engine/gateway_setup.hpp"
#include "node/main/commands.hpp"
#include "node/main/exit_code.hpp"
#include "node/smtp/address_list.hpp"

#include <boost/json.hpp>

#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>

namespace longwire::commands {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Of every so many messages one is kept from the trainer, to measure with: on what it was made of a dictionary
// always looks good.
constexpr std::size_t hold_back = 10;
// zstd's advice is a hundred times the dictionary; below ten it learns single messages by heart.
constexpr std::size_t advised_ratio = 10;

std::optional<Bytes> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  Bytes out((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return std::nullopt;
  return out;
}

// Files in the order of their names: the same folder gives the same dictionary.
std::optional<std::vector<fs::path>> files_of(const std::vector<std::string>& sources) {
  std::vector<fs::path> out;
  for (const auto& source : sources) {
    std::error_code failed;
    if (!fs::is_directory(source, failed)) {
      out.emplace_back(source);
      continue;
    }
    std::vector<fs::path> found;
    for (fs::recursive_directory_iterator at(source, failed), end; !failed && at != end; at.increment(failed))
      if (at->is_regular_file(failed) && !at->path().filename().string().starts_with('.')) found.push_back(at->path());
    if (failed) {
      std::cerr << "longwire: cannot read " << source << ": " << failed.message() << "\n";
      return std::nullopt;
    }
    std::sort(found.begin(), found.end());
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

mail::Envelope envelope_of(ByteView message) {
  const mail::HeaderView header(message);
  mail::Envelope envelope;
  if (const auto from = smtp::addresses_in(header.value("From").value_or("")); !from.empty()) envelope.from = from[0];
  for (const auto* name : {"To", "Cc"})
    for (auto& address : smtp::addresses_in(header.value(name).value_or("")))
      envelope.recipients.push_back({std::move(address), std::nullopt, {}, {}});
  envelope.mt_priority = 0;
  return envelope;
}

// The message as it travels in MULE: the lines of its envelope are compressed with it.
Bytes as_mule(ByteView message) {
  auto envelope = envelope_of(message);
  envelope.size = message.size();
  return mail::encode_mule(envelope, message);
}

// And in Annex E: as the P1 message that this node would make of it.
Result<Bytes> as_annex_e(ByteView message, const gateway::Settings& settings, std::size_t serial) {
  const auto envelope = envelope_of(message);
  const auto date = mail::parse_date(mail::HeaderView(message).value("Date").value_or(""));
  gateway::ToX400 in{envelope, {}, message, "TRAIN" + std::to_string(serial), date.value_or(Time{}), {}};
  for (std::size_t i = 0; i < envelope.recipients.size(); ++i) in.numbers.push_back(static_cast<int>(i) + 1);
  const auto converted = gateway::to_x400(in, settings);
  if (!converted) return converted.error();
  return x400::encode_p1(converted->apdu);
}

struct Samples {
  std::vector<Bytes> train, measure;
  std::size_t octets = 0;
};

std::optional<gateway::Settings> settings_of(const DictTrainOptions& options) {
  engine::Config config;
  config.name = config.domain = "node.example";
  if (!options.config.empty()) {
    auto parsed = config::load_config(options.config, {.read = false, .credentials = {}});
    for (const auto& p : parsed.problems) std::cerr << config::to_string(p) << "\n";
    if (!parsed.config) return std::nullopt;
    config = *std::move(parsed.config);
  }
  return engine::gateway_settings(config);
}

std::optional<Samples> read_samples(const DictTrainOptions& options) {
  const auto settings = settings_of(options);
  if (!settings) return std::nullopt;
  const auto files = files_of(options.sources);
  if (!files) return std::nullopt;
  const bool progress = ::isatty(STDERR_FILENO) == 1;
  Samples out;
  for (std::size_t i = 0; i < files->size(); ++i) {
    auto message = read_file((*files)[i]);
    if (!message) {
      std::cerr << "longwire: cannot read " << (*files)[i].string() << "\n";
      return std::nullopt;
    }
    if (options.as == "mule") message = as_mule(*message);
    if (options.as == "annex-e") {
      auto apdu = as_annex_e(*message, *settings, i);
      if (!apdu) {
        std::cerr << "longwire: left out, no X.400 message can be made of it: " << (*files)[i].string() << " ("
                  << apdu.error().name << ")\n";
        continue;
      }
      message = *std::move(apdu);
    }
    out.octets += message->size();
    (i % hold_back == hold_back - 1 ? out.measure : out.train).push_back(*std::move(message));
    if (progress && i % 100 == 99) std::fprintf(stderr, "\r%zu of %zu messages read", i + 1, files->size());
  }
  if (progress && files->size() > 99) std::fputs("\n", stderr);
  return out;
}

std::size_t packed_octets(const std::vector<Bytes>& samples, const annexe::Dictionaries& dictionaries) {
  std::size_t out = 0;
  for (const auto& s : samples)
    out += annexe::encode_compressed_data(annexe::content_type_mule, s, annexe::TagStyle::implicit_tags, dictionaries)
               .size();
  return out;
}

bool write_file(const std::string& path, ByteView octets) {
  const auto part = path + ".tmp";
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
  out.close();
  std::error_code failed;
  if (out) fs::rename(part, path, failed);
  if (out && !failed) return true;
  fs::remove(part, failed);
  std::cerr << "longwire: cannot write " << path << "\n";
  return false;
}

void tell(const json::object& facts, const Samples& samples, std::size_t dictionary, bool as_json) {
  if (as_json) {
    std::cout << facts << "\n";
    return;
  }
  std::cout << "dictionary " << facts.at("id").as_string().c_str() << ", " << dictionary << " octets, from "
            << samples.train.size() << " messages: " << facts.at("file").as_string().c_str() << "\n";
  if (!samples.measure.empty())
    std::cout << "  " << samples.measure.size() << " other messages of " << facts.at("mean_octets") << " octets: zlib "
              << facts.at("mean_zlib_octets") << ", with the dictionary " << facts.at("mean_dictionary_octets") << "\n";
  if (samples.octets < advised_ratio * dictionary)
    std::cout
        << "  The messages have less than " << advised_ratio
        << " times the octets of the dictionary: more of them, or a smaller --size, would serve new ones better\n";
  std::cout << "Copy the file to every node that shall use it, and name it in `dictionaries` of the peers there.\n";
}

}  // namespace

int dict_train(const DictTrainOptions& options) {
  const auto size = parse_size(options.size);
  if (!size) {
    std::cerr << "longwire: --size takes octets such as 110k, not '" << options.size << "'\n";
    return exit_usage;
  }
  const auto samples = read_samples(options);
  if (!samples) return exit_no;
  const auto trained = annexe::Dictionary::train(samples->train, *size);
  if (!trained) {
    std::cerr << "longwire: no dictionary: " << trained.error().text << " (" << samples->train.size() << " messages, "
              << samples->octets << " octets, --size " << options.size << ")\n";
    return exit_no;
  }
  if (!write_file(options.out, trained->file())) return exit_no;
  json::object facts{{"id", annexe::to_hex_id(trained->id())},
                     {"file", options.out},
                     {"octets", trained->file().size()},
                     {"trained_on", samples->train.size()},
                     {"measured_on", samples->measure.size()}};
  if (const auto n = samples->measure.size(); n != 0) {
    std::size_t plain = 0;
    for (const auto& m : samples->measure) plain += m.size();
    facts["mean_octets"] = plain / n;
    facts["mean_zlib_octets"] = packed_octets(samples->measure, {}) / n;
    facts["mean_dictionary_octets"] = packed_octets(samples->measure, {*trained}) / n;
  }
  tell(facts, *samples, trained->file().size(), options.json);
  return exit_yes;
}

int dict_show(const DictShowOptions& options) {
  bool all_good = true;
  json::array shown;
  for (const auto& file : options.files) {
    const auto octets = read_file(file);
    const auto read = octets ? annexe::Dictionary::read(*octets) : error("unreadable", 0, "cannot be read");
    if (!read) {
      all_good = false;
      if (options.json)
        shown.push_back(json::object{{"file", file}, {"error", read.error().name}, {"text", read.error().text}});
      else std::cerr << "longwire: " << file << ": " << read.error().text << "\n";
      continue;
    }
    const auto id = annexe::to_hex_id(read->id());
    if (options.json) shown.push_back(json::object{{"file", file}, {"id", id}, {"octets", read->file().size()}});
    else std::cout << id << "  " << read->file().size() << " octets  " << file << "\n";
  }
  if (options.json) std::cout << shown << "\n";
  return all_good ? exit_yes : exit_no;
}

}  // namespace longwire::commands
