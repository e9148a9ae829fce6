// One function per sub-command: options in, exit code out. command_line.cpp reads the options.
#pragma once

#include "crypto/scram.hpp"
#include "node/io/clock.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace longwire::commands {

// `config` is empty when no -c was given: then the usual places are looked at.
struct RunOptions {
  std::string config;
  std::string log_level = "info";
  io::Speed speed;
};
int run(const RunOptions& options);

struct CheckOptions {
  std::string config;
  bool keys = false;    // print the reference
  bool sample = false;  // print an annotated configuration
  bool json = false;
};
int check(const CheckOptions& options);

struct DecodeOptions {
  std::string kind;
  std::string file = "-";
  bool hex = false;
  bool lines = false;  // with hex: every line is an input of its own
  std::string now;     // when it was received, for times that repeat; empty: they are shown as they stand
};
int decode(const DecodeOptions& options);
std::vector<std::string> decode_kinds();

// The commands that ask the daemon.
struct AskOptions {
  std::string config;
  bool json = false;
};
int status(const AskOptions& options);
int queue(const AskOptions& options);
int show(const AskOptions& options, const std::string& id);
int track(const AskOptions& options, const std::string& id);
int hold(const AskOptions& options, const std::string& id);
int release(const AskOptions& options, const std::string& id);
int cancel(const AskOptions& options, const std::string& id);
// acknowledge: number of an alert to close; empty for none.
int alerts(const AskOptions& options, bool all, const std::string& acknowledge);
struct EmconOptions {
  std::string state;     // on off status
  std::string duration;  // only with on; empty = until further notice
  std::string peer;      // empty: this node
};
int emcon(const AskOptions& options, const EmconOptions& what);
int minimize(const AskOptions& options, const std::string& level, const std::string& bearer);

struct Acp127Options {
  std::string action;  // list show release drop
  std::uint64_t id = 0;
  std::string file;             // release: the corrected message; empty = as it stands
  std::vector<std::string> to;  // release: deliver it to these addresses
};
int acp127(const AskOptions& options, const Acp127Options& what);

struct CertOptions {
  std::string action;                  // import list show remove
  std::string which;                   // address or fingerprint; list: empty for all
  std::string file;                    // import: PEM with one or more certificates, or DER with one
  std::vector<std::string> addresses;  // import: in place of those in the certificate
  bool force = false;                  // import: although no path leads to an anchor
};
int cert(const AskOptions& options, const CertOptions& what);

struct DoctorOptions {
  std::string config;
  bool json = false;
};
int doctor(const DoctorOptions& options);

struct DictTrainOptions {
  std::vector<std::string> sources;  // files, and folders with files below them: a message each
  std::string out;
  std::string size = "110k";
  std::string as = "mule";  // what the peers get: "mule" | "annex-e"; "raw": the files as they are
  std::string config;       // annex-e: the node that sends, for its addresses; empty: one without tables
  bool json = false;
};
int dict_train(const DictTrainOptions& options);
struct DictShowOptions {
  std::vector<std::string> files;
  bool json = false;
};
int dict_show(const DictShowOptions& options);

struct UserHashOptions {
  std::string name;
  std::uint32_t iterations = crypto::usual_iterations;
};
// Reads the password from standard input and prints the line for [smtp] auth_users.
int user_hash(const UserHashOptions& options);

// Arguments as sendmail(8) takes them, without the program's name. Exit codes of sysexits.h.
int sendmail(const std::vector<std::string>& arguments);

}  // namespace longwire::commands
