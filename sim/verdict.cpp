#include "sim/verdict.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace longwire::sim {

namespace {

class Judge {
 public:
  explicit Judge(World& world) : world_(world), expect_(world.scenario().expect) {}

  std::vector<std::string> run() {
    reasons_ = world_.failures();
    for (const auto& outcome : world_.scoreboard().outcomes()) message(outcome);
    counts();
    air();
    p_mul();
    return std::move(reasons_);
  }

 private:
  void fail(const std::string& reason) { reasons_.push_back(reason); }

  void message(const MessageOutcome& outcome) {
    const auto& plan = *outcome.plan;
    const bool wanted = expect_.all_delivered || plan.expect == Fate::delivered ||
                        std::ranges::count(expect_.delivered_names, plan.name) > 0;
    if (!outcome.accepted) {
      if (wanted) fail(plan.name + ": not accepted: " + (outcome.reply.empty() ? "no answer" : outcome.reply));
      return;
    }
    for (const auto& r : outcome.recipients) recipient(outcome, r, wanted);
  }

  void recipient(const MessageOutcome& outcome, const RecipientOutcome& r, bool wanted) {
    const auto& plan = *outcome.plan;
    const std::string who = plan.name + " to " + r.address;
    if (r.refused) {
      if (wanted) fail(who + ": recipient refused");
      return;
    }
    if (r.corrupted) fail(who + ": delivered with another body");
    // RFC 1047: a client that got no reply submits again, and nobody can tell whether it was needed.
    if (expect_.no_duplicates && r.duplicates > outcome.unanswered)
      fail(who + ": delivered " + std::to_string(r.duplicates + 1) + " times");
    if (wanted && !r.delivered) fail(who + ": not delivered" + state_text(r));
    if (plan.expect == Fate::failed && !r.reported)
      fail(who + ": no failure report reached the originator" + state_text(r));
    if (plan.expect == Fate::failed && r.delivered) fail(who + ": delivered, though it was to fail");
    // A failure report is owed unless the originator asked for none.
    const bool silent_failure = plan.notify && !plan.notify->failure;
    const bool told = r.reported || (silent_failure && !r.queue_state.empty());
    if (expect_.no_lost && !r.delivered && !told && !r.live)
      fail(who + ": lost: neither delivered nor reported nor queued" + state_text(r));
    if (expect_.settled && r.live) fail(who + ": still queued at the end" + state_text(r));
    lateness(outcome, r, who);
  }

  void lateness(const MessageOutcome& outcome, const RecipientOutcome& r, const std::string& who) {
    const auto limit = outcome.plan->within ? outcome.plan->within : expect_.within;
    if (!limit || !r.delivered) return;
    const auto took = *r.delivered - *outcome.accepted;
    if (took > *limit) fail(who + ": delivered after " + seconds(took) + ", expected within " + seconds(*limit));
  }

  void counts() {
    const auto delivered = world_.scoreboard().delivered_recipients();
    if (expect_.delivered && delivered < *expect_.delivered)
      fail("delivered " + std::to_string(delivered) + ", expected " + std::to_string(*expect_.delivered));
  }

  void air() {
    const auto octets = world_.octets_on_air();
    if (expect_.max_bytes_on_air && octets > *expect_.max_bytes_on_air)
      fail(std::to_string(octets) + " bytes on air, expected at most " + std::to_string(*expect_.max_bytes_on_air));
    if (!expect_.silence) return;
    for (const auto& station : world_.stations()) {
      if (station.silent_octets > 0)
        fail("node " + station.name() + " emitted " + std::to_string(station.silent_octets) + " bytes under EMCON");
      if (station.silent_carrier > Duration{0})
        fail("node " + station.name() + " had its carrier up under EMCON for " + seconds(station.silent_carrier));
    }
  }

  void p_mul() {
    std::uint64_t coded = 0;
    for (const auto& station : world_.stations())
      for (const auto& bearer : station.p_mul) coded += bearer.coded.transfers;
    if (expect_.coded_transfers && coded != *expect_.coded_transfers)
      fail(std::to_string(coded) + " coded transfers, expected " + std::to_string(*expect_.coded_transfers));
    const auto last = world_.last_data();
    if (!expect_.data_until || !last) return;
    if (const auto at = *last - world_.scenario().start; at > *expect_.data_until)
      fail("a Data_PDU was sent after " + seconds(at) + ", expected none after " + seconds(*expect_.data_until));
  }

  static std::string seconds(Duration d) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
    const auto fraction = std::to_string(1000 + ms % 1000);
    return std::to_string(ms / 1000) + "." + fraction.substr(1) + " s";
  }

  static std::string state_text(const RecipientOutcome& r) {
    return r.queue_state.empty() ? std::string() : " (state: " + r.queue_state + ")";
  }

  World& world_;
  const Expectations& expect_;
  std::vector<std::string> reasons_;
};

}  // namespace

std::vector<std::string> judge(World& world) { return Judge(world).run(); }

std::optional<Duration> slowest_delivery(const Scoreboard& scoreboard) {
  std::optional<Duration> slowest;
  for (const auto& outcome : scoreboard.outcomes())
    for (const auto& r : outcome.recipients)
      if (outcome.accepted && r.delivered)
        slowest = std::max(slowest.value_or(Duration{0}), *r.delivered - *outcome.accepted);
  return slowest;
}

}  // namespace longwire::sim
