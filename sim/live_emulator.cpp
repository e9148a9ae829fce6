// The loop of `longwire link`: wait for a packet or for the next event of a channel.
#include "base/text.hpp"
#include "sim/live.hpp"
#include "sim/live_link.hpp"
#include "sim/live_system.hpp"
#include "sim/pcap.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <fstream>

namespace longwire::sim {

namespace {

using namespace std::chrono_literals;

constexpr Duration one_report = 1s;
constexpr Duration line_every = 10s;  // where nobody looks at a terminal

void print_json(std::string_view event, Time now, Time start, const std::deque<LiveLink>& links) {
  boost::json::array reports;
  for (const auto& link : links) reports.push_back(link.report());
  const boost::json::object out{
      {"event", event}, {"time", format_utc(now)}, {"up", to_seconds(now - start)}, {"links", std::move(reports)}};
  std::printf("%s\n", boost::json::serialize(out).c_str());
  std::fflush(stdout);
}

// Shows how the links are doing, in the way that suits where it is read.
class Display {
 public:
  explicit Display(bool json) : json_(json), terminal_(!json && ::isatty(STDOUT_FILENO) == 1) {}

  void show(std::string_view event, Time now, Time start, const std::deque<LiveLink>& links) {
    if (json_) return print_json(event, now, start, links);
    const bool last = event == "end";
    if (!terminal_ && !last && event != "ready" && now < next_line_) return;
    next_line_ = now + line_every;
    std::string text = "longwire link: " + format_duration(std::chrono::floor<std::chrono::seconds>(now - start)) +
                       (last ? ", ended\n" : "\n");
    for (const auto& link : links) text += link.table();
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

void run(const LiveConfig& config, const LiveOptions& options) {
  const LiveClock clock(options.speed);
  const auto stop = stop_descriptor();
  const Duration report_every = one_report * static_cast<int>(options.speed.factor);  // of real time
  const Time start = clock.now();

  std::ofstream pcap_file;
  std::optional<PcapWriter> pcap;
  LiveLink::OnAir on_air;
  if (!options.pcap.empty()) {
    pcap_file.open(options.pcap, std::ios::binary);
    if (!pcap_file) fail_with_errno(options.pcap);
    pcap.emplace(pcap_file);
    on_air = [&pcap](Time t, ByteView packet) { pcap->write(packet, t); };
  }

  Rng seeds(options.seed.value_or(config.seed));
  std::deque<LiveLink> links;
  for (std::size_t i = 0; i < config.links.size(); ++i) links.emplace_back(config, i, seeds.next(), start, on_air);

  Display display(options.json);
  display.show("ready", start, start, links);
  Time next_report = start + report_every;
  std::vector<int> fds, ready;
  for (bool stopping = false; !stopping;) {
    fds.assign(1, stop.get());
    Time until = next_report;
    for (const auto& link : links) {
      link.add_descriptors(fds);
      until = std::min(until, link.next_event());
    }
    wait_readable(fds, clock, until, ready);
    const Time now = clock.now();
    for (const int fd : ready) {
      stopping = stopping || fd == stop.get();
      for (auto& link : links)
        if (link.receive(fd, now)) break;
    }
    for (auto& link : links) link.advance(now);
    if (now < next_report) continue;
    next_report = now + report_every;
    display.show("second", now, start, links);
    pcap_file.flush();
  }
  display.show("end", clock.now(), start, links);
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
