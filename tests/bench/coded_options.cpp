#include "coded_options.hpp"

#include "base/did_you_mean.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace longwire::bench {

const char* const coded_help =
    "usage: bench_coded [table] [emcon] [option...]        both without arguments\n"
    "table: time until the last receiver holds a message, as the share that the limit has of it\n"
    "emcon: silent receivers: how many messages reach all of them, and after how many lengths of air time\n"
    "  --link NAME        sat64k, hf9600, hf2400            --size OCTETS     1000, 10000, 100000, 1000000\n"
    "  --loss P           0, 0.05, 0.2, 0.4                 --receivers N     1, 5, 20\n"
    "  --burst            only losses in bursts of 3 s      --no-burst        only losses one by one\n"
    "  --seeds N          worlds a cell (1 kB 1000, 10 kB 200, else 40; emcon 2000)\n  --knowledge K      measured "
    "(emcon: none), exact, none\n"
    "  --plain N          so many of the receivers have coding off in either case, the others `auto`\n"
    "  --trace            every PDU of the coded transfer of --first-seed\n"
    "  --first-seed N     1\n";

const std::vector<Link>& coded_links() {
  static const std::vector<Link> all{{"sat64k", false, 64'000, 0.3, 0, 1500},
                                     {"hf9600", true, 9600, 0.02, 2, 576},
                                     {"hf2400", true, 2400, 0.02, 2, 576}};
  return all;
}

namespace {

constexpr std::uint64_t most_seeds = 1'000'000, most_first_seed = 1'000'000'000, most_receivers = 1000;
constexpr std::size_t most_receivers_of_table = 20;
constexpr double most_loss = 0.9;

Error wrong(const std::string& text) { return error("usage", 0, text); }

class Reader {
 public:
  explicit Reader(const std::vector<std::string>& arguments) : arguments_(arguments) {}

  Result<CodedOptions> read() {
    while (at_ < arguments_.size() && !error_) one(arguments_[at_++]);
    if (!error_ && !options_.help) together();
    if (error_) return *std::move(error_);
    return std::move(options_);
  }

 private:
  void fail(const std::string& text) {
    if (!error_) error_ = wrong(text);
  }

  void one(const std::string& word) {
    auto& o = options_;
    if (word == "--help") o.help = true;
    else if (word == "table") o.table = true;
    else if (word == "emcon") o.emcon = true;
    else if (word == "--burst") o.singly = false;
    else if (word == "--no-burst") o.bursts = false;
    else if (word == "--trace") o.trace = true;
    else if (word == "--seeds") number(word, o.seeds, 1, most_seeds);
    else if (word == "--first-seed") number(word, o.first_seed, 1, most_first_seed);
    else if (word == "--size") number(word, o.size, 1, limits::reception_octets);
    else if (word == "--receivers") number(word, o.receivers, 1, most_receivers);
    else if (word == "--plain") number(word, o.plain_receivers, 0, most_receivers);
    else if (word == "--loss") loss(word);
    else if (word == "--link") link(word);
    else if (word == "--knowledge") knowledge(word);
    else
      fail(word + ": unknown" +
           did_you_mean(word, {"table", "emcon", "--burst", "--no-burst", "--trace", "--seeds", "--first-seed",
                               "--size", "--receivers", "--plain", "--loss", "--link", "--knowledge", "--help"}));
  }

  std::optional<std::string> value(const std::string& option, const std::string& wanted) {
    if (at_ < arguments_.size()) return arguments_[at_++];
    fail(option + " needs a value: " + wanted);
    return std::nullopt;
  }

  template <class Number>
  void number(const std::string& option, Number& out, std::uint64_t least, std::uint64_t most) {
    const auto wanted = "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    const auto text = value(option, wanted);
    if (!text) return;
    const auto read = parse_unsigned(*text);
    if (!read || *read < least || *read > most) return fail(option + " " + *text + ": must be " + wanted);
    out = static_cast<Number>(*read);
  }

  void loss(const std::string& option) {
    const std::string wanted = "a number from 0 to 0.9";
    const auto text = value(option, wanted);
    if (!text) return;
    double read = -1;
    const auto* const end = text->data() + text->size();
    const auto [stop, bad] = std::from_chars(text->data(), end, read);
    // Written so that nan is none.
    if (bad != std::errc{} || stop != end || !(read >= 0 && read <= most_loss))
      return fail(option + " " + *text + ": must be " + wanted);
    options_.loss = read;
  }

  void link(const std::string& option) {
    const std::string wanted = "sat64k, hf9600 or hf2400";
    const auto text = value(option, wanted);
    if (!text) return;
    if (std::ranges::find(coded_links(), *text, &Link::name) == coded_links().end())
      return fail(option + " " + *text + ": must be " + wanted);
    options_.link = *text;
  }

  void knowledge(const std::string& option) {
    const std::string wanted = "measured, exact or none";
    const auto text = value(option, wanted);
    if (!text) return;
    if (*text == "measured") options_.knowledge = Knowledge::measured;
    else if (*text == "exact") options_.knowledge = Knowledge::exact;
    else if (*text == "none") options_.knowledge = Knowledge::none;
    else fail(option + " " + *text + ": must be " + wanted);
  }

  // What each of them may say, but not beside the other.
  void together() {
    const auto& o = options_;
    const auto most = o.receivers != 0 ? o.receivers : most_receivers_of_table;
    if (o.plain_receivers > most)
      fail("--plain " + std::to_string(o.plain_receivers) + ": must be a whole number from 0 to " +
           std::to_string(most) + ", of the receivers");
    if (!o.singly && !o.bursts) fail("--burst and --no-burst: must be one of them, nothing is left to play");
    if (!o.singly && o.loss == 0) fail("--burst with --loss 0: must be more loss, nothing is left to play");
  }

  const std::vector<std::string>& arguments_;
  std::size_t at_ = 0;
  CodedOptions options_;
  std::optional<Error> error_;
};

}  // namespace

Result<CodedOptions> read_coded_options(const std::vector<std::string>& arguments) { return Reader(arguments).read(); }

}  // namespace longwire::bench
