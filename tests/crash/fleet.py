"""Two longwire daemons on loopback addresses of their own, one of which dies on command."""
import os
import signal
import socket
import sqlite3
import subprocess
import threading
import time

SMTP_PORT = 2525
MEAN_LIFE = 0.08  # seconds between kills by chance
START_WITHIN = 15  # seconds, also on a busy machine

CONFIG = """
[node]
name = "{name}"
domain = "{name}.example"
pmul_id = "{address}"
data_dir = "{folder}/data"
[smtp]
listen = ["{address}:{port}"]
[deliver]
maildir = "{folder}/mail/{{local}}"
[[bearer]]
name = "lan"
bind = "{address}"
rate = "4M"
ack_retransmission_time = "150ms"
ack_pdu_time = "20ms"
max_ack_delay = "5ms"
[[peer]]
name = "{peer}"
pmul_id = "{peer_address}"
domains = ["{peer}.example"]
bearers = ["lan"]
content = "{content}"
"""


class Daemon:
    def __init__(self, program, folder, name, peer, addresses, crash_points):
        self.program, self.name, self.folder = program, name, f"{folder}/{name}"
        self.address = addresses[name]
        self.crash_points = crash_points
        self.deaths = 0
        self.process = None
        self.trouble = []
        os.makedirs(f"{self.folder}/mail")
        self.config = f"{self.folder}/longwire.toml"
        with open(self.config, "w", encoding="utf-8") as out:
            out.write(CONFIG.format(name=name, folder=self.folder, address=self.address, port=SMTP_PORT,
                                    peer=peer, peer_address=addresses[peer],
                                    content=os.environ.get("LONGWIRE_CRASH_CONTENT", "mule")))

    def start(self):
        environment = {k: v for k, v in os.environ.items() if k != "LONGWIRE_CRASH_AT"}
        if self.crash_points:
            environment["LONGWIRE_CRASH_AT"] = str(self.crash_points.pop(0))
        with open(f"{self.folder}/log", "ab") as log:
            self.process = subprocess.Popen([self.program, "run", "-c", self.config], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env=environment)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def revive(self):
        """Starts a dead daemon again. Death by any other cause than the planned one is a finding."""
        while not self.alive():
            code = self.process.returncode
            if code == -signal.SIGKILL:
                self.deaths += 1
            else:
                self.trouble.append(f"{self.name} ended by itself with code {code}; see its log")
                if len(self.trouble) > 3:
                    raise RuntimeError(self.trouble[-1])
            self.start()
            time.sleep(0.01)

    def kill(self):
        """SIGKILL from outside, at any moment."""
        self.process.kill()
        self.process.wait()

    def answers(self):
        try:
            socket.create_connection((self.address, SMTP_PORT), timeout=5).close()
            return True
        except OSError:
            return False

    def database(self):
        return sqlite3.connect(f"file:{self.folder}/data/longwire.db?mode=ro", uri=True, timeout=5)

    def unfinished(self):
        """Rows that say the node has still something to do; None when nobody can tell just now."""
        try:
            database = self.database()
            try:
                return sum(database.execute(f"SELECT count(*) FROM {what}").fetchone()[0] for what in (
                    "recipients WHERE final = 0", "transfers", "receptions WHERE delivered = 0"))
            finally:
                database.close()
        except sqlite3.OperationalError:
            if self.alive() and self.answers():
                raise
            return None  # it died, or has not made its tables yet

    def stop(self):
        """The orderly end; one that was just started again is given the time to listen to signals."""
        deadline = time.monotonic() + START_WITHIN
        while self.alive() and not self.answers() and time.monotonic() < deadline:
            time.sleep(0.01)
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(START_WITHIN)
        except subprocess.TimeoutExpired:
            self.trouble.append(f"{self.name} does not end after SIGTERM")
            return
        if code == -signal.SIGKILL:  # the last commit of the workload was the one to die at
            self.revive()
            self.stop()
        elif code != 0:
            self.trouble.append(f"{self.name} ended with code {code} after SIGTERM")

    def store_problems(self):
        database = self.database()
        try:
            found = [f"{self.name}: quick_check: {row[0]}" for row in database.execute("PRAGMA quick_check")
                     if row[0] != "ok"]
            found += [f"{self.name}: orphan row: {row}" for row in database.execute("PRAGMA foreign_key_check")]
            for leftover in ("bodies", "fragments", "transfer_octets", "transfer_destinations"):
                rows = database.execute(f"SELECT count(*) FROM {leftover}").fetchone()[0]
                if rows:
                    found.append(f"{self.name}: {rows} rows left in {leftover}")
            found += [f"{self.name}: recipient {row[0]} ended as {row[1]} {row[2]}" for row in database.execute(
                "SELECT address, state, text FROM recipients WHERE state NOT IN ('delivered', 'transferred')")]
            return found
        finally:
            database.close()


class Fleet:
    def __init__(self, program, folder, subnet, crash_points):
        net = f"127.{66 + subnet // 65536}.{subnet // 256 % 256}.{subnet % 256}"
        # One address per daemon, so that all use the standard ports: 127.66.x.y and 127.166.x.y.
        addresses = {"a": net, "b": net.replace("127.66.", "127.166.", 1)}
        self.daemons = {name: Daemon(program, folder, name, peer, addresses, crash_points.get(name, []))
                        for name, peer in (("a", "b"), ("b", "a"))}
        self.reviving = threading.Lock()
        self.killer = None

    def start(self):
        for daemon in self.daemons.values():
            daemon.start()
        deadline = time.monotonic() + START_WITHIN
        while not all(d.answers() for d in self.daemons.values()):
            self.revive()
            if time.monotonic() > deadline:
                raise RuntimeError("the daemons do not answer on their SMTP ports")
            time.sleep(0.005)

    def revive(self):
        with self.reviving:
            for daemon in self.daemons.values():
                daemon.revive()

    def kill_by_chance(self, chance, kills):
        """From now on kills daemons at moments of chance; they are revived as after any death."""
        def run():
            for _ in range(kills):
                time.sleep(chance.expovariate(1 / MEAN_LIFE))
                self.daemons[chance.choice("ab")].kill()
        self.killer = threading.Thread(target=run, daemon=True)
        self.killer.start()

    def chance_is_over(self):
        return self.killer is None or not self.killer.is_alive()

    def idle(self):
        # Alive before and after: a dead node's rows say nothing.
        return all(d.alive() and d.unfinished() == 0 and d.alive() for d in self.daemons.values())

    @property
    def deaths(self):
        return sum(d.deaths for d in self.daemons.values())

    def stop(self):
        for daemon in self.daemons.values():
            daemon.stop()

    def kill(self):
        for daemon in self.daemons.values():
            daemon.kill()

    def problems(self):
        return [p for d in self.daemons.values() for p in d.trouble + d.store_problems()]
