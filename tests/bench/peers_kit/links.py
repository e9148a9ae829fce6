"""The three links and the genie bound, as in limits.cpp: one turnaround, the delay, ideal-code packets without
headers, and a sender that knows when to stop."""
import math

LINKS = {
    "sat64k": {"mode": "full", "rate": 64000, "delay": 0.3, "turnaround": 0, "mtu": 1500},
    "hf9600": {"mode": "half", "rate": 9600, "delay": 0.02, "turnaround": 2, "mtu": 576},
    "hf2400": {"mode": "half", "rate": 2400, "delay": 0.02, "turnaround": 2, "mtu": 576},
}


def tail(n, k, p):
    """P(Binomial(n, 1 - p) < k): fewer than k of n packets arrive."""
    def log_choose(i):
        return math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1)
    return sum(math.exp(log_choose(i) + i * math.log(1 - p) + (n - i) * math.log(p)) for i in range(min(k, n + 1)))


def coded_packets(k, p, receivers):
    """Mean number of packets of an ideal code until all receivers hold any k."""
    if p == 0:
        return float(k)
    mean, n = float(k), k
    while True:  # E[max]: the sum over n of P(not everybody is complete after n)
        open_still = 1 - (1 - tail(n, k, p)) ** receivers
        mean += open_still
        n += 1
        if open_still < 1e-9:
            return mean


def genie_seconds(link, size, loss, receivers):
    k = -(-size // (link["mtu"] - 76))
    octets = coded_packets(k, loss, receivers) * size / k
    return link["turnaround"] + link["delay"] + octets * 8 / link["rate"]
