#include "sim/run.hpp"

#include "base/text.hpp"
#include "sim/capture_files.hpp"
#include "sim/generator.hpp"
#include "sim/report.hpp"
#include "sim/verdict.hpp"
#include "sim/world.hpp"

#include <boost/json/serialize.hpp>
#include <fstream>
#include <iomanip>
#include <vector>

namespace longwire::sim {

const char* const sim_help =
    "Runs a scenario in virtual time and prints what became of every message.\n"
    "  longwire sim FILE.toml                 exit 0 when every expectation of the file holds\n"
    "  longwire sim FILE.toml --seeds 1..20   the same scenario with other luck; a line a seed\n"
    "  longwire sim --generate --seeds 1..1000\n"
    "                                         random fleets, links, traffic and trouble; everything accepted\n"
    "                                         must be delivered exactly once or reported, every trace must\n"
    "                                         repeat, nothing may be emitted under EMCON\n"
    "  longwire sim --generate --seed 7 --print\n"
    "                                         the scenario file seed 7 stands for\n"
    "  longwire sim --generate --modems ...   the same on HF frequencies with modems and STANAG 5066 stacks\n"
    "  longwire sim --generate --mixed ...    nodes write MULE, Annex E and DMP for each other\n"
    "  longwire sim --generate --coded ...    P_MUL is coded in these fleets, or some of it\n"
    "--trace writes every frame and report, one JSON object a line; its FNV-1a hash is in the report.\n"
    "--pcap writes the frames on the air: tshark -r FILE.pcap -d udp.port==2753,p_mul -d udp.port==2754,p_mul\n"
    "       D_PDUs of links of modems have a link type of their own (237): FILE.pcap when there are no other\n"
    "       links, else FILE.s5066.pcap; tshark reads it as it is.\n";

namespace {

WorldOptions only_seed(std::uint64_t seed) {
  WorldOptions options;
  options.seed = seed;
  return options;
}

class Runner {
 public:
  Runner(const SimOptions& options, std::ostream& out, std::ostream& err) : options_(options), out_(out), err_(err) {}

  int run() {
    if (options_.scenario.empty() != options_.generate) return usage("give a scenario file, or --generate");
    if (options_.seed && options_.first_seed) return usage("--seed and --seeds exclude each other");
    if (options_.print && !options_.generate) return usage("--print goes with --generate");
    if (options_.modems && !options_.generate) return usage("--modems goes with --generate");
    if (options_.mixed && !options_.generate) return usage("--mixed goes with --generate");
    if (options_.coded && !options_.generate) return usage("--coded goes with --generate");
    const bool many = options_.first_seed.has_value();
    if (many && (!options_.trace_file.empty() || !options_.pcap_file.empty() || options_.print))
      return usage("--trace, --pcap and --print are for a single seed");
    if (!options_.generate && !load()) return 1;
    return many ? run_many() : run_one();
  }

 private:
  int usage(std::string_view text) {
    err_ << "longwire sim: " << text << '\n';
    return 2;
  }

  bool accept(ParsedScenario parsed) {
    // A fleet made by chance holds settings without effect; only what somebody wrote is worth a warning.
    for (const auto& problem : parsed.problems)
      if (!options_.generate || problem.severity == config::Problem::Severity::error)
        err_ << to_string(problem) << '\n';
    if (!parsed.scenario) return false;
    scenario_ = std::move(*parsed.scenario);
    return true;
  }

  bool load() { return accept(load_scenario(options_.scenario)); }

  std::string text_of(std::uint64_t seed) const {
    return generate_scenario(seed, options_.modems, options_.mixed, options_.coded);
  }

  bool generate(std::uint64_t seed) {
    const std::string kind = std::string(options_.modems  ? "modems-"
                                         : options_.mixed ? "mixed-"
                                                          : "") +
                             (options_.coded ? "coded-" : "");
    return accept(parse_scenario(text_of(seed), "generated-" + kind + std::to_string(seed), ""));
  }

  int run_one() {
    const auto seed = options_.seed.value_or(options_.generate ? 1 : scenario_.seed);
    if (options_.print) {
      out_ << text_of(seed);
      return 0;
    }
    if (options_.generate && !generate(seed)) return 1;
    std::ofstream trace, pcap, d_pdus;
    const auto [ip_file, d_pdu_file] = capture_files(scenario_.links, options_.pcap_file);
    if (!open(options_.trace_file, trace) || !open(ip_file, pcap) || !open(d_pdu_file, d_pdus)) return 1;
    WorldOptions world_options = only_seed(seed);
    if (trace.is_open()) world_options.trace = &trace;
    if (pcap.is_open()) world_options.pcap = &pcap;
    if (d_pdus.is_open()) world_options.pcap_d_pdu = &d_pdus;
    world_options.progress = progress();
    scenario_.seed = seed;
    World world(scenario_, std::move(world_options));
    world.run();
    clear_progress();
    const auto failed = judge(world);
    if (options_.json) out_ << boost::json::serialize(report_json(world, seed, failed)) << '\n';
    else report_text(out_, world, seed, failed);
    const bool whole = written(options_.trace_file, trace) && written(ip_file, pcap) && written(d_pdu_file, d_pdus);
    return whole && failed.empty() ? 0 : 1;
  }

  int run_many() {
    std::uint64_t good = 0, bad = 0;
    std::optional<std::uint64_t> first_bad;
    for (auto seed = *options_.first_seed;; ++seed) {
      if (options_.generate && !generate(seed)) return 1;
      if (run_seed(seed)) {
        ++good;
      } else {
        ++bad;
        if (!first_bad) first_bad = seed;
      }
      if (seed == *options_.last_seed) break;
    }
    if (options_.json) {
      boost::json::object line{{"seeds", good + bad}, {"ok", good}, {"failed", bad}};
      if (first_bad) line["first_failing_seed"] = *first_bad;
      out_ << boost::json::serialize(line) << '\n';
    } else {
      out_ << good + bad << " seeds, " << good << " ok, " << bad << " failed";
      if (first_bad) out_ << ", first failing seed " << *first_bad;
      out_ << '\n';
    }
    return bad == 0 ? 0 : 1;
  }

  bool run_seed(std::uint64_t seed) {
    scenario_.seed = seed;
    World world(scenario_, only_seed(seed));
    world.run();
    auto failed = judge(world);
    // A generated scenario also proves that the run repeats.
    if (options_.generate) {
      World again(scenario_, only_seed(seed));
      again.run();
      if (again.trace().hash() != world.trace().hash()) failed.push_back("the trace does not repeat");
    }
    if (options_.json) {
      out_ << boost::json::serialize(report_json(world, seed, failed)) << '\n';
      return failed.empty();
    }
    const auto slowest = slowest_delivery(world.scoreboard());
    out_ << "seed " << seed << (failed.empty() ? "  ok      " : "  FAILED  ")
         << world.scoreboard().delivered_recipients() << '/' << world.scoreboard().accepted_recipients()
         << " delivered";
    if (slowest) out_ << ", slowest " << std::fixed << std::setprecision(1) << to_seconds(*slowest) << " s";
    out_ << ", " << world.octets_on_air() << " bytes on air, trace " << hex64(world.trace().hash()) << '\n';
    for (const auto& reason : failed) out_ << "  " << reason << '\n';
    out_.flush();
    return failed.empty();
  }

  bool open(const std::string& path, std::ofstream& file) {
    if (path.empty()) return true;
    file.open(path, std::ios::binary | std::ios::trunc);
    if (!file) err_ << "longwire sim: cannot write " << path << '\n';
    return file.is_open();
  }

  bool written(const std::string& path, std::ofstream& file) {
    if (!file.is_open() || file.flush()) return true;
    err_ << "longwire sim: cannot write " << path << '\n';
    return false;
  }

  std::function<void(Duration)> progress() {
    if (!options_.progress) return {};
    return [this](Duration t) {
      const auto percent = 100 * t.count() / std::max<std::int64_t>(1, scenario_.duration.count());
      err_ << "\r" << percent << " %, " << format_duration(std::chrono::floor<std::chrono::seconds>(t))
           << " simulated   " << std::flush;
    };
  }
  void clear_progress() {
    if (options_.progress) err_ << "\r" << std::string(40, ' ') << "\r" << std::flush;
  }

  const SimOptions& options_;
  std::ostream& out_;
  std::ostream& err_;
  Scenario scenario_;
};

}  // namespace

int run_scenario(const SimOptions& options, std::ostream& out, std::ostream& err) {
  return Runner(options, out, err).run();
}

bool parse_seeds(const std::string& text, std::uint64_t& first, std::uint64_t& last) {
  const auto dots = text.find("..");
  const auto a = parse_unsigned(text.substr(0, dots));
  const auto b = dots == std::string::npos ? a : parse_unsigned(text.substr(dots + 2));
  if (!a || !b || *a > *b) return false;
  first = *a;
  last = *b;
  return true;
}

}  // namespace longwire::sim
