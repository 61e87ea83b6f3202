# SPDX-License-Identifier: MIT
"""From results to the table of targets, and to Markdown. Targets are ratios within one run: they travel between machines."""

MEGABYTE = 1024 * 1024


class Missing(Exception):
    """What a target compares was not measured."""


def pick(results, *path):
    for key in path:
        if key not in results:
            raise Missing(" ".join(map(str, path)))
        results = results[key]
    return results


def ratio_of(results, section, ours, theirs):
    """(ratio of medians, ratio of minima, what they are)."""
    took = [pick(results, *section, name) for name in (ours, theirs)]
    text = "%s / %s" % tuple(duration(one["p50"]) for one in took)
    return took[0]["p50"] / took[1]["p50"], took[0]["min"] / took[1]["min"], text


def at_most(section, ours, theirs, limit):
    def judge(results):
        ratio, least, text = ratio_of(results, section, ours, theirs)
        return ratio, least, ratio <= limit, text

    return judge


def throughput_at_least(theirs, limit):
    def judge(results):
        took = [pick(results, "throughput", "hello", 8, name) for name in ("http", theirs)]
        ratio = took[0]["p50"] / took[1]["p50"]
        best = took[0]["best"] / took[1]["best"]
        return ratio, best, ratio >= limit, "%.0f / %.0f per second" % (took[0]["p50"], took[1]["p50"])

    return judge


def middle(values):
    return sorted(values)[len(values) // 2]


def tail(results):
    rounds = pick(results, "tail", "http", "rounds")
    ratios = [one["p99"] / one["p50"] for one in rounds]
    text = "%s / %s at %.0f per second" % (
        duration(middle([one["p99"] for one in rounds])),
        duration(middle([one["p50"] for one in rounds])),
        results["tail"]["http"]["rate"],
    )
    return middle(ratios), min(ratios), middle(ratios) <= 4, text


def burst(results):
    took = pick(results, "burst", "http")
    ideal = 100 / took["rate"]
    ratios = [one["seconds"] / ideal for one in took["rounds"]]
    failed = sum(one["failed"] for one in took["rounds"])
    text = "last after %s, %d failed" % (duration(middle([one["seconds"] * 1e6 for one in took["rounds"]])), failed)
    return middle(ratios), min(ratios), middle(ratios) <= 1.3 and failed == 0, text


def memory(name, limit):
    def judge(results):
        took = pick(results, "memory", name)
        size = took["pss"] / MEGABYTE
        return size, size, size <= limit, "%d processes, %d of them waiting guests" % (took["processes"], took["guests"])

    return judge


def growth(results):
    blocks = pick(results, "growth", "blocks")
    share = max(1, len(blocks) // 4)
    first, last = (middle([one["cpu_us"] for one in part]) for part in (blocks[:share], blocks[-share:]))
    text = "CPU per run %s, then %s, over %d runs" % (duration(first), duration(last), results["growth"]["runs"])
    return last / first, last / first, abs(last / first - 1) <= 0.1, text


# (what, the target in words, how it is judged)
TARGETS = (
    ("hello over HTTP, one at a time, against bwrap", "≤ 1/25", at_most(("latency", "hello"), "http", "bwrap", 1 / 25)),
    ("hello over HTTP, one at a time, against the limit", "≤ 0.9", at_most(("latency", "hello"), "http", "limit", 0.9)),
    ("the same, 5 ms apart", "≤ 0.9", at_most(("paced", "hello", "took"), "http", "limit", 0.9)),
    ("hello over HTTP, 8 in flight, against bwrap", "≥ 10", throughput_at_least("bwrap", 10)),
    ("hello over HTTP, 8 in flight, against the limit", "≥ 0.6", throughput_at_least("limit", 0.6)),
    ("pandas mean over HTTP, against bwrap", "≤ 1/60", at_most(("latency", "pandas_mean"), "http", "bwrap", 1 / 60)),
    ("all five imported, against bwrap", "≤ 1/300", at_most(("latency", "all_five"), "http", "bwrap", 1 / 300)),
    ("p99 of hello at half load, against its p50", "≤ 4", tail),
    ("`codeexec run hello.py`, against bare `python3 -I`", "≤ 1.2", at_most(("latency", "hello"), "cli", "python", 1.2)),
    ("100 at once: last answer, against 100/throughput", "≤ 1.3", burst),
    ("10 MB of output, against `python3 \\| cat`", "≤ 2", at_most(("latency", "output_10mb"), "http", "cat", 2)),
    ("10 MB a line at a time, against `python3 \\| cat`", "≤ 2", at_most(("latency", "output_10mb_lines"), "http", "cat", 2)),
    ("idle memory, bare, MiB", "≤ 40", memory("learning", 40)),
    ("idle memory, all tiers, MiB", "≤ 300", memory("http", 300)),
    ("growth: CPU per run, last against first", "± 10 %", growth),
)


def targets(found):
    """[{"what", "target", "value", "best", "met", "figures"}] of what was measured."""
    rows = []
    for what, target, judge in TARGETS:
        try:
            value, best, met, figures = judge(found["results"])
        except Missing:
            continue
        rows.append(
            {"what": what, "target": target, "value": value, "best": best, "met": bool(met), "figures": figures}
        )
    return rows


# ---- Markdown ----


def duration(microseconds):
    if microseconds < 9995:
        return "%.2f ms" % (microseconds / 1e3)
    return "%.0f ms" % (microseconds / 1e3) if microseconds < 9_995_000 else "%.1f s" % (microseconds / 1e6)


def number(value):
    if 0 < value < 0.095:
        return "1/%.0f" % (1 / value)
    return "%.2f" % value if value < 100 else "%.0f" % value


def table(head, rows):
    lines = [head, ["---"] * len(head)] + rows
    return "".join("| %s |\n" % " | ".join(map(str, row)) for row in lines) + "\n"


def machine_text(machine):
    libraries = ", ".join("%s %s" % one for one in machine["python"]["libraries"].items() if one[1])
    return (
        "%s, %d cores, %.1f GiB, Linux %s, virtualised: %s; as %s user; Python %s with %s; commit %s%s; %s.\n\n"
        % (
            machine["cpu"],
            machine["cores"],
            machine["memory_bytes"] / 2**30,
            machine["kernel"],
            machine["virtualised"],
            "an ordinary" if machine["user"] == "ordinary" else machine["user"],
            machine["python"]["version"],
            libraries or "no libraries",
            machine["commit"] or "unknown",
            " with changes" if machine["changed"] else "",
            machine["date"],
        )
    )


def targets_text(rows):
    return "## Targets\n\n" + table(
        ["measure", "target", "median", "best", "", "figures"],
        [
            [
                row["what"],
                row["target"],
                number(row["value"]),
                number(row["best"]),
                "met" if row["met"] else "**missed**",
                row["figures"],
            ]
            for row in rows
        ],
    )


def took_table(found, took, base="limit"):
    rows = []
    for name, one in took.items():
        against = number(one["p50"] / took[base]["p50"]) if base in took else ""
        bwrap = number(one["p50"] / took["bwrap"]["p50"]) if "bwrap" in took else ""
        rows.append(
            [found["titles"][name], *(duration(one[key]) for key in ("p50", "min", "p99")), against, bwrap, one["n"]]
        )
    return table(["", "p50", "min", "p99", "× the limit", "× bwrap", "runs"], rows)


def latency_text(found):
    text = ""
    for name, took in found["results"].get("latency", {}).items():
        text += "### %s\n\n%s" % (found["programs"][name], took_table(found, took))
    for name, one in found["results"].get("paced", {}).items():
        text += "### %s, %d ms apart\n\n" % (found["programs"][name], one["pause_us"] / 1000)
        text += took_table(found, one["took"])
    return "## Latency, one at a time\n\n" + text if text else ""


def throughput_text(found):
    text = ""
    for name, levels in found["results"].get("throughput", {}).items():
        names = list(next(iter(levels.values())))
        rows = []
        for who in names:
            cells = []
            for took in levels.values():
                cell = "%.0f (%.0f)" % (took[who]["p50"], took[who]["best"])
                cells.append(cell + (", %d failed" % took[who]["failed"] if took[who]["failed"] else ""))
            rows.append([found["titles"][who], *cells])
        text += "### %s\n\n" % found["programs"][name]
        text += table(["runs per second", *("%s in flight" % level for level in levels)], rows)
    return "## Throughput: median (best)\n\n" + text if text else ""


def load_text(found):
    results = found["results"]
    text = ""
    for name, one in results.get("tail", {}).items():
        rounds = one["rounds"]
        values = [duration(middle([part[key] for part in rounds])) for key in ("min", "p50", "p99")]
        text += "* %s at %.0f per second, arriving when they like: min %s, p50 %s, p99 %s.\n" % (
            found["titles"][name], one["rate"], *values)
    for name, one in results.get("burst", {}).items():
        took = sorted(part["seconds"] for part in one["rounds"])
        text += "* 100 at once to %s: last answer after %s (best %s), 100/throughput is %s; %d failed.\n" % (
            found["titles"][name],
            duration(middle(took) * 1e6),
            duration(took[0] * 1e6),
            duration(100 / one["rate"] * 1e6),
            sum(part["failed"] for part in one["rounds"]),
        )
    for level, rates in results.get("health", {}).items():
        for name, one in rates.items():
            text += "* `/health` of %s, %s in flight: %.0f per second (best %.0f).\n" % (
                found["titles"][name], level, one["p50"], one["best"])
    return "## Under load\n\n" + text + "\n" if text else ""


def cost_text(found):
    text = ""
    for name, took in found["results"].get("cost", {}).items():
        rows = [
            [found["titles"][who] + ("" if one["in_full"] else " (not in full)"), duration(one["cpu_us"]),
             "%.0f" % one["minor_faults"]]
            for who, one in took.items()
        ]
        text += "### %s\n\n%s" % (found["programs"][name], table(["", "CPU", "page faults"], rows))
    return "## Cost of one run\n\n" + text if text else ""


def memory_text(found):
    rows = []
    for name, one in found["results"].get("memory", {}).items():
        private = "%.1f MiB" % (one["guest_private"] / MEGABYTE) if one["guest_private"] else ""
        most = "%.1f MiB" % (one["guest_private_most"] / MEGABYTE) if one["guest_private_most"] else ""
        rows.append([found["titles"][name], "%.1f MiB" % (one["pss"] / MEGABYTE), one["processes"], one["guests"],
                     private, most])
    if not rows:
        return ""
    head = ["idle", "PSS of all", "processes", "waiting guests", "private to one, median", "most"]
    return "## Memory\n\n" + table(head, rows)


def startup_text(found):
    rows = []
    for name, one in found["results"].get("startup", {}).items():
        cells = ["%s (%s)" % (duration(one[key]["p50"] * 1e6), duration(one[key]["min"] * 1e6))
                 for key in ("first_answer", "warm")]
        rows.append([found["titles"][name], *cells])
    return "## Start-up: median (best)\n\n" + table(["", "first answer", "all warm"], rows) if rows else ""


def growth_text(found):
    one = found["results"].get("growth")
    if not one:
        return ""
    rows = []
    size = one["runs"] // len(one["blocks"])
    for index, block in enumerate(one["blocks"]):
        rows.append(["%d" % ((index + 1) * size), duration(block["cpu_us"]), "%.0f" % block["minor_faults"],
                     duration(block["p50_us"]), block["failed"]])
    text = table(["up to run", "CPU", "page faults", "p50", "failed"], rows)
    return "## Growth\n\n%sPSS of all at the end: %.1f MiB.\n" % (text, one["pss"] / MEGABYTE)


def markdown(found):
    text = "# Benchmark\n\n" + machine_text(found["machine"])
    before, after = found["load_average"]
    text += "Load average before and after: %.1f, %.1f. " % (before, after)
    if before > 0.5:
        text += "The machine was not quiet: trust the minima and the ratios more than the p99."
    text += "\n\n"
    if found["quick"]:
        text += "A quick look: too few rounds for figures to be quoted.\n\n"
    for name, why in found["skipped"].items():
        text += "* Without %s: %s.\n" % (found["titles"][name], why)
    text += "\n" if found["skipped"] else ""
    text += targets_text(found["targets"])
    for part in (latency_text, throughput_text, load_text, cost_text, memory_text, startup_text, growth_text):
        text += part(found)
    return text
