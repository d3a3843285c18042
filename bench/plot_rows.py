"""Draws docs/gallery/rows.svg from the JSON of network_bench's rows on our standard input: the cost of an
update over the size of the crossbar, and over the number of spikes."""

import json
import re
import subprocess
import sys

by_size, by_spikes = {}, {}
for run in json.load(sys.stdin)["benchmarks"]:
    if run["run_type"] != "iteration":
        continue
    what, name = run["run_name"].removesuffix("/manual_time").split("/")
    n, spikes = re.fullmatch(r"rows of (\d+)x\d+(?:, (\d+) spikes)?", what).groups()
    curve = (by_spikes if spikes else by_size).setdefault(name, {})
    x = int(spikes or n)
    curve[x] = min(run["ns_per_update"], curve.get(x, float("inf")))

colours = ["#0072B2", "#D55E00", "#009E73", "#56B4E9", "#E69F00", "#CC79A7"]  # Okabe and Ito
script = [f"set terminal svg size 640,340 font 'sans,11' background '#ffffff'\nset output '{sys.argv[1]}'",
          "set logscale x\nset yrange [0:*]\nset grid lc '#dddddd'\nset ylabel 'ns per update'",
          "set multiplot layout 1,2\nset bmargin 8\nset key below maxrows 3 samplen 1"]
for xlabel, curves in (("neurons on a side", by_size), ("spikes, 1000 x 1000", by_spikes)):
    for name, points in curves.items():
        lines = "\n".join(f"{x} {y}" for x, y in sorted(points.items()))
        script.append(f"${re.sub('[^a-z0-9]', '_', name)} << END\n{lines}\nEND")
    script.append(f"set xlabel '{xlabel}'\nset format x '10^{{%T}}'\nplot " + ", ".join(
        f"${re.sub('[^a-z0-9]', '_', name)} with linespoints pt 7 ps 0.5 lw 1.5 lc '{colour}' title '{name}'"
        for name, colour in zip(curves, colours)))
subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)
