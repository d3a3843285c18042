"""A markdown table of the JSON that a Google Benchmark program writes to our standard input: the
fastest and the median repetition, and the program's own counters."""

import json
import sys

runs = {}
for run in json.load(sys.stdin)["benchmarks"]:
    if run["run_type"] == "iteration":
        runs.setdefault(run["run_name"].removesuffix("/manual_time"), []).append(run)

counters = [c for c in ("ns_per_update", "items_per_second", "bytes_per_second", "of_triad",
                        "post_Hz", "peak_GB") if any(c in r[0] for r in runs.values())]
print("| benchmark | fastest | median |" + "".join(f" {c} |" for c in counters))
print("|---|---|---|" + "---|" * len(counters))
for name, repetitions in runs.items():
    repetitions.sort(key=lambda r: r["real_time"])
    best, median = repetitions[0], repetitions[len(repetitions) // 2]
    unit = best["time_unit"]
    cells = [f"{best[c]:.3g}" if c in best else "" for c in counters]
    print(f"| {name} | {best['real_time']:.3g} {unit} | {median['real_time']:.3g} {unit} |"
          + "".join(f" {c} |" for c in cells))
