#include "sim/smtp_user.hpp"

#include "base/text.hpp"

namespace longwire::sim {

namespace {

std::string notify_argument(const mail::Notify& notify) {
  if (notify.never) return " NOTIFY=NEVER";
  std::string words;
  const auto add = [&](bool wanted, std::string_view word) {
    if (wanted) words.append(words.empty() ? "" : ",").append(word);
  };
  add(notify.success, "SUCCESS");
  add(notify.failure, "FAILURE");
  add(notify.delay, "DELAY");
  return words.empty() ? "" : " NOTIFY=" + words;
}

// RFC 5321 4.5.2: a line that begins with a dot gets another one.
Bytes stuffed(ByteView message) {
  Bytes out;
  out.reserve(message.size() + 16);
  bool line_start = true;
  for (const auto octet : message) {
    if (line_start && octet == '.') out.push_back('.');
    out.push_back(octet);
    line_start = octet == '\n';
  }
  out.insert(out.end(), {'.', '\r', '\n'});
  return out;
}

}  // namespace

SmtpUser::SmtpUser(smtp::Policy& policy, const engine::Config& config, Time now)
    : session_({config.domain, config.max_message, 0, limits::recipients},
               {"127.0.0.1", "user.sim.example", "ESMTP", 1}, policy),
      now_(now) {
  session_.start();
  (void)read();
  (void)exchange("EHLO user.sim.example\r\n");
}

std::vector<SmtpUser::Reply> SmtpUser::read() {
  std::vector<Reply> replies;
  const auto output = session_.take_output();
  std::string_view rest = output;
  while (rest.size() >= 4) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
    if (line.size() < 3 || (line.size() > 3 && line[3] == '-')) continue;
    replies.push_back({static_cast<int>(parse_unsigned(line.substr(0, 3)).value_or(0)), std::string(line)});
  }
  return replies;
}

std::vector<SmtpUser::Reply> SmtpUser::exchange(std::string_view octets) {
  session_.feed(as_bytes(octets), now_);
  return read();
}

void SmtpUser::send_envelope(const MessagePlan& plan) {
  answer_.refused.assign(plan.to.size(), true);
  std::string commands = "MAIL FROM:<" + plan.from_address +
                         "> BODY=8BITMIME MT-PRIORITY=" + std::to_string(row(plan.precedence).mt_priority);
  if (plan.by) commands += " BY=" + std::to_string(std::chrono::ceil<std::chrono::seconds>(*plan.by).count()) + ";R";
  commands += "\r\n";
  for (const auto& address : plan.to)
    commands += "RCPT TO:<" + address + ">" + (plan.notify ? notify_argument(*plan.notify) : "") + "\r\n";
  commands += "DATA\r\n";
  const auto replies = exchange(commands);
  for (std::size_t i = 0; i < plan.to.size() && i + 1 < replies.size(); ++i)
    answer_.refused[i] = replies[i + 1].code >= 400;
  data_wanted_ = !replies.empty() && replies.back().code == 354;
  if (data_wanted_) return;
  // The first refusal is the reason, DATA's own answer only a consequence.
  for (const auto& reply : replies) {
    if (reply.code < 400) continue;
    answer_.text = reply.text;
    answer_.temporary = reply.code < 500;
    return;
  }
}

void SmtpUser::send_message(ByteView message) {
  if (data_wanted_) session_.feed(stuffed(message), now_);
}

SmtpUser::Answer SmtpUser::finish() {
  if (!data_wanted_) return answer_;
  const auto replies = read();
  if (replies.empty()) {
    answer_.temporary = true;
    return answer_;
  }
  answer_.text = replies.front().text;
  answer_.accepted = replies.front().code == 250;
  answer_.temporary = replies.front().code >= 400 && replies.front().code < 500;
  return answer_;
}

}  // namespace longwire::sim
