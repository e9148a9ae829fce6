// Asking the daemon over its control socket.
#pragma once

#include "node/main/commands.hpp"

#include <boost/json/object.hpp>

#include <functional>

namespace longwire::commands {

// Sends the request and prints the answer: with --json as it came, else by `print`. The exit code is
// that of design 4.1: 1 when the daemon says no, 3 when there is none.
int ask(const AskOptions& options, const boost::json::object& request,
        const std::function<void(const boost::json::object&)>& print);

// Members of an answer for people: empty text when there is none.
std::string text_of(const boost::json::object& object, std::string_view key);
const boost::json::array& array_of(const boost::json::object& object, std::string_view key);

}  // namespace longwire::commands
