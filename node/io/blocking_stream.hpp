// A plain blocking connection with time-outs, for the sub-commands: they do one thing and end.
#pragma once

#include "base/bytes.hpp"
#include "node/engine/config.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace longwire::io {

class BlockingStream {
 public:
  // Empty on failure, with the reason in `why`.
  static std::optional<BlockingStream> connect(const engine::Endpoint& to, std::chrono::milliseconds limit,
                                               std::string& why);
  ~BlockingStream();
  BlockingStream(BlockingStream&& other) noexcept;
  BlockingStream& operator=(BlockingStream&&) = delete;

  bool write(ByteView octets, std::chrono::milliseconds limit);
  // What has come, empty at the end of the stream; nullopt after an error or the time limit.
  std::optional<Bytes> read(std::chrono::milliseconds limit);
  // Carries octets both ways until the far end closes; the end of `in` is passed on.
  void pass_through(int in, int out);

 private:
  explicit BlockingStream(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace longwire::io
