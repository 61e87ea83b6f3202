# SPDX-License-Identifier: MIT
"""The programs that are run, each with what it needs to be preloaded and how long its output must be."""
import json
import os

PROGRAMS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "programs")
ALL = ("numpy", "pandas", "matplotlib.pyplot", "scipy", "sklearn")


def long_program(lines=2000):
    """Functions as people write them, all of them compiled and a few of them called."""
    text = ["import math", "", "total = 0.0", ""]
    number = 0
    while len(text) < lines - 1:
        text += [
            "def step_%d(value, scale=%d):" % (number, number % 7 + 1),
            '    """Scale, shift and clip: number %d."""' % number,
            "    if value < 0:",
            "        return {'clipped': True, 'value': -value * scale}",
            "    shifted = [math.sqrt(value + offset) for offset in range(scale)]",
            "    return {'clipped': False, 'value': sum(shifted) / len(shifted)}",
            "",
            "total += step_%d(%d)['value']" % (number, number),
            "",
        ]
        number += 1
    return "\n".join(text[: lines - 1] + ["print(round(total, 3))"]) + "\n"


class Workload:
    def __init__(self, name, title, modules=(), least_bytes=1, source=None):
        self.name = name
        self.title = title
        self.modules = modules
        self.least_bytes = least_bytes
        if source is None:
            with open(os.path.join(PROGRAMS, name + ".py")) as file:
                source = file.read()
        self.source = source

    def write(self, directory):
        """The program as a file, and as the body of a request."""
        self.program = os.path.join(directory, self.name + ".py")
        self.body = os.path.join(directory, self.name + ".json")
        with open(self.program, "w") as file:
            file.write(self.source)
        with open(self.body, "w") as file:
            json.dump({"language": "python", "code": self.source}, file)


def all_workloads():
    return [
        Workload("hello", "hello"),
        Workload("pandas_mean", "a pandas mean", ("numpy", "pandas")),
        Workload("sklearn_iris", "scikit-learn fit on iris", ("sklearn.datasets", "sklearn.linear_model")),
        Workload("matplotlib_png", "a matplotlib PNG", ("matplotlib.pyplot",), 5000),
        Workload("all_five", "all five libraries imported", ALL),
        Workload("all_deep", "all five, with scipy.stats and a scikit-learn model", ALL + ("scipy.stats", "sklearn.linear_model")),
        Workload("output_1mb", "1 MB of output, a line at a time", (), 1_000_000),
        Workload("output_10mb", "10 MB of output, one write", (), 10_000_000),
        Workload("output_10mb_lines", "10 MB of output, a line at a time", (), 10_000_000),
        Workload("lines_2000", "a program with 2,000 lines", (), 1, long_program()),
    ]
