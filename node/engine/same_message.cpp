#include "node/engine/same_message.hpp"

#include "base/text.hpp"

namespace longwire::engine {

namespace {

// Mail and X.400 share the Message-ID; the subject keeps one who makes Message-IDs up from silencing others.
acp142::ReceptionKey by_message_id(std::string_view form, const Sighting& m, std::string_view recipient) {
  return ContentHash()
      .add("form")
      .add(form)
      .add(to_lower(m.from))
      .add(m.message_id)
      .add(m.subject)
      .add(to_lower(recipient))
      .key();
}

// DMP has no room for a Message-ID; the time of submission it has to the second.
acp142::ReceptionKey by_submission(std::string_view form, const Sighting& m, std::string_view recipient) {
  return ContentHash()
      .add("form")
      .add(form)
      .add(to_string(m.source))
      .add(to_lower(m.from))
      .add(m.subject)
      .add(std::to_string(to_unix32(m.submission)))
      .add(to_lower(recipient))
      .key();
}

}  // namespace

bool seen_otherwise(store::Store& store, const Sighting& m, std::string_view recipient) {
  switch (m.form) {
    case CameAs::mail:
      return !m.message_id.empty() && store.seen(by_message_id("p1", m, recipient));
    case CameAs::dmp:
      return store.seen(by_submission("p1", m, recipient));
    case CameAs::p1:
      return store.seen(by_submission("dmp", m, recipient)) ||
             (!m.message_id.empty() && store.seen(by_message_id("mail", m, recipient)));
  }
  return false;
}

void remember_form(store::Store& store, const Sighting& m, std::string_view recipient, Time until) {
  switch (m.form) {
    case CameAs::mail:
      return store.remember(by_message_id("mail", m, recipient), until);
    case CameAs::dmp:
      return store.remember(by_submission("dmp", m, recipient), until);
    case CameAs::p1:
      store.remember(by_submission("p1", m, recipient), until);
      return store.remember(by_message_id("p1", m, recipient), until);
  }
}

}  // namespace longwire::engine
