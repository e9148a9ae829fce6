"""What a run comes to, and the table of many."""
import statistics


def summary(case, told, zero, found, limit):
    """One run: times from submission, octets on the air until the last receiver had the message."""
    complete = {r: at - zero for r, (at, equal) in found.items() if equal}
    all_there = len(complete) == case.receivers
    last = max(complete.values()) if all_there else limit
    packets = [p for p in told["packets"] if p[0] < last]
    first = packets[0][0] if packets else None
    return {
        "complete": len(complete), "unequal": sum(not equal for _, equal in found.values()),
        "last_s": last if all_there else None, "limit_s": limit,
        "receivers_s": [round(complete[r], 3) if r in complete else None for r in range(1, case.receivers + 1)],
        "first_octet_s": first,
        "forward_octets": sum(p[3] for p in packets if p[2] == 0),
        "back_octets": sum(p[3] for p in packets if p[2] != 0),
        "turnarounds": sum(o[0] < last for o in told["overs"]) if case.link["mode"] == "half" else None,
        "longest_packet": max((p[3] for p in packets), default=0),
        "lost": told["lost"], "queue_full": told["queue_full"], "undelivered": told["undelivered"],
    }


def bad(case, run):
    return "error" in run or run["unequal"] > 0 or run["complete"] < case.receivers


def numbers(runs, value):
    """Median of the seconds, and from least to most when there are several; a run without end counts as longest."""
    if len(runs) == 1:
        return f"{value(runs[0]):.2f}"
    values = sorted(value(r) for r in runs)
    open_end = "" if all(r["last_s"] for r in runs) else "> "
    return f"{statistics.median(values):.2f} ({values[0]:.2f}-{open_end}{values[-1]:.2f})"


def row(case, name, runs):
    cells = [case.link_name, str(case.size), case.losses(), name]
    if any("error" in r for r in runs):
        return "| " + " | ".join(cells + [""] * 6 + ["**failed**"]) + " |"
    there = [r for r in runs if r["last_s"] is not None]
    if len(there) * 2 > len(runs):  # the median is a time
        last = statistics.median(r["last_s"] or r["limit_s"] for r in runs)
        cells += [numbers(runs, lambda r: r["last_s"] or r["limit_s"]), f"{100 * case.genie / last:.0f} %",
                  numbers(runs, lambda r: (r["last_s"] or r["limit_s"]) - (r["first_octet_s"] or 0))]
    else:
        limit = min(r["limit_s"] for r in runs)
        cells += [f"> {limit:.0f}", f"< {100 * case.genie / limit:.0f} %", ""]
    for key in ("forward_octets", "back_octets"):
        cells.append(f"{statistics.median(r[key] for r in runs) / case.size:.2f}")
    turns = [r["turnarounds"] for r in runs if r["turnarounds"] is not None]
    cells.append(f"{statistics.median(turns):.0f}" if turns else "")
    if any(r["unequal"] for r in runs):
        cells.append("**not equal**")
    elif len(there) < len(runs):
        cells.append(f"{', '.join(str(r['complete']) for r in runs)} of {case.receivers}")
    else:
        cells.append("all")
    return "| " + " | ".join(cells) + " |"


COLUMNS = ("link", "octets", "loss", "program", "last receiver s", "of the limit", "from the first octet s", "forward",
           "back", "overs", "arrived")


def table(results):
    """results: [(case, name, [run, ...])], in order."""
    lines, shown = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"], None
    for case, name, runs in results:
        if case is not shown:
            lines.append(f"| {case.link_name} | {case.size} | {case.losses()} | *limit* | {case.genie:.2f}" + " |" * 7)
            shown = case
        lines.append(row(case, name, runs))
    return "\n".join(lines)
