#include "node/store/schema.hpp"

#include <array>

namespace longwire::store {

namespace {

// Times are microseconds since 1970 (9223372036854775807 = never), P_MUL ids and IPv4 addresses are
// numbers; the views at the end show both readable. The large blobs (bodies, transfer octets) have
// tables of their own, because SQLite writes a whole row again when one of its columns changes.
constexpr const char* version_1 = R"sql(
CREATE TABLE messages (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,  -- never reused: it names Maildir files
  tracking_id   TEXT NOT NULL UNIQUE,
  accepted      INTEGER NOT NULL,
  expiry        INTEGER NOT NULL,
  deliver_by    INTEGER,
  held          INTEGER NOT NULL,
  origin        TEXT NOT NULL,
  from_peer     INTEGER NOT NULL,
  message_id    TEXT NOT NULL,
  subject       TEXT NOT NULL,
  octets        INTEGER NOT NULL,
  mail_from     TEXT NOT NULL,
  ret           TEXT NOT NULL,                      -- "", full, headers
  envid         TEXT NOT NULL,
  mt_priority   INTEGER,
  body_type     TEXT NOT NULL,                      -- 7bit, 8bit, binary
  by_seconds    INTEGER,
  by_mode       TEXT NOT NULL,                      -- "", N, R, NT, RT
  declared_size INTEGER,
  auth          TEXT NOT NULL,
  other         TEXT NOT NULL                       -- further MAIL parameters
) STRICT;
CREATE INDEX messages_accepted ON messages (accepted);
CREATE INDEX messages_envid ON messages (envid) WHERE envid <> '';
CREATE INDEX messages_message_id ON messages (message_id) WHERE message_id <> '';

CREATE TABLE bodies (
  message INTEGER PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
  octets  BLOB NOT NULL
) STRICT;

CREATE TABLE recipients (
  message        INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
  position       INTEGER NOT NULL,
  state          TEXT NOT NULL,
  final          INTEGER NOT NULL,                  -- 1: this node has nothing more to do
  address        TEXT NOT NULL,
  next_hop       TEXT NOT NULL,                     -- peer; empty: delivered here
  status         TEXT NOT NULL,
  text           TEXT NOT NULL,
  attempts       INTEGER NOT NULL,
  next_attempt   INTEGER NOT NULL,
  delay_reported INTEGER NOT NULL,
  notify         TEXT,                              -- NULL: not given; NEVER or SUCCESS,FAILURE,DELAY
  orcpt          TEXT NOT NULL,
  other          TEXT NOT NULL,
  PRIMARY KEY (message, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX recipients_live ON recipients (message) WHERE final = 0;

CREATE TABLE transfers (
  pmul_message_id INTEGER PRIMARY KEY,
  bearer          TEXT NOT NULL,
  message         INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
  priority        INTEGER NOT NULL,
  expiry          INTEGER NOT NULL,
  group_address   INTEGER,
  fragment_octets INTEGER NOT NULL,
  started         INTEGER NOT NULL,
  emcon_repeats   INTEGER NOT NULL
) STRICT;
CREATE INDEX transfers_message ON transfers (message);

CREATE TABLE transfer_octets (
  pmul_message_id INTEGER PRIMARY KEY REFERENCES transfers ON DELETE CASCADE,
  octets          BLOB NOT NULL
) STRICT;

CREATE TABLE transfer_destinations (
  pmul_message_id INTEGER NOT NULL REFERENCES transfers ON DELETE CASCADE,
  position        INTEGER NOT NULL,
  destination     INTEGER NOT NULL,
  sequence_number INTEGER NOT NULL,                 -- Message_Sequence_Number
  done            INTEGER NOT NULL,
  failed          INTEGER NOT NULL,
  heard           INTEGER NOT NULL,
  acked           TEXT NOT NULL,                    -- "0-17,19": Data_PDUs acknowledged
  recipients      TEXT,                             -- "0,2": positions of the recipients behind it
  PRIMARY KEY (pmul_message_id, destination)
) STRICT, WITHOUT ROWID;

CREATE TABLE receptions (
  source          INTEGER NOT NULL,
  message_id      INTEGER NOT NULL,
  bearer          TEXT NOT NULL,
  expiry          INTEGER NOT NULL,
  priority        INTEGER NOT NULL,
  total           INTEGER NOT NULL,
  sequence_number INTEGER NOT NULL,
  destinations    TEXT NOT NULL,
  delivered       INTEGER NOT NULL,
  ack_owed        INTEGER NOT NULL,
  PRIMARY KEY (source, message_id, bearer)
) STRICT, WITHOUT ROWID;

CREATE TABLE fragments (
  source     INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  bearer     TEXT NOT NULL,
  sequence   INTEGER NOT NULL,
  octets     BLOB NOT NULL,
  PRIMARY KEY (source, message_id, bearer, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
  source     INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  until      INTEGER NOT NULL,
  PRIMARY KEY (source, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_until ON seen (until);

CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE tracking (
  id        INTEGER PRIMARY KEY,
  message   INTEGER NOT NULL,
  time      INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  event     TEXT NOT NULL,
  detail    TEXT NOT NULL
) STRICT;
CREATE INDEX tracking_message ON tracking (message);

CREATE TABLE alerts (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  time    INTEGER NOT NULL,
  name    TEXT NOT NULL,
  text    TEXT NOT NULL,
  cleared INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX alerts_open ON alerts (name, text) WHERE cleared = 0;

CREATE TABLE audit (
  id   INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  who  TEXT NOT NULL,
  what TEXT NOT NULL
) STRICT;

CREATE VIEW queue AS
  SELECT m.tracking_id, datetime(m.accepted / 1000000, 'unixepoch') AS accepted, m.mt_priority, m.octets,
         m.mail_from, r.address, r.state, r.next_hop, r.attempts, r.status, r.text, m.subject
  FROM recipients r JOIN messages m ON m.id = r.message WHERE r.final = 0 ORDER BY m.id, r.position;
CREATE VIEW history AS
  SELECT datetime(t.time / 1000000, 'unixepoch') AS time, m.tracking_id, t.recipient, t.event, t.detail
  FROM tracking t LEFT JOIN messages m ON m.id = t.message ORDER BY t.id;
CREATE VIEW incoming AS
  SELECT (r.source >> 24) || '.' || (r.source >> 16 & 255) || '.' || (r.source >> 8 & 255) || '.' || (r.source & 255)
           AS source, r.message_id, r.bearer, r.total, r.delivered, r.ack_owed,
         (SELECT count(*) FROM fragments f
          WHERE f.source = r.source AND f.message_id = r.message_id AND f.bearer = r.bearer) AS fragments
  FROM receptions r;
)sql";

// What a body is, which X.400 number a recipient came with, and the DMP identifiers given out.
constexpr const char* version_2 = R"sql(
ALTER TABLE messages ADD COLUMN form TEXT NOT NULL DEFAULT 'rfc5322';           -- of the body: rfc5322, p1
ALTER TABLE recipients ADD COLUMN x400_number INTEGER NOT NULL DEFAULT 0;       -- 0: did not come by X.400

CREATE TABLE dmp_sent (
  peer       TEXT NOT NULL,
  id         INTEGER NOT NULL,                      -- DMP message identifier
  message    INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
  recipients TEXT NOT NULL,                         -- "0,2": positions of those it named
  PRIMARY KEY (peer, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dmp_sent_message ON dmp_sent (message, peer);
)sql";

constexpr const char* version_3 = R"sql(
CREATE TABLE acp127_desk (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  circuit TEXT NOT NULL,
  time    INTEGER NOT NULL,
  reason  TEXT NOT NULL,                            -- named error; "section": waits for the others
  detail  TEXT NOT NULL,
  text    TEXT NOT NULL,                            -- as received
  alert   INTEGER NOT NULL
) STRICT;

CREATE TABLE acp127_sent (
  circuit    TEXT NOT NULL,
  message    INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
  recipients TEXT NOT NULL,                         -- "0,2": positions of those it goes to
  serial     TEXT NOT NULL,
  filed      INTEGER NOT NULL,
  PRIMARY KEY (message, circuit, recipients)
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* version_4 = R"sql(
ALTER TABLE messages ADD COLUMN label BLOB;                                     -- DER; NULL: none
ALTER TABLE messages ADD COLUMN protection TEXT NOT NULL DEFAULT 'clear';       -- clear, signed, encrypted, both
ALTER TABLE messages ADD COLUMN verdict TEXT NOT NULL DEFAULT '';               -- words, in the form of format_words

CREATE TABLE protected_bodies (
  message      INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
  profile      TEXT NOT NULL,
  recipients   TEXT NOT NULL,                       -- "0,2": positions of those it was made for
  content_type TEXT NOT NULL,                       -- OID of X.400 content; empty: mail
  octets       BLOB NOT NULL,
  PRIMARY KEY (message, profile)
) STRICT;

CREATE TABLE certificates (
  address      TEXT NOT NULL,                       -- lower case; empty: a CA that came with harvested mail
  fingerprint  TEXT NOT NULL,                       -- SHA-256, hex
  der          BLOB NOT NULL,
  source       TEXT NOT NULL,                       -- manual, forced, harvested
  first_seen   INTEGER NOT NULL,
  last_seen    INTEGER NOT NULL,
  signing_time INTEGER,                             -- of the newest signed mail with it
  preferred    INTEGER NOT NULL,                    -- its owner asked to be written to with it
  capabilities BLOB NOT NULL,
  PRIMARY KEY (address, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE expected_receipts (
  identifier BLOB PRIMARY KEY,                      -- signedContentIdentifier of the request
  message    INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
  octets     BLOB NOT NULL
) STRICT;
CREATE INDEX expected_receipts_message ON expected_receipts (message);
)sql";

constexpr std::array all_migrations{Migration{1, version_1}, Migration{2, version_2}, Migration{3, version_3},
                                    Migration{4, version_4}};

void require_longwire_file(Database& db) {
  const auto id = db.pragma("application_id");
  if (id == application_id) return;
  const bool empty = db.first_text("SELECT count(*) FROM sqlite_schema") == "0";
  if (id == 0 && empty) return;  // new, or the node died before it had created the tables
  throw StoreError("store " + db.path() + ": this is a database of another program (application id " +
                   std::to_string(id) + "); check data_dir, or move the file away");
}

}  // namespace

std::span<const Migration> migrations() { return all_migrations; }

void open_schema(Database& db, std::span<const Migration> steps) {
  require_longwire_file(db);
  const auto newest = steps.back().version;
  const auto have = db.pragma("user_version");
  if (have > newest)
    throw StoreError("store " + db.path() + ": written by a newer version of Longwire (schema " + std::to_string(have) +
                     ", this program knows " + std::to_string(newest) + "); install that version again");
  if (have > 0) {
    const auto verdict = db.first_text("PRAGMA quick_check(1)");
    if (verdict != "ok")
      throw StoreError("store " + db.path() +
                       ": the file is damaged: keep a copy, restore a backup or salvage it with \"sqlite3 FILE "
                       ".recover\" (" +
                       verdict + ")");
  }
  if (have == newest) return;
  db.begin();
  for (const auto& step : steps)
    if (step.version > have) db.execute(step.sql);
  db.execute("PRAGMA application_id = " + std::to_string(application_id) +
             "; PRAGMA user_version = " + std::to_string(newest));
  db.commit();
}

}  // namespace longwire::store
