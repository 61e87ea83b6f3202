# SPDX-License-Identifier: MIT
"""What is measured. Each section asks every contender in turn, a little at a time and many times over, so that
whatever else the machine does falls on all alike."""
import statistics
import time

from suite import contenders, family

FORKING = ("learning", "http", "limit")  # the fast ones: worth more requests per turn
SERVICES = ("seed", "learning", "http")
BURST = 100


def percentile(samples, share):
    ordered = sorted(samples)
    return ordered[int(share * (len(ordered) - 1) + 0.5)]


def summary(samples):
    return {
        "n": len(samples),
        "min": min(samples),
        "p50": statistics.median(samples),
        "p99": percentile(samples, 0.99),
    }


class Plan:
    """How much of everything."""

    def __init__(self, quick, long, rounds):
        self.quick = quick
        self.rounds = rounds or (1 if quick else 15)
        self.turn_us = 60_000 if quick else 250_000  # per contender and round
        self.most_requests = 20 if quick else 60
        self.seconds = 0.3 if quick else 1.0
        self.load_rounds = 1 if quick else 5
        self.in_flight = (2, 8) if quick else (2, 8, 32, 100)
        self.cost_runs = 40 if quick else 400
        self.starts = 1 if quick else 9
        self.growth_runs = 200 if quick else 100_000 if long else 5000
        self.growth_blocks = 4 if quick else 20


class Suite:
    def __init__(self, plan, setting, workloads, chosen, everybody, say):
        self.plan = plan
        self.setting = setting
        self.workloads = {one.name: one for one in workloads}
        self.chosen = chosen or list(self.workloads)  # for latency
        self.everybody = {one.name: one for one in everybody}
        self.running = {}
        self.say = say
        self.results = {}
        self.skipped = {}

    # ---- who takes part ----

    def start_all(self):
        for one in self.everybody.values():
            if one.name in self.running or one.name in self.skipped:
                continue
            try:
                one.start(list(self.workloads.values()))
                self.running[one.name] = one
            except contenders.Unavailable as problem:
                self.skipped[one.name] = str(problem)
                self.say("without %s: %s" % (one.name, problem))
                one.stop()

    def stop_all(self):
        for one in self.running.values():
            one.stop()
        self.running = {}

    def measure(self, sections):
        for name in ALONE:
            if name in sections:
                getattr(self, name)()
        together = [name for name in TOGETHER if name in sections]
        if together:
            self.start_all()
        for name in together:
            getattr(self, name)()

    def takers(self, workload, names=None):
        return [
            one for one in self.running.values() if one.can_run(workload) and (names is None or one.name in names)
        ]

    def services(self):
        return [one for one in self.everybody.values() if one.name in SERVICES]

    def prepare(self, workload, takers):
        """Let tiers be learned and caches be filled."""
        for one in takers:
            if one.name in FORKING:
                one.load(workload, requests=3)
        for one in takers:
            if one.root:
                family.wait_until_quiet(one.account.read)

    def turns(self, workload, takers, pause=0):
        """{name: samples} of many short turns."""
        samples = {one.name: [] for one in takers}
        requests = {}
        for _ in range(self.plan.rounds):
            for one in takers:
                options = {"pause": pause} if pause else {}
                got = one.load(workload, requests=requests.get(one.name, 1), samples=True, **options)
                if got["failed"]:
                    self.say("%s failed %d of %d runs of %s" % (one.name, got["failed"], got["requests"], workload.name))
                took = got["samples_us"]
                samples[one.name] += took
                if took:
                    fitting = int(self.plan.turn_us / (statistics.median(took) + pause))
                    requests[one.name] = max(1, min(self.plan.most_requests, fitting))
        return {name: summary(took) for name, took in samples.items() if took}

    # ---- the sections ----

    def latency(self):
        for workload in [self.workloads[name] for name in self.chosen]:
            takers = self.takers(workload)
            self.prepare(workload, takers)
            self.say("latency: " + workload.title)
            self.results.setdefault("latency", {})[workload.name] = self.turns(workload, takers)

    def paced(self):
        """With the time between runs that a machine has which is not saturated."""
        programs = (("hello", 5000), ("pandas_mean", 30_000), ("all_five", 50_000))
        for name, pause in programs[:1] if self.plan.quick else programs:
            workload = self.workloads[name]
            takers = self.takers(workload, FORKING)
            self.prepare(workload, takers)
            self.say("latency, %d ms apart: %s" % (pause / 1000, workload.title))
            result = self.turns(workload, takers, pause)
            self.results.setdefault("paced", {})[name] = {"pause_us": pause, "took": result}

    def throughput(self):
        programs = [("hello", self.plan.in_flight, None)]
        if not self.plan.quick:
            programs += [("pandas_mean", (8,), FORKING + ("bwrap",)), ("all_five", (8,), FORKING + ("bwrap",))]
        for name, levels, names in programs:
            workload = self.workloads[name]
            takers = self.takers(workload, names)
            self.prepare(workload, takers)
            for level in levels:
                self.say("throughput: %s, %d in flight" % (workload.title, level))
                rates = {one.name: [] for one in takers}
                used = {}
                for _ in range(self.plan.load_rounds):
                    for one in takers:
                        got = one.load(workload, level, seconds=self.plan.seconds)
                        rates[one.name].append(got["per_second"])
                        used[one.name] = used.get(one.name, 0) + got["failed"]
                self.results.setdefault("throughput", {}).setdefault(name, {})[level] = {
                    one.name: {
                        "p50": statistics.median(rates[one.name]),
                        "best": max(rates[one.name]),
                        "in_flight": one.in_flight(level),
                        "failed": used[one.name],
                    }
                    for one in takers
                }

    def highest(self, name):
        """(runs per second, requests in flight) at the level that gives most."""
        levels = self.results.get("throughput", {}).get("hello", {})
        found = [(took[name]["p50"], level) for level, took in levels.items() if name in took]
        if found:
            return max(found)
        got = self.running[name].load(self.workloads["hello"], 8, seconds=self.plan.seconds)
        return got["per_second"], 8

    def tail(self):
        """Requests that come when they come, half as many as can be answered."""
        workload = self.workloads["hello"]
        for one in self.takers(workload, FORKING[:2]):
            rate = self.highest(one.name)[0] / 2
            self.say("tail: %s at %.0f per second" % (one.name, rate))
            rounds = []
            for _ in range(self.plan.load_rounds):
                got = one.load(workload, 100, seconds=5 * self.plan.seconds, rate=rate, samples=True)
                rounds.append(summary(got["samples_us"]))
            self.results.setdefault("tail", {})[one.name] = {"rate": rate, "rounds": rounds}

    def burst(self):
        workload = self.workloads["hello"]
        for one in self.takers(workload, SERVICES):
            self.say("burst: %d requests at once to %s" % (BURST, one.name))
            rounds = []
            for _ in range(2 * self.plan.load_rounds):
                time.sleep(0.2)
                got = one.load(workload, BURST, requests=BURST)
                rounds.append({"seconds": got["seconds"], "failed": got["failed"]})
            self.results.setdefault("burst", {})[one.name] = {"rate": self.highest(one.name)[0], "rounds": rounds}

    def cost(self):
        programs = (("hello", 1), ("pandas_mean", 0.1), ("all_five", 0.05))
        for name, share in programs[:1] if self.plan.quick else programs:
            workload = self.workloads[name]
            takers = self.takers(workload)
            self.prepare(workload, takers)
            self.say("cost per run: " + workload.title)
            blocks = {one.name: [] for one in takers}
            for _ in range(2 if self.plan.quick else 5):
                for one in takers:
                    runs = max(3, int(self.plan.cost_runs * share * (1 if one.name in FORKING else 0.1)))
                    got = one.load(workload, requests=runs)
                    runs = got["requests"] + one.warm_up
                    blocks[one.name].append((got["cpu_seconds"] / runs, got["minor_faults"] / runs))
            self.results.setdefault("cost", {})[name] = {
                who: {
                    "cpu_us": statistics.median(block[0] for block in took) * 1e6,
                    "minor_faults": statistics.median(block[1] for block in took),
                    "in_full": not self.running[who].account or self.running[who].account.is_complete,
                }
                for who, took in blocks.items()
            }

    def health(self):
        for level in (1, 8):
            rates = {}
            for _ in range(self.plan.load_rounds):
                for one in self.takers(self.workloads["hello"], SERVICES):
                    got = one.load(None, level, path="/health", seconds=self.plan.seconds)
                    rates.setdefault(one.name, []).append(got["per_second"])
            self.say("health: %d in flight" % level)
            self.results.setdefault("health", {})[level] = {
                name: {"p50": statistics.median(took), "best": max(took)} for name, took in rates.items()
            }

    def growth(self):
        """Whether the ten-thousandth run costs what the hundredth did."""
        workload = self.workloads["hello"]
        if "http" not in self.running:
            return
        one = self.running["http"]
        runs = self.plan.growth_runs // self.plan.growth_blocks
        self.say("growth: %d runs" % self.plan.growth_runs)
        blocks = []
        for _ in range(self.plan.growth_blocks):
            got = one.load(workload, 2, requests=runs)
            blocks.append(
                {
                    "cpu_us": got["cpu_seconds"] / got["requests"] * 1e6,
                    "minor_faults": got["minor_faults"] / got["requests"],
                    "p50_us": got["p50_us"],
                    "failed": got["failed"],
                }
            )
        family.wait_until_quiet(one.account.read)
        self.results["growth"] = {"runs": self.plan.growth_runs, "blocks": blocks, "pss": family.memory(one.root)["pss"]}

    def memory(self):
        """Of each service alone: what it shares with another one would count by half."""
        for one in self.services():
            name = one.name
            try:
                one.start([self.workloads["hello"]])
            except contenders.Unavailable:
                continue
            finally:
                if one.root:
                    self.say("memory: " + name)
                    family.wait_until_quiet(one.account.read, 1.0)
                    self.results.setdefault("memory", {})[name] = family.memory(one.root)
                one.stop()

    def startup(self):
        took = {one.name: {"first_answer": [], "warm": []} for one in self.services()}
        self.say("start-up")
        for _ in range(self.plan.starts):
            for one in self.services():
                name = one.name
                begin = time.monotonic()
                try:
                    one.spawn().ask(self.workloads["hello"])
                    took[name]["first_answer"].append(time.monotonic() - begin)
                    took[name]["warm"].append(one.wait_until_warm() - begin)
                except contenders.Unavailable:
                    pass
                one.stop()
        self.results["startup"] = {
            name: {key: {"p50": statistics.median(values), "min": min(values)} for key, values in both.items()}
            for name, both in took.items()
            if both["warm"]
        }


# In this order: the first two have the machine to themselves.
ALONE = ("memory", "startup")
TOGETHER = ("latency", "paced", "throughput", "tail", "burst", "cost", "health", "growth")
