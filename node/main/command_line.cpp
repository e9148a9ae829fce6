// The command line: what CLI11 knows of it stays in this file.
#include "node/main/command_line.hpp"

#include "base/did_you_mean.hpp"
#include "base/limits.hpp"
#include "node/main/cms_command_line.hpp"
#include "node/main/commands.hpp"
#include "node/main/exit_code.hpp"
#include "sim/live.hpp"
#include "sim/run.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string_view>
#include <vector>

namespace longwire {

namespace {

using commands::AskOptions;

// Everything the options can set; the callback of the chosen sub-command reads its part.
struct Parsed {
  commands::RunOptions run;
  commands::CheckOptions check;
  commands::DecodeOptions decode;
  commands::DoctorOptions doctor;
  commands::DictTrainOptions dict_train;
  commands::DictShowOptions dict_show;
  commands::UserHashOptions user_hash;
  sim::SimOptions sim;
  sim::LiveOptions link;
  std::string seeds;
  AskOptions ask;
  commands::EmconOptions emcon;
  commands::Acp127Options acp127;
  commands::CertOptions cert;
  commands::CmsOptions cms;
  std::string id, level, bearer, acknowledge;
  bool all = false;
  std::function<int()> chosen;
};

int run_simulator(Parsed& p) {
  if (!p.seeds.empty()) {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    if (!sim::parse_seeds(p.seeds, first, last)) {
      std::cerr << "longwire: --seeds takes A..B, such as 1..100, not '" << p.seeds << "'\n";
      return exit_usage;
    }
    p.sim.first_seed = first;
    p.sim.last_seed = last;
  }
  p.sim.progress = ::isatty(STDERR_FILENO) == 1;
  return sim::run_scenario(p.sim, std::cout, std::cerr);
}

constexpr const char* config_help = "Configuration file; else ./longwire.toml, /etc/longwire/longwire.toml";

// Exercises with simulated modems need not last as long as the air time of HF.
void add_speed(CLI::App* sub, io::Speed& speed) {
  sub->add_option("--speed", speed.factor,
                  "Exercises: so many seconds pass in one (bearers and deadlines; SMTP clients have real time)")
      ->check(CLI::Range(1U, 1000U))
      ->type_name("N")
      ->capture_default_str();
  sub->add_option_function<std::uint64_t>(
         "--speed-since",
         [&speed](std::uint64_t seconds) { speed.since = from_unix(static_cast<std::int64_t>(seconds)); },
         "When that began, in seconds since 1970 (date +%s): the same for all nodes of the exercise and for "
         "every restart; else the program's start")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{UINT32_MAX}))
      ->type_name("SECONDS");
}

CLI::App* add(CLI::App& app, const char* name, const char* help, const char* example) {
  auto* sub = app.add_subcommand(name, help);
  sub->footer(std::string("Example:\n  ") + example);
  return sub;
}

void add_daemon_commands(CLI::App& app, Parsed& p) {
  auto* run = add(app, "run", "Run the node", "longwire run -c /etc/longwire/ship-a.toml");
  run->add_option("-c,--config", p.run.config, config_help);
  run->add_option("--log-level", p.run.log_level, "debug, info, notice, warning or alert")
      ->check(CLI::IsMember({"debug", "info", "notice", "warning", "alert"}))
      ->capture_default_str();
  add_speed(run, p.run.speed);
  run->callback([&p] { p.chosen = [&p] { return commands::run(p.run); }; });

  auto* check = add(app, "check", "Find every error in a configuration", "longwire check -c ship-a.toml");
  check->add_option("-c,--config,file", p.check.config, config_help);
  check->add_flag("--keys", p.check.keys, "Print every key with its type, default and meaning");
  check->add_flag("--sample", p.check.sample, "Print an annotated configuration to begin with");
  check->add_flag("--json", p.check.json, "One JSON document");
  check->callback([&p] { p.chosen = [&p] { return commands::check(p.check); }; });

  auto* doctor = add(app, "doctor", "Try every port, folder and server of a configuration on this host",
                     "longwire doctor -c ship-a.toml");
  doctor->add_option("-c,--config", p.doctor.config, config_help);
  doctor->add_flag("--json", p.doctor.json, "One JSON document");
  doctor->callback([&p] { p.chosen = [&p] { return commands::doctor(p.doctor); }; });
}

CLI::App* add_ask(CLI::App& app, Parsed& p, const char* name, const char* help, const char* example,
                  std::function<int()> action) {
  auto* sub = add(app, name, help, example);
  sub->add_option("-c,--config", p.ask.config, config_help);
  sub->add_flag("--json", p.ask.json, "One JSON document");
  sub->callback([&p, action = std::move(action)] { p.chosen = action; });
  return sub;
}

void add_operator_commands(CLI::App& app, Parsed& p) {
  add_ask(app, p, "status", "The node, its bearers and peers", "longwire status -c ship-a.toml",
          [&p] { return commands::status(p.ask); });
  add_ask(app, p, "queue", "Messages that wait or move, the most urgent first", "longwire queue --json -c ship-a.toml",
          [&p] { return commands::queue(p.ask); });
  const auto with_id = [&](const char* name, const char* help, const char* example,
                           int (*action)(const AskOptions&, const std::string&)) {
    add_ask(app, p, name, help, example, [&p, action] { return action(p.ask, p.id); })
        ->add_option("ID", p.id, "Tracking id, as queue prints it and SMTP's 250 reply gives it")
        ->required();
  };
  with_id("show", "One message: envelope, recipients, transfers", "longwire show 7QF3 -c ship-a.toml", commands::show);
  with_id("track", "What happened to a message, in order", "longwire track 7QF3 -c ship-a.toml", commands::track);
  with_id("hold", "Keep a message from going on", "longwire hold 7QF3 -c ship-a.toml", commands::hold);
  with_id("release", "Let a held message go on", "longwire release 7QF3 -c ship-a.toml", commands::release);
  with_id("cancel", "Give a message up; its sender is told", "longwire cancel 7QF3 -c ship-a.toml", commands::cancel);
  auto* alerts = add_ask(app, p, "alerts", "What needs an operator", "longwire alerts --ack 7 -c ship-a.toml",
                         [&p] { return commands::alerts(p.ask, p.all, p.acknowledge); });
  alerts->add_flag("--all", p.all, "Also those that are over");
  alerts->add_option("--ack", p.acknowledge, "Close the alert with this number");

  auto* emcon = add_ask(app, p, "emcon", "Radio silence: on, off or status",
                        "longwire emcon on --for 6h -c ship-a.toml", [&p] { return commands::emcon(p.ask, p.emcon); });
  emcon->add_option("STATE", p.emcon.state, "on, off or status")
      ->required()
      ->check(CLI::IsMember({"on", "off", "status"}));
  emcon->add_option("--for", p.emcon.duration, "End by itself after this time (\"90m\", \"6h\")");
  emcon->add_option("--peer", p.emcon.peer, "Not this node, but a peer that cannot answer now");

  auto* minimize = add_ask(app, p, "minimize", "Hold everything below a precedence, or off",
                           "longwire minimize immediate --bearer satcom -c ship-a.toml",
                           [&p] { return commands::minimize(p.ask, p.level, p.bearer); });
  minimize->add_option("LEVEL", p.level, "off, override, flash, immediate, priority, routine or deferred")->required();
  minimize->add_option("--bearer", p.bearer, "Only on this bearer");
}

void add_acp127_commands(CLI::App& app, Parsed& p) {
  auto* acp127 = add(app, "acp127", "Circuits, and received messages that wait for an operator",
                     "longwire acp127 release 7 --file corrected.txt -c ship-a.toml");
  acp127->require_subcommand(1);
  const auto action = [&](const char* name, const char* help, const char* example) {
    auto* sub = add_ask(*acp127, p, name, help, example, [&p, name] {
      p.acp127.action = name;
      return commands::acp127(p.ask, p.acp127);
    });
    if (std::string_view(name) != "list")
      sub->add_option("ID", p.acp127.id, "Its number, as list prints it")->required();
    return sub;
  };
  action("list", "All of them, and why they wait", "longwire acp127 list -c ship-a.toml");
  action("show", "One of them, as it was received", "longwire acp127 show 7 -c ship-a.toml");
  auto* release = action("release", "Let it go on, corrected or to other addresses",
                         "longwire acp127 release 7 --to ops@ship-a.example -c ship-a.toml");
  release->add_option("--file", p.acp127.file, "The corrected message, FL1 or FL2 to NNNN");
  release->add_option("--to", p.acp127.to, "Mail addresses it is delivered to, whatever its addressees are");
  action("drop", "Forget it", "longwire acp127 drop 7 -c ship-a.toml");
}

void add_cert_commands(CLI::App& app, Parsed& p) {
  auto* cert = add(app, "cert", "Certificates of those this node writes to and hears from",
                   "longwire cert import bob.crt -c ship-a.toml");
  cert->require_subcommand(1);
  const auto action = [&](const char* name, const char* help, const char* example) {
    return add_ask(*cert, p, name, help, example, [&p, name] {
      p.cert.action = name;
      return commands::cert(p.ask, p.cert);
    });
  };
  auto* import = action("import", "Keep a certificate for its addresses",
                        "longwire cert import bob.crt --address bob@bravo.example -c ship-a.toml");
  import->add_option("FILE", p.cert.file, "PEM with one or more certificates, or DER with one")->required();
  import->add_option("--address", p.cert.addresses, "Keep it for this address, whatever addresses it names");
  import->add_flag("--force", p.cert.force, "Although no path leads from it to a trusted CA");
  action("list", "All of them, or those of an address", "longwire cert list --json -c ship-a.toml")
      ->add_option("ADDRESS", p.cert.which, "Mail address, or the first 8 or more digits of a fingerprint");
  for (const auto& [name, help, example] :
       {std::tuple{"show", "All that is known of one", "longwire cert show bob@bravo.example -c ship-a.toml"},
        std::tuple{"remove", "Forget those of an address, or one", "longwire cert remove 2a16f103 -c ship-a.toml"}})
    action(name, help, example)
        ->add_option("WHICH", p.cert.which, "Mail address, or the first 8 or more digits of a fingerprint")
        ->required();
}

void add_dict_commands(CLI::App& app, Parsed& p) {
  auto* dict = add(app, "dict", "Make and show dictionaries, with which peers that share one compress further",
                   "longwire dict train -o fleet.dict /var/mail/archive");
  dict->require_subcommand(1);
  auto* train = dict->add_subcommand("train", "Make a dictionary out of old messages");
  train->add_option("MESSAGES", p.dict_train.sources, "Files with a message each, and folders of such files")
      ->required()
      ->check(CLI::ExistingPath);
  train->add_option("-o,--output", p.dict_train.out, "The dictionary")->required();
  train->add_option("--size", p.dict_train.size, "Octets at most, 1k to 1M")->capture_default_str();
  train->add_option("--as", p.dict_train.as, "What the messages are on the air: mule, annex-e, or raw (as they stand)")
      ->check(CLI::IsMember({"mule", "annex-e", "raw"}))
      ->capture_default_str();
  train->add_option("-c,--config", p.dict_train.config, "With annex-e: the node that sends, for its [gateway] tables");
  train->add_flag("--json", p.dict_train.json, "One JSON document");
  train->callback([&p] { p.chosen = [&p] { return commands::dict_train(p.dict_train); }; });
  auto* show = dict->add_subcommand("show", "Id and size of dictionaries: equal ids mean equal files");
  show->add_option("FILES", p.dict_show.files, "Dictionaries")->required();
  show->add_flag("--json", p.dict_show.json, "One JSON document");
  show->callback([&p] { p.chosen = [&p] { return commands::dict_show(p.dict_show); }; });
}

void add_user_commands(CLI::App& app, Parsed& p) {
  auto* user = add(app, "user", "Lines for the file of users who may log in ([smtp] auth_users)",
                   "longwire user hash alice >> /etc/longwire/users");
  user->require_subcommand(1);
  auto* hash = user->add_subcommand("hash", "Read a password from standard input and print the line of its user");
  hash->add_option("NAME", p.user_hash.name, "The user; without @ the mail address is NAME@domain of the node")
      ->required();
  hash->add_option("--iterations", p.user_hash.iterations, "Of PBKDF2: what a login costs, and a guess")
      ->check(CLI::Range(std::uint32_t{limits::scram_least_iterations}, std::uint32_t{limits::scram_iterations}))
      ->capture_default_str();
  hash->callback([&p] { p.chosen = [&p] { return commands::user_hash(p.user_hash); }; });
}

void add_tool_commands(CLI::App& app, Parsed& p) {
  std::string kinds;
  for (const auto& k : commands::decode_kinds()) kinds += (kinds.empty() ? "" : "; ") + k;
  auto* decode =
      add(app, "decode", "Print what a PDU or message holds, as JSON", "longwire decode p_mul --hex ack.hex");
  decode->add_option("KIND", p.decode.kind, kinds)->required();
  decode->add_option("FILE", p.decode.file, "Input, - for standard input")->capture_default_str();
  decode->add_flag("--hex", p.decode.hex, "Hex text; blank lines separate inputs, # begins a remark");
  decode->add_flag("--lines", p.decode.lines, "With --hex: every line is an input of its own");
  decode->add_option("--now", p.decode.now,
                     "dmp: when it was received (2026-11-21T12:00:00Z); tells the times it only counts from there");
  decode->callback([&p] { p.chosen = [&p] { return commands::decode(p.decode); }; });

  auto* simulate = app.add_subcommand("sim", "Run a scenario, or many seeds of it, in virtual time");
  simulate->footer(sim::sim_help);
  simulate->add_option("SCENARIO", p.sim.scenario, "Scenario file (TOML)");
  simulate->add_flag("--generate", p.sim.generate, "Make the scenario from the seed");
  simulate->add_flag("--modems", p.sim.modems, "With --generate: HF frequencies with modems");
  simulate->add_flag("--coded", p.sim.coded, "With --generate: P_MUL is coded, or some of it");
  simulate->add_flag("--mixed", p.sim.mixed, "With --generate: nodes write MULE, Annex E and DMP for each other");
  simulate->add_flag("--print", p.sim.print, "Print that scenario instead of running it");
  simulate->add_option("--seed", p.sim.seed, "In place of the scenario's own");
  simulate->add_option("--seeds", p.seeds, "One run for each seed of A..B");
  simulate->add_flag("--json", p.sim.json, "One JSON document");
  simulate->add_option("--trace", p.sim.trace_file, "Everything that happens, one JSON object a line");
  simulate->add_option("--pcap", p.sim.pcap_file, "Every packet on the air");
  simulate->callback([&p] { p.chosen = [&p] { return run_simulator(p); }; });

  auto* link = add(app, "link", "Join real programs by simulated channels, in real time", "longwire link hf.toml");
  link->add_option("LINK", p.link.path, "Link file (TOML)")->required();
  link->add_option("--seed", p.link.seed, "In place of the file's own");
  link->add_flag("--json", p.link.json, "One JSON object a line");
  link->add_option("--pcap", p.link.pcap, "Every packet on the air");
  add_speed(link, p.link.speed);
  link->add_flag("--check", p.link.check_only, "Read the file, touch nothing");
  link->callback([&p] { p.chosen = [&p] { return sim::run_link(p.link); }; });

  add_cert_commands(app, p);
  add_dict_commands(app, p);
  add_cms_commands(app, p.cms, p.chosen);
  add_user_commands(app, p);

  // Only for the help: `longwire sendmail` is cut off before CLI11 sees its options.
  add(app, "sendmail", "Submit a message as sendmail(8) does", "longwire sendmail -t < message.eml")->prefix_command();
}

// "longwire statsu", "longwire cms veryfi": CLI11 would only say that a sub-command is required.
bool unknown_command(const CLI::App& app, int argc, char** argv, int at = 1) {
  if (argc <= at || argv[at][0] == '-') return false;
  const std::string_view word = argv[at];
  std::vector<std::string> names;
  for (const auto* sub : app.get_subcommands({})) {
    if (sub->get_name() == word) return unknown_command(*sub, argc, argv, at + 1);
    names.push_back(sub->get_name());
  }
  if (names.empty()) return false;  // operands from here on
  std::string called = "longwire";
  for (int i = 1; i < at; ++i) called += std::string(" ") + argv[i];
  std::cerr << called << ": unknown command '" << word << "'" << did_you_mean(word, {names.begin(), names.end()})
            << "\n`" << called << " --help` lists the commands.\n";
  return true;
}

}  // namespace

int command_line(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  const auto called = std::filesystem::path(arguments.empty() ? "longwire" : arguments[0]).filename().string();
  if (called == "sendmail") return commands::sendmail({arguments.begin() + 1, arguments.end()});
  if (argc > 1 && arguments[1] == "sendmail") return commands::sendmail({arguments.begin() + 2, arguments.end()});

  CLI::App app("Longwire: formal messages and mail over radio links", "longwire");
  app.set_version_flag("--version", "longwire " LONGWIRE_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 yes, 1 no, 2 usage, 3 the daemon does not answer.\n"
      "Example:\n  longwire check --sample > ship-a.toml; longwire check -c ship-a.toml; longwire run -c ship-a.toml");
  Parsed parsed;
  add_daemon_commands(app, parsed);
  add_operator_commands(app, parsed);
  add_acp127_commands(app, parsed);
  add_tool_commands(app, parsed);
  if (unknown_command(app, argc, argv)) return exit_usage;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? exit_yes : exit_usage;
  }
  return parsed.chosen();
}

}  // namespace longwire
