#!/usr/bin/env python3
"""CPU seconds of whole runs, of two builds of the program beside each other.

    bench/processes.py BEFORE AFTER [TIMES]     TIMES (15) alternating runs of each

One thread each, user and system time; a row per run: the medians and the ratio of the medians.
"""
import resource
import statistics
import subprocess
import sys
import tempfile

RUNS = [
    "iris --rule nc", "iris --rule ppx", "iris --rule stdp", "iris --protocol own_class",
    "iris --encoder poisson --partitions 1", "iris --levels 32 --dtod 0.1 --ctoc 0.1",
    "digits --partitions 1",
    "cartpole --protocol online --seeds 2 --episodes 150 --evaluation-episodes 5",
]


def cpu_s(program, options, folder):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "run", *options.split(), "--threads", "1", "--quiet", "-o", f"{folder}/r.h5"],
                   check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


programs, times = sys.argv[1:3], int(sys.argv[3]) if len(sys.argv) > 3 else 15
print("| run | before [s] | after [s] | ratio |\n|---|---|---|---|")
with tempfile.TemporaryDirectory() as folder:
    for options in RUNS:
        taken = [[], []]
        for _ in range(times):
            for program, seconds in zip(programs, taken):
                seconds.append(cpu_s(program, options, folder))
        before, after = map(statistics.median, taken)
        print(f"| {options} | {before:.3f} | {after:.3f} | {after / before:.3f} |", flush=True)
