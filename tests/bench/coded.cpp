// bench_coded: coded P_MUL beside plain P_MUL, the genie limit and the ceiling of a coded P_MUL, in virtual time.
// --help tells the options. The cells of one run share the seeds, so coded and plain meet the same channel
// as long as they send the same.
#include "coded_options.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace longwire::bench;

constexpr double burst_seconds = 3;

std::vector<Link> links(const CodedOptions& options) {
  auto all = coded_links();
  std::erase_if(all, [&](const Link& link) { return !options.link.empty() && link.name != options.link; });
  return all;
}

// Worlds are independent of each other.
std::vector<Outcome> play_all(const World& world, unsigned first_seed, unsigned seeds) {
  std::vector<Outcome> outcomes(seeds);
  const auto workers = std::max(1U, world.trace ? 1U : std::thread::hardware_concurrency());
  std::vector<std::future<void>> running;
  for (unsigned worker = 0; worker < workers; ++worker)
    running.push_back(std::async(std::launch::async, [&, worker] {
      for (auto i = worker; i < seeds; i += workers) outcomes[i] = play(world, first_seed + i);
    }));
  for (auto& one : running) one.get();
  return outcomes;
}

double mean(const std::vector<Outcome>& outcomes, double Outcome::*figure) {
  double sum = 0;
  for (const auto& outcome : outcomes) sum += outcome.*figure;
  return sum / static_cast<double>(outcomes.size());
}

// ---- time until the last receiver holds the message

struct Verdict {
  unsigned cells = 0, slower = 0, slower_beyond_doubt = 0, failed = 0;
  std::vector<std::string> aims;
};

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

// Mean difference against its standard error.
void compare(const std::vector<Outcome>& coded, const std::vector<Outcome>& plain, Verdict& verdict) {
  double sum = 0, squares = 0;
  const auto n = static_cast<double>(coded.size());
  for (std::size_t i = 0; i < coded.size(); ++i) {
    const auto difference = coded[i].last - plain[i].last;
    sum += difference;
    squares += difference * difference;
  }
  const auto average = sum / n, error = std::sqrt(std::max(0.0, squares / n - average * average) / n);
  const auto notable = 0.001 * mean(plain, &Outcome::last);
  if (average > notable) ++verdict.slower;
  if (average > 2 * error + notable) ++verdict.slower_beyond_doubt;
}

void note_aims(const World& world, double seconds, Verdict& verdict) {
  const auto& load = world.load;
  if (world.burst > 0 || load.loss != 0.2 || load.receivers != 5 || world.plain_receivers > 0) return;
  const auto share = genie_seconds(load, world.link) / seconds, times = seconds / coded_seconds(load, world.link);
  const auto aim = world.link.half ? 0.88 : 0.93;
  char text[160];
  if (load.size == 100'000) {
    std::snprintf(text, sizeof text, "%s, 100 kB, 20 %%, 5 receivers: %s of the genie limit, aim %s: %s",
                  world.link.name.c_str(), percent(share).c_str(), percent(aim).c_str(),
                  share >= aim ? "met" : "MISSED");
    verdict.aims.emplace_back(text);
  }
  if (load.size == 1000) {
    std::snprintf(text, sizeof text, "%s, 1 kB, 20 %%, 5 receivers: %.2f x the coded ceiling, aim 1.25: %s",
                  world.link.name.c_str(), times, times <= 1.25 ? "met" : "MISSED");
    verdict.aims.emplace_back(text);
  }
}

void table_cell(World world, const CodedOptions& options, Verdict& verdict) {
  // A short message meets a fade or does not: its mean takes many worlds, and they are cheap.
  const auto usual = world.load.size <= 1000 ? 1000U : world.load.size <= 10'000 ? 200U : 40U;
  const auto seeds = options.seeds != 0 ? options.seeds : usual;
  world.knowledge = options.knowledge.value_or(Knowledge::measured);
  world.trace = options.trace;
  const auto coded = play_all(world, options.first_seed, seeds);
  if (options.trace) return;
  world.coded = false;
  const auto plain = play_all(world, options.first_seed, seeds);
  const auto payload = static_cast<double>(world.load.size);
  const auto last = mean(coded, &Outcome::last), plain_last = mean(plain, &Outcome::last);
  const auto genie = genie_seconds(world.load, world.link), ceiling = coded_seconds(world.load, world.link);
  std::size_t failed = 0;
  for (const auto& outcome : coded) failed += world.load.receivers - outcome.holding + outcome.failed;
  std::printf(
      "| %s | %zu | %g %%%s | %zu | %.2f | %.2f | %s | %s | %.2f | %s | %.2f + %.3f | %.2f + %.3f | %.1f | %.1f |%s\n",
      world.link.name.c_str(), world.load.size, 100 * world.load.loss, world.burst > 0 ? " bursts" : "",
      world.load.receivers, genie, last, percent(genie / last).c_str(), percent(ceiling / last).c_str(), plain_last,
      percent(genie / plain_last).c_str(), mean(coded, &Outcome::air) / payload, mean(coded, &Outcome::back) / payload,
      mean(plain, &Outcome::air) / payload, mean(plain, &Outcome::back) / payload, mean(coded, &Outcome::overs),
      mean(plain, &Outcome::overs), failed == 0 ? "" : " NOT DELIVERED");
  std::fflush(stdout);
  ++verdict.cells;
  verdict.failed += failed == 0 ? 0 : 1;
  compare(coded, plain, verdict);
  note_aims(world, last, verdict);
}

template <typename Cell>
void for_each_load(const CodedOptions& options, const std::vector<std::size_t>& sizes,
                   const std::vector<double>& losses, const std::vector<std::size_t>& receivers, const Cell& cell) {
  for (const auto& link : links(options))
    for (const auto size : options.size != 0 ? std::vector<std::size_t>{options.size} : sizes)
      for (const auto loss : options.loss >= 0 ? std::vector<double>{options.loss} : losses)
        for (const auto count : options.receivers != 0 ? std::vector<std::size_t>{options.receivers} : receivers) {
          World world{link, {size, loss, count}};
          world.plain_receivers = std::min(options.plain_receivers, count);
          if (options.singly) cell(world);
          world.burst = burst_seconds;
          if (options.bursts && (loss == 0.2 || options.loss > 0)) cell(world);
        }
}

int table(const CodedOptions& options) {
  const char* const knowledge[] = {"not known before", "measured by a message before", "known exactly"};
  std::printf("Losses %s. \"bursts\": in bursts of %g s in the mean, for which the limits do not hold.\n\n",
              knowledge[static_cast<std::size_t>(options.knowledge.value_or(Knowledge::measured))], burst_seconds);
  std::printf(
      "| link | octets | loss | receivers | genie s | coded s | genie / coded | ceiling / coded | plain s | genie / "
      "plain "
      "| coded octets out + back | plain octets | coded overs | plain overs |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  Verdict verdict;
  for_each_load(options, {1000, 10'000, 100'000, 1'000'000}, {0.0, 0.05, 0.2, 0.4}, {1, 5, 20},
                [&](const World& world) { table_cell(world, options, verdict); });
  if (options.trace) return 0;
  std::printf(
      "\nOctets are per octet of payload. Of %u cells coded is slower than plain by more than 0.1 %% in %u, beyond two "
      "standard "
      "errors in %u; not everybody had it in %u.\n",
      verdict.cells, verdict.slower, verdict.slower_beyond_doubt, verdict.failed);
  for (const auto& aim : verdict.aims) std::printf("%s\n", aim.c_str());
  std::printf("\n");
  return verdict.failed == 0 ? 0 : 1;
}

// ---- silent receivers

void emcon_cell(World world, const CodedOptions& options) {
  const auto seeds = options.seeds != 0 ? options.seeds : 2000;
  world.silent = true;
  world.knowledge = options.knowledge.value_or(Knowledge::none);
  world.trace = options.trace;
  const auto reached = [&](const std::vector<Outcome>& outcomes) {
    return std::count_if(outcomes.begin(), outcomes.end(),
                         [&](const Outcome& outcome) { return outcome.holding == world.load.receivers; });
  };
  const auto coded = play_all(world, options.first_seed, seeds);
  if (options.trace) return;
  world.coded = false;
  const auto plain = play_all(world, options.first_seed, seeds);
  const auto length = length_octets(world), payload = static_cast<double>(world.load.size);
  const auto share = [&](const std::vector<Outcome>& outcomes) {
    return 100 * static_cast<double>(reached(outcomes)) / static_cast<double>(seeds);
  };
  std::printf("| %s | %zu | %g %%%s | %zu | %.2f %% | %.2f | %.2f | %.2f %% | %.2f |\n", world.link.name.c_str(),
              world.load.size, 100 * world.load.loss, world.burst > 0 ? " bursts" : "", world.load.receivers,
              share(coded), mean(coded, &Outcome::air) / length, mean(coded, &Outcome::air) / payload, share(plain),
              mean(plain, &Outcome::air) / length);
  std::fflush(stdout);
}

int emcon(const CodedOptions& options) {
  std::printf(
      "Silent receivers, planned for 99.9 %% that all of them have it at the loss stated. A length is one plain "
      "transmission.\n\n");
  std::printf(
      "| link | octets | loss | receivers | coded: all have it | lengths of air time | octets out per octet | plain: "
      "all "
      "have it | lengths |\n|---|---|---|---|---|---|---|---|---|\n");
  for_each_load(options, {10'000}, {0.2}, {5}, [&](const World& world) { emcon_cell(world, options); });
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto read = read_coded_options({argv + 1, argv + argc});
  if (!read) {
    std::fprintf(stderr, "bench_coded: %s\n%s", read.error().text.c_str(), coded_help);
    return 2;
  }
  auto& options = *read;
  if (options.help) return std::printf("%s", coded_help) < 0 ? 1 : 0;
  if (options.trace) options.seeds = 1;
  const auto both = !options.table && !options.emcon;
  const auto result = options.table || both ? table(options) : 0;
  if (options.emcon || both) emcon(options);
  return result;
}
