#!/usr/bin/env python3
"""The networks of bench/network_bench.cpp in Brian2 (Debian's python3-brian), C++ standalone.

    bench/peers/brian2_networks.py [build/release/bench/network_bench]

First checks that both give the same spikes and weights as far as chance allows: mean post rate
within 10 % or 0.5 Hz, mean weight within 0.02 (other Poisson inputs, other initial weights). Then
prints a markdown table of the seconds that the time steps take, of one thread each, and the ratio.

Stimberg, Brette and Goodman 2019, doi:10.7554/eLife.47314.
"""

import json
import shutil
import subprocess
import sys
import tempfile

from brian2 import (NeuronGroup, PoissonGroup, SpikeMonitor, Synapses, Hz, device, ms, mV, pA, pF,
                    prefs, run, second, seed, set_device, defaultclock)

NEURON = """
dV/dt = (-V + I * tau_m / C_m) / tau_m : volt (unless refractory)
dI/dt = -I / tau_syn : amp
"""
# dw of one pair, by rule; the nearest spike of the other side, dt = t_post + d - t_pre.
RULES = {
    "nc": {
        "minus": "-0.04963699617346189 * w * (1 + tanh((lag + 22.325265872889496)"
                 " / 10.81180238558187))",
        "plus": "0.07376001452742792 * w * (1 - tanh((lag - 26.730656991521247)"
                " / 9.300596954566565))",
    },
    "ppx": {
        "minus": "-0.011297914920262086 * exp(5.9693974750170025 * w) * (-lag / 10)"
                 " * exp(-0.14568323501051358 * lag**2 / 100) * int(-lag <= 500)",
        "plus": "0.3161977426412055 * exp(-2.213043124548639 * (1 - w)) * (lag / 10)"
                " * exp(-0.031839429846118886 * lag**2 / 100) * int(lag <= 500)",
    },
    "stdp": {
        "minus": "-0.01 * exp(lag / 20) * int(lag < 0)",
        "plus": "0.01 * exp(-lag / 20)",
    },
}
# network_bench's own drives [pA of all inputs together at w = 1]
NETWORKS = {
    "784x400, 3 s": (784, 400, 3, {"nc": 6.0, "ppx": 17.0, "stdp": 5.5}),
    "40x3, 50 s": (40, 3, 50, {"nc": 12.0, "ppx": 18.0, "stdp": 15.0}),
}


def brian2(rule, n_pre, n_post, seconds, drive):
    """Seconds of stepping, post rate [Hz], mean weight."""
    directory = tempfile.mkdtemp()
    set_device("cpp_standalone", directory=directory, build_on_run=False)
    defaultclock.dt = 0.1 * ms
    seed(1)
    inputs = PoissonGroup(n_pre, 50 * Hz)
    neurons = NeuronGroup(
        n_post, NEURON, threshold="V >= 16 * mV", reset="V = 0 * mV", refractory=4 * ms,
        method="exact",
        namespace={"tau_m": 60 * ms, "tau_syn": 5 * ms, "C_m": 1.5374180586077273 * pF})
    synapses = Synapses(
        inputs, neurons,
        """w : 1
           last_in : second
           last_out : second""",
        on_pre={
            "learn": f"""lag = (last_out - t) / ms
                         w = clip(w + int(last_out > -1*second) * ({RULES[rule]["minus"]}), 0, 1)
                         last_in = t""",
            "transmit": "I_post += w * scale",
        },
        on_post=f"""lag = (t - last_in) / ms
                    w = clip(w + int(last_in > -1*second) * ({RULES[rule]["plus"]}), 0, 1)
                    last_out = t""",
        namespace={"scale": drive / n_pre * pA})
    synapses.connect()
    synapses.transmit.delay = 1 * ms
    synapses.post.delay = 1 * ms
    synapses.w = "rand()"
    synapses.last_in = "-10*second"
    synapses.last_out = "-10*second"
    spikes = SpikeMonitor(neurons, record=False)
    run(seconds * second)
    device.build(directory=directory, compile=True, run=True, debug=False)
    out = (device._last_run_time, spikes.num_spikes / n_post / seconds, float(synapses.w[:].mean()))
    device.reinit()
    device.activate()
    shutil.rmtree(directory)
    return out


def memplast(program):
    """{benchmark: counters} of network_bench, the fastest of five runs of each."""
    report = subprocess.run(
        [program, "--benchmark_format=json", "--benchmark_filter=^(784x400, 3 s|40x3, 50 s)/",
         "--benchmark_repetitions=5", "--benchmark_min_time=0.01"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    out = {}
    for run_ in json.loads(report)["benchmarks"]:
        if run_["run_type"] != "iteration":
            continue
        name = run_["name"].removesuffix("/manual_time")
        if name not in out or run_["real_time"] < out[name]["real_time"]:
            out[name] = run_
    return out


def main():
    prefs.codegen.cpp.extra_compile_args_gcc = ["-O3", "-march=native", "-ffast-math"]
    prefs.devices.cpp_standalone.openmp_threads = 0
    ours = memplast(sys.argv[1] if len(sys.argv) > 1 else "build/release/bench/network_bench")
    print("| network | rule | post Hz, ours / Brian2 | mean w, ours / Brian2 | ours [s] "
          "| Brian2 [s] | ratio |")
    print("|---|---|---|---|---|---|---|")
    agree = True
    for name, (n_pre, n_post, seconds, drives) in NETWORKS.items():
        for rule, drive in drives.items():
            time_s, rate, w = brian2(rule, n_pre, n_post, seconds, drive)
            own = ours[f"{name}/{rule}"]
            own_s = 1e-3 * own["real_time"]
            same = (abs(rate - own["post_Hz"]) <= max(0.1 * own["post_Hz"], 0.5)
                    and abs(w - own["mean_w"]) <= 0.02)
            agree &= same
            print(f"| {name} | {rule} | {own['post_Hz']:.2f} / {rate:.2f} "
                  f"| {own['mean_w']:.3f} / {w:.3f} | {own_s:.4f} | {time_s:.3f} "
                  f"| {time_s / own_s:.0f} |" + ("" if same else " DIFFERENT NETWORKS"), flush=True)
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()
