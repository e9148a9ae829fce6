#include "bearers/s5066/rate_exchange.hpp"

#include <algorithm>

namespace longwire::s5066 {

void RateExchange::request(modem::Waveform target, ManagementExchange& management, unsigned copies) {
  const auto eow = drc_eow(target, drc_other::request_equal);
  if (!eow || !idle() || management.outstanding()) return;
  target_ = target;
  step_ = Step::requested;
  management.send(*eow, copies);
}

RateExchange::Outcome RateExchange::on_management(const Eow& eow, const Management& body,
                                                  ManagementExchange::Received received,
                                                  const std::vector<modem::Waveform>& able,
                                                  ManagementExchange& management, unsigned copies) {
  if (body.valid && received.fresh) {
    if (eow.type == eow_type::drc_request && (eow.contents & 2) == 0) return on_request(eow, able, management, copies);
    if (eow.type == eow_type::drc_response) return on_response(eow, management, copies);
  }
  if (!received.acknowledged || body.valid) return {};
  // DT_ACK.
  switch (step_) {
    case Step::answered: {
      step_ = Step::confirmed;
      management.send(drc_response(drc_answer::confirm, drc_reason::none), copies);
      Outcome outcome;
      outcome.change = target_;  // the slave changes only now (C.6.4.2 (29))
      return outcome;
    }
    case Step::confirmed: {
      step_ = Step::idle;
      Outcome outcome;
      outcome.over = "changed";
      outcome.former_slave = true;
      return outcome;
    }
    case Step::cancelling: {
      step_ = Step::idle;
      Outcome outcome;
      outcome.over = "cancelled";
      return outcome;
    }
    case Step::idle:
    case Step::requested:
    case Step::dt_ack:
    case Step::confirmation:
      break;
  }
  return {};
}

// Slave. A second request within an exchange takes the place of the first.
RateExchange::Outcome RateExchange::on_request(const Eow& eow, const std::vector<modem::Waveform>& able,
                                               ManagementExchange& management, unsigned copies) {
  const auto wanted = waveform_of(eow);
  const auto same_rate = [&](const modem::Waveform& w) { return wanted && w.rate_bps == wanted->rate_bps; };
  auto reason = drc_reason::none;
  if (!wanted || able.empty()) reason = drc_reason::neither;
  else if (std::none_of(able.begin(), able.end(), same_rate)) reason = drc_reason::not_rate;
  else if (std::find(able.begin(), able.end(), *wanted) == able.end()) reason = drc_reason::not_interleaver;
  management.abandon();  // a message of our own gives way to the master's exchange
  if (reason != drc_reason::none) {
    step_ = Step::cancelling;
    management.send(drc_response(drc_answer::refuse, reason), copies, true);
    return {};
  }
  target_ = *wanted;
  step_ = Step::answered;
  management.send(drc_response(drc_answer::accept, drc_reason::none), copies, true);
  return {};
}

RateExchange::Outcome RateExchange::on_response(const Eow& eow, ManagementExchange& management, unsigned copies) {
  const auto answer = static_cast<std::uint8_t>(eow.contents >> 5);
  Outcome outcome;
  if (answer == drc_answer::accept && step_ == Step::requested) {
    step_ = Step::dt_ack;
  } else if (answer == drc_answer::refuse && step_ == Step::requested) {
    step_ = Step::cancelling;
    management.send(drc_response(drc_answer::cancel, drc_reason::none), copies, true);
    outcome.over = "refused";
  } else if (answer == drc_answer::confirm && (step_ == Step::confirmation || step_ == Step::dt_ack)) {
    step_ = Step::idle;
    outcome.over = "changed";
  } else if (answer == drc_answer::cancel && (step_ == Step::answered || step_ == Step::cancelling)) {
    step_ = Step::idle;
    outcome.over = "cancelled";
  }
  return outcome;
}

void RateExchange::repeat_dt_ack(ManagementExchange& management) {
  step_ = Step::dt_ack;
  management.acknowledge();
}

RateExchange::Outcome RateExchange::over_ended(bool complete) {
  Outcome outcome;
  if (!over_ended_changes(complete)) return outcome;
  step_ = Step::confirmation;
  outcome.change = target_;
  return outcome;
}

}  // namespace longwire::s5066
