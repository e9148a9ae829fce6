#!/usr/bin/env bash
# Accepted messages a second and CPU a message of `longwire run` beside Postfix, on the same machine.
#   tests/bench/accept_rate.sh            as root, because Postfix wants that
#   ROUNDS=5 MESSAGES=2000 MESSAGES_1=500 SIZE=1024 SESSIONS="1 20" SOURCE_OPTIONS= LONGWIRE=FILE
# Both take mail from Postfix' smtp-source on loopback, put it safely on the same disk before they answer
# 250, and pass it on to an smtp-sink. The rounds alternate, so that a busy machine hurts both alike;
# medians are printed, with the range. CPU is user + system time of all processes of the server (not of
# source and sink) from the first connection until its queue is empty.
# This is no test: it prints what it is, and ends 0 when it could measure. 77: a tool is missing.
set -euo pipefail

rounds=${ROUNDS:-5} size=${SIZE:-1024} sessions=${SESSIONS:-1 20}
source_options=${SOURCE_OPTIONS:-}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
longwire=${LONGWIRE:-$here/build/release/longwire}
postfix_port=${POSTFIX_PORT:-20125} longwire_port=${LONGWIRE_PORT:-20225} sink_port=${SINK_PORT:-20325}

PATH=$PATH:/usr/sbin
for tool in postfix smtp-source smtp-sink "$longwire"; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool (packages: postfix; preset: release)" >&2; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: Postfix starts as root only" >&2; exit 77; }

work=$(mktemp -d /var/tmp/longwire-bench-XXXXXX)
chmod 755 "$work"
longwire_pid= sink_pid=
cleanup() {
  [ -z "$longwire_pid" ] || kill "$longwire_pid" 2>/dev/null || true
  [ -z "$sink_pid" ] || kill "$sink_pid" 2>/dev/null || true
  [ ! -e "$work/spool/pid/master.pid" ] || postfix -c "$work/postfix" stop >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

start_sink() {
  smtp-sink -u nobody 127.0.0.1:"$sink_port" 256 &
  sink_pid=$!
}

# Debian's master.cf without chroot; milters, DNS and notification off, everything else as it comes.
start_postfix() {
  mkdir -p "$work/postfix" "$work/spool" "$work/data"
  chown postfix "$work/data"
  cat >"$work/postfix/main.cf" <<END
compatibility_level = 3.6
queue_directory = $work/spool
data_directory = $work/data
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = bench.example
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:$sink_port
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_peername_lookup = no
local_recipient_maps =
alias_maps =
biff = no
maillog_file = $work/postfix.log
maillog_file_prefixes = $work
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
END
  cat >"$work/postfix/master.cf" <<END
127.0.0.1:$postfix_port inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
  postfix -c "$work/postfix" start >/dev/null 2>&1
  wait_for_port "$postfix_port" Postfix
}

start_longwire() {
  cat >"$work/longwire.toml" <<END
[node]
name = "bench"
domain = "sink.example"
pmul_id = "10.66.0.1"
data_dir = "$work/longwire"
[smtp]
listen = ["127.0.0.1:$longwire_port"]
[deliver]
smtp = "127.0.0.1:$sink_port"
END
  "$longwire" run -c "$work/longwire.toml" >"$work/longwire.log" 2>&1 &
  longwire_pid=$!
  wait_for_port "$longwire_port" Longwire
}

wait_for_port() {  # PORT NAME
  for _ in $(seq 200); do
    if (exec 3<>/dev/tcp/127.0.0.1/"$1") 2>/dev/null; then return; fi
    sleep 0.05
  done
  echo "$2 does not answer on port $1:" >&2
  tail -5 "$work"/*.log >&2
  exit 1
}

# Processes that have ended are in the "children" times of their parent.
ticks_of_tree() {  # PID
  local pid=$1 stat child total
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || { echo 0; return; }
  set -- ${stat##*) }
  total=$((${12} + ${13} + ${14} + ${15}))
  for child in $(cat /proc/"$pid"/task/*/children 2>/dev/null); do
    total=$((total + $(ticks_of_tree "$child")))
  done
  echo "$total"
}

queue_of() {  # postfix | longwire: messages still there
  case $1 in
    postfix) find "$work/spool/maildrop" "$work/spool/incoming" "$work/spool/active" "$work/spool/deferred" \
                  -type f 2>/dev/null | wc -l ;;
    longwire) "$longwire" status -c "$work/longwire.toml" --json 2>>"$work/status.log" |
                python3 -c 'import json, sys; print(json.load(sys.stdin)["totals"]["messages"])' ;;
  esac
}

hertz=$(getconf CLK_TCK)
# one SYSTEM SESSIONS MESSAGES: prints "accepted_per_second cpu_ms_per_message delivered_per_second"
one() {
  local system=$1 port root before from accepted left
  case $system in
    postfix) port=$postfix_port root=$(tr -d ' ' <"$work/spool/pid/master.pid") ;;
    longwire) port=$longwire_port root=$longwire_pid ;;
  esac
  before=$(ticks_of_tree "$root")
  from=$(date +%s.%N)
  # shellcheck disable=SC2086
  smtp-source $source_options -s "$2" -m "$3" -l "$size" -f from@bench.example -t to@sink.example 127.0.0.1:"$port"
  accepted=$(date +%s.%N)
  for _ in $(seq 1200); do
    left=$(queue_of "$system") || { echo "the queue of $system cannot be read" >&2; exit 1; }
    [ "$left" != 0 ] || break
    sleep 0.1
  done
  [ "$left" = 0 ] || { echo "$system still has mail in its queue after 2 minutes" >&2; exit 1; }
  python3 -c "
import sys
before, after, hertz, start, accepted, end, n = map(float, sys.argv[1:])
print(n / (accepted - start), (after - before) / hertz * 1000 / n, n / (end - start))" \
    "$before" "$(ticks_of_tree "$root")" "$hertz" "$from" "$accepted" "$(date +%s.%N)" "$3"
}

start_sink
start_postfix
start_longwire
echo "Longwire $("$longwire" --version 2>/dev/null | head -1), $(postconf -h mail_version | sed 's/^/Postfix /'); $(nproc) cores," \
     "$size octets a message, $rounds rounds each, disk $(stat -f -c %T "$work")"
one postfix 1 50 >/dev/null
one longwire 1 50 >/dev/null

for s in $sessions; do
  messages=${MESSAGES:-2000}
  [ "$s" != 1 ] || messages=${MESSAGES_1:-500}
  : >"$work/rows"
  for round in $(seq "$rounds"); do
    for system in postfix longwire; do
      echo "$system $(one $system "$s" "$messages")" >>"$work/rows"
      printf '\r%s sessions: round %s of %s, %s   ' "$s" "$round" "$rounds" "$system" >&2
    done
  done
  printf '\r%60s\r' '' >&2
  python3 - "$s" "$messages" "$work/rows" <<'END'
import statistics, sys
sessions, messages, file = sys.argv[1:]
rows = {"postfix": [], "longwire": []}
for line in open(file):
    system, *numbers = line.split()
    rows[system].append([float(n) for n in numbers])
median = {system: [statistics.median(column) for column in zip(*r)] for system, r in rows.items()}
print(f"{sessions} sessions, {messages} messages a round")
for system, r in rows.items():
    rates = [row[0] for row in r]
    m = median[system]
    print(f"  {system:9} accepted {m[0]:7.0f}/s (range {min(rates):.0f} - {max(rates):.0f})"
          f"   accepted and passed on {m[2]:6.0f}/s   CPU {m[1]:.3f} ms a message")
p, l = median["postfix"], median["longwire"]
cpu = f"1/{p[1] / l[1]:.1f}" if l[1] else "below the clock's resolution"
print(f"  ratio     accept rate {l[0] / p[0]:.2f} x Postfix   CPU a message {cpu} of Postfix")
END
done
