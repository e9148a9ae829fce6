#include "node/main/ask.hpp"

#include "node/io/blocking_stream.hpp"
#include "node/main/config_file.hpp"
#include "node/main/exit_code.hpp"
#include "node/main/table.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <iostream>

namespace longwire::commands {

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

// A busy daemon answers within a commit; half a minute means that it hangs.
constexpr auto answer_limit = 30s;

std::optional<json::object> exchange(io::BlockingStream& stream, const json::object& request) {
  const auto line = json::serialize(request) + "\n";
  // A daemon that refuses us has answered and closed before this is written: look at the answer anyway.
  (void)stream.write(as_bytes(line), answer_limit);
  std::string answer;
  while (answer.find('\n') == std::string::npos) {
    const auto chunk = stream.read(answer_limit);
    if (!chunk || chunk->empty()) return std::nullopt;
    answer += as_text(*chunk);
  }
  boost::system::error_code e;
  auto value = json::parse(answer, e);
  if (e || !value.is_object()) return std::nullopt;
  return std::move(value.as_object());
}

int unreachable(const std::string& why) {
  std::cerr << "longwire: the daemon does not answer: " << why << "\n";
  return exit_unreachable;
}

}  // namespace

int ask(const AskOptions& options, const json::object& request, const std::function<void(const json::object&)>& print) {
  const auto path = find_config(options.config);
  if (!path) return exit_usage;
  const auto config = read_config(*path);
  if (!config) return exit_no;
  engine::Endpoint socket;
  socket.is_unix = true;
  socket.host = config->data_dir + "/control.sock";
  std::string why;
  auto stream = io::BlockingStream::connect(socket, 5s, why);
  if (!stream) return unreachable(why);
  const auto answer = exchange(*stream, request);
  if (!answer) return unreachable(socket.host + ": no answer");

  const auto* ok = answer->if_contains("ok");
  const bool yes = ok != nullptr && ok->is_bool() && ok->as_bool();
  if (options.json) std::cout << *answer << "\n";
  else if (yes) print(*answer);
  else std::cerr << "longwire: " << printable(text_of(*answer, "error")) << "\n";
  return yes ? exit_yes : exit_no;
}

std::string text_of(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return printable(std::string_view(value->as_string()));
  return json::serialize(*value);
}

const json::array& array_of(const json::object& object, std::string_view key) {
  static const json::array none;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->as_array() : none;
}

}  // namespace longwire::commands
