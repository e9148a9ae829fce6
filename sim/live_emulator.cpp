// The loop of `longwire link`: wait for a packet or for the next event of a channel.
#include "base/text.hpp"
#include "sim/capture_files.hpp"
#include "sim/live.hpp"
#include "sim/live_air.hpp"
#include "sim/live_link.hpp"
#include "sim/live_system.hpp"
#include "sim/pcap.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>

namespace longwire::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration report_every = 1s;
constexpr Duration line_every = 10s;  // where nobody looks at a terminal

using Media = std::vector<std::unique_ptr<LiveMedium>>;

void print_json(std::string_view event, Time now, Time start, const Media& media) {
  boost::json::array reports;
  for (const auto& medium : media) reports.push_back(medium->report());
  const boost::json::object out{
      {"event", event}, {"time", format_utc(now)}, {"up", to_seconds(now - start)}, {"links", std::move(reports)}};
  std::printf("%s\n", boost::json::serialize(out).c_str());
  std::fflush(stdout);
}

// Shows how the links are doing, in the way that suits where it is read.
class Display {
 public:
  explicit Display(bool json) : json_(json), terminal_(!json && ::isatty(STDOUT_FILENO) == 1) {}

  void show(std::string_view event, Time now, Time start, const Media& media) {
    if (json_) return print_json(event, now, start, media);
    const bool last = event == "end";
    if (!terminal_ && !last && event != "ready" && now < next_line_) return;
    next_line_ = now + line_every;
    std::string text = "longwire link: " + format_duration(std::chrono::floor<std::chrono::seconds>(now - start)) +
                       (last ? ", ended\n" : "\n");
    for (const auto& medium : media) text += medium->table();
    if (terminal_ && lines_ > 0) std::printf("\x1b[%zuA\x1b[J", lines_);  // over the last one
    lines_ = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
  }

 private:
  bool json_, terminal_;
  std::size_t lines_ = 0;
  Time next_line_{};
};

// What is on the air goes to files of two link types, as with `longwire sim`.
class Captures {
 public:
  Captures(const LiveConfig& config, const std::string& name) {
    const auto files = capture_files(config.links, name);
    open(files.packets, packet_file_, packets_, PcapWriter::raw_ipv4);
    open(files.d_pdus, d_pdu_file_, d_pdus_, PcapWriter::d_pdus);
  }
  LiveLink::OnAir on_packet() {
    if (!packets_) return {};
    return [this](Time t, ByteView packet) { packets_->write(packet, t); };
  }
  LiveAir::OnDPdu on_d_pdu() {
    if (!d_pdus_) return {};
    return [this](Time t, ByteView d_pdu) { d_pdus_->write_d_pdu(d_pdu, t); };
  }
  void flush() {
    packet_file_.flush();
    d_pdu_file_.flush();
  }

 private:
  static void open(const std::string& name, std::ofstream& file, std::optional<PcapWriter>& writer,
                   std::uint32_t link_type) {
    if (name.empty()) return;
    file.open(name, std::ios::binary);
    if (!file) fail_with_errno(name);
    writer.emplace(file, link_type);
  }
  std::ofstream packet_file_, d_pdu_file_;
  std::optional<PcapWriter> packets_, d_pdus_;
};

Media open_media(const LiveConfig& config, std::uint64_t seed, Time start, Captures& captures) {
  Media media;
  Rng seeds(seed);
  for (std::size_t i = 0; i < config.links.size(); ++i)
    if (config.links[i].hf.modems)
      media.push_back(std::make_unique<LiveAir>(config, i, seeds.next(), start, captures.on_d_pdu()));
    else media.push_back(std::make_unique<LiveLink>(config, i, seeds.next(), start, captures.on_packet()));
  return media;
}

void run(const LiveConfig& config, const LiveOptions& options) {
  const LiveClock clock(options.speed);
  const auto stop = stop_descriptor();
  const Time start = clock.now();
  Captures captures(config, options.pcap);
  const auto media = open_media(config, options.seed.value_or(config.seed), start, captures);
  Display display(options.json);
  display.show("ready", start, start, media);
  // A person reads in real seconds.
  const auto every = [&](Duration real) { return real * static_cast<int>(options.speed.factor); };
  Time next_report = start + every(report_every);
  std::vector<int> fds, ready;
  for (bool stopping = false; !stopping;) {
    fds.assign(1, stop.get());
    Time until = next_report;
    for (const auto& medium : media) {
      medium->add_descriptors(fds);
      until = std::min(until, medium->next_event());
    }
    wait_readable(fds, clock, until, ready);
    const Time now = clock.now();
    for (const int fd : ready) {
      stopping = stopping || fd == stop.get();
      for (const auto& medium : media)
        if (medium->receive(fd, now)) break;
    }
    for (const auto& medium : media) medium->advance(now);
    if (now < next_report) continue;
    next_report = now + every(report_every);
    display.show("second", now, start, media);
    captures.flush();
  }
  display.show("end", clock.now(), start, media);
}

}  // namespace

int run_link(const LiveOptions& options) {
  const auto parsed = load_live_config(options.path);
  for (const auto& problem : parsed.problems) std::fprintf(stderr, "%s\n", to_string(problem).c_str());
  if (!parsed.config) return 1;
  if (options.check_only) return 0;
  try {
    run(*parsed.config, options);
  } catch (const LiveError& cause) {
    std::fprintf(stderr, "longwire link: %s\n", cause.what());
    return 1;
  }
  return 0;
}

}  // namespace longwire::sim
