// One file by NORM (RFC 5740, the NRL library) for tests/bench/peers:
//   bench_norm_file send    --address GROUP:PORT --interface NAME --node ID [options] FILE
//   bench_norm_file receive --address GROUP:PORT --interface NAME --node ID FOLDER
// The sender runs until it is killed, as NORM repairs as long as it is asked. The receiver prints
// "complete SECONDS NAME" (monotonic clock) when it holds the file. Options of the sender: --rate bit/s,
// --segment octets, --block segments, --parity segments a block at most, --auto parity segments sent unasked,
// --grtt seconds, --backoff factor, --group receivers.
#include <normApi.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

namespace {

constexpr std::uint32_t buffer_octets = 16U << 20U;

struct Options {
  std::map<std::string, std::string> named;
  std::string role, path;

  std::string text(const std::string& name) const {
    const auto found = named.find(name);
    if (found == named.end()) {
      std::fprintf(stderr, "bench_norm_file: --%s is missing\n", name.c_str());
      std::exit(2);
    }
    return found->second;
  }
  double number(const std::string& name) const { return std::atof(text(name).c_str()); }
  std::uint16_t count(const std::string& name) const { return static_cast<std::uint16_t>(number(name)); }
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with("--") && i + 1 < argc) options.named[word.substr(2)] = argv[++i];
    else (options.role.empty() ? options.role : options.path) = word;
  }
  if ((options.role != "send" && options.role != "receive") || options.path.empty()) {
    std::fprintf(stderr, "usage: bench_norm_file send|receive --NAME VALUE ... FILE|FOLDER\n");
    std::exit(2);
  }
  return options;
}

NormSessionHandle open_session(NormInstanceHandle instance, const Options& options) {
  const auto address = options.text("address");
  const auto colon = address.find(':');
  const auto port = static_cast<std::uint16_t>(std::atoi(address.c_str() + colon + 1));
  const auto session = NormCreateSession(instance, address.substr(0, colon).c_str(), port,
                                         static_cast<NormNodeId>(options.number("node")));
  if (session == NORM_SESSION_INVALID) {
    std::fprintf(stderr, "bench_norm_file: no session\n");
    std::exit(1);
  }
  NormSetMulticastInterface(session, options.text("interface").c_str());
  NormSetTTL(session, 16);
  return session;
}

bool start_sending(NormSessionHandle session, const Options& options) {
  const double grtt = options.number("grtt");
  NormSetTxRate(session, options.number("rate"));
  NormSetGrttMax(session, grtt);  // queueing on a half-duplex link is no round trip
  NormSetGrttEstimate(session, grtt);
  NormSetBackoffFactor(session, options.number("backoff"));
  NormSetGroupSize(session, options.count("group"));
  if (!NormStartSender(session, 1, buffer_octets, options.count("segment"), options.count("block"),
                       options.count("parity")))
    return false;
  NormSetAutoParity(session, static_cast<unsigned char>(options.count("auto")));
  return NormFileEnqueue(session, options.path.c_str()) != NORM_OBJECT_INVALID;
}

bool start_receiving(NormInstanceHandle instance, NormSessionHandle session, const Options& options) {
  if (!NormSetCacheDirectory(instance, (options.path + "/").c_str())) return false;
  NormSetRxPortReuse(session, true);
  NormSetDefaultUnicastNack(session, false);  // others hear it and need not ask for the same
  return NormStartReceiver(session, buffer_octets);
}

void tell(NormObjectHandle object) {
  char name[4096] = "";
  NormFileGetName(object, name, sizeof name - 1);
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  std::printf("complete %.6f %s\n", std::chrono::duration<double>(now).count(), name);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse(argc, argv);
  const auto instance = NormCreateInstance();
  const auto session = open_session(instance, options);
  if (options.role == "send" ? !start_sending(session, options) : !start_receiving(instance, session, options)) {
    std::fprintf(stderr, "bench_norm_file: cannot %s %s\n", options.role.c_str(), options.path.c_str());
    return 1;
  }
  std::printf("ready\n");
  std::fflush(stdout);
  for (NormEvent event; NormGetNextEvent(instance, &event);)
    if (event.type == NORM_RX_OBJECT_COMPLETED) tell(event.object);
  return 0;
}
