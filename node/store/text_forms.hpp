// The compact texts in which lists and enums stand in the tables, readable in the sqlite3 shell.
// Every parse_ takes back exactly what its format_ gave; on anything else it throws
// std::invalid_argument, which the callers report as a damaged row.
#pragma once

#include "acp142/entity.hpp"
#include "mail/envelope.hpp"
#include "node/store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::store {

std::string format_numbers(const std::vector<std::uint32_t>& numbers);  // "0,2,3", order kept
std::vector<std::uint32_t> parse_numbers(std::string_view text);

std::string format_runs(const acp142::Runs& runs);  // "0-17,19-19" written "0-17,19"
acp142::Runs parse_runs(std::string_view text);

std::string format_ids(const std::vector<PmulId>& ids);  // "10.66.0.1,10.66.0.9"
std::vector<PmulId> parse_ids(std::string_view text);

// Words joined by spaces; octets up to 0x20, '%' and DEL as %XX, an empty word as "%".
std::string format_words(const std::vector<std::string>& words);
std::vector<std::string> parse_words(std::string_view text);

std::string format_notify(const mail::Notify& notify);  // "NEVER", "SUCCESS,FAILURE,DELAY", ""
mail::Notify parse_notify(std::string_view text);

std::string_view format_body(mail::Body body);
mail::Body parse_body(std::string_view text);
std::string_view format_ret(mail::Ret ret);
mail::Ret parse_ret(std::string_view text);
std::string_view format_by_mode(const mail::DeliverBy& by);
mail::DeliverBy parse_by(std::int64_t seconds, std::string_view mode);

std::string_view format_form(Form form);
Form parse_form(std::string_view text);

RecipientState parse_recipient_state(std::string_view text);

}  // namespace longwire::store
