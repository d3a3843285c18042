#!/usr/bin/env python3
"""The tables of docs/protocols.md: accuracy, the rules against each other, temporal against Poisson.

    bench/accuracy.py [--partition-seed 100] [--partitions 10]

Runs every shipped setting, 5 folds x so many partitions; about 7 minutes on 2 cores. Differences of
rules are paired on shared folds, with the corrected resampled t interval (Nadeau and Bengio 2003).
Needs build/release (./test.sh makes it), python3-h5py and python3-sklearn.
"""
import argparse
import json
import subprocess
import tempfile
from itertools import combinations
from pathlib import Path

import h5py
import numpy as np
from baselines import interval

ROOT = Path(__file__).parent.parent
RULES = "nc", "ppx", "stdp"
SETTINGS = [
    ("iris", "teacher_timed", "temporal"),
    ("iris", "teacher_timed", "poisson"),
    ("iris", "own_class", "temporal"),
    ("iris", "own_class", "poisson"),
    ("breast_cancer", "teacher_timed", "temporal"),
    ("breast_cancer", "teacher_timed", "poisson"),
    ("breast_cancer", "own_class", "poisson"),
    ("digits", "teacher_timed", "temporal"),
    ("digits", "teacher_timed", "poisson"),
]


class Bench:
    def __init__(self, args):
        self.args = args

    def run(self, task, protocol, encoder, rule, *options):
        """The summary that `run` prints, and its accuracy and macro F1 by fold."""
        with tempfile.TemporaryDirectory() as folder:
            results = Path(folder) / "run.h5"
            command = [self.args.program, "run", task, "--rule", rule, "--protocol", protocol]
            command += ["--encoder", encoder, "--partition-seed", str(self.args.partition_seed)]
            command += ["--partitions", str(self.args.partitions), "--threads", str(self.args.threads)]
            command += ["--json", "-o", results, *options]
            printed = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            with h5py.File(results, "r") as file:
                names = sorted(file["folds"], key=lambda name: [int(k) for k in name.split("_")])
                folds = {
                    key: np.array([file[f"folds/{name}/{key}"][()] for name in names])
                    for key in ("accuracy", "f1_macro")
                }
        return json.loads(printed)["summary"], folds


def percent(summary):
    return f"{100 * summary['mean']:.2f}±{100 * summary['sd']:.2f}"


def print_header(*cells):
    print("\n| " + " | ".join(cells) + " |\n" + "|---" * len(cells) + "|", flush=True)


def print_row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def accuracy_table(bench):
    """Prints it; returns the runs by (setting, rule)."""
    runs = {}
    print_header("task", "protocol", "encoder", *RULES, "input spikes")
    for setting in SETTINGS:
        for rule in RULES:
            runs[setting, rule] = bench.run(*setting, rule)
        summaries = [runs[setting, rule][0] for rule in RULES]
        key = "f1_macro" if setting[1] == "own_class" else "accuracy"
        spikes = round(summaries[0]["input_spikes_per_sample"])
        name = setting[1] + (" (macro F1)" if key == "f1_macro" else "")
        print_row(setting[0], name, setting[2], *(percent(s[key]) for s in summaries), spikes)
    return runs


def rules_table(runs):
    pairs = list(combinations(RULES, 2))
    print_header("task", "encoder", *(f"{a} - {b}" for a, b in pairs))
    for setting in SETTINGS:
        if setting[1] == "own_class":
            continue
        cells = []
        for a, b in pairs:
            difference = runs[setting, a][1]["accuracy"] - runs[setting, b][1]["accuracy"]
            mean, (low, high) = interval(difference, 1 / 4)  # five folds
            cells.append(f"{100 * mean:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]")
        print_row(setting[0], setting[2], *cells)


def cost_table(bench, runs, rule="nc"):
    counts = "input_spikes", "reads", "neuron_updates", "simulated_ms"
    print_header("task", "code", "accuracy", *(c.replace("_", " ") for c in counts), "read pJ")

    def row(task, code, summary):
        cost = summary["per_inference"]
        print_row(
            task,
            code,
            f"{100 * summary['accuracy']['mean']:.2f}",
            *(f"{cost[c]:.0f}" for c in counts),
            f"{1e12 * cost['read_energy_J']:.0f}",
        )

    for task, few in ("iris", 1), ("breast_cancer", 3):
        temporal, poisson = (task, "teacher_timed", "temporal"), (task, "teacher_timed", "poisson")
        smaller, _ = bench.run(*temporal, rule, "--subnetworks", str(few))
        row(task, f"temporal, sub-networks: {few}", smaller)
        row(task, "temporal", runs[temporal, rule][0])
        row(task, "Poisson", runs[poisson, rule][0])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=ROOT / "build/release/cli/memplast")
    parser.add_argument("--partition-seed", type=int, default=100)
    parser.add_argument("--partitions", type=int, default=10)
    parser.add_argument("--threads", type=int, default=0)
    bench = Bench(parser.parse_args())
    runs = accuracy_table(bench)
    rules_table(runs)
    cost_table(bench, runs)


if __name__ == "__main__":
    main()
