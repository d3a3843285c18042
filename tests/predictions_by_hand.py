#!/usr/bin/env python3
"""Every prediction of teacher_timed with the temporal code, by numpy, from files alone:
  tests/predictions_by_hand.py RESULT.h5 DATA.csv NETWORK PREDICTIONS.csv
NETWORK is "final" or "folds/0_0". Exit code 1 if one class differs, or one score by 1e-6 ms."""
import csv, json, sys
import h5py, numpy as np

result, data, network, predictions = sys.argv[1:]
with h5py.File(result) as f:
    s = json.loads(f.attrs["config_json"])["settings"]
    features, classes = (json.loads(f[k][()]) for k in ("encoder/feature_names", "class_names"))
    W = f[network + "/weights"][:]
    net = {name: values[()] for name, values in f[network + "/network"].items()}
rows = list(csv.DictReader(line for line in open(data) if not line.startswith("#")))
x = np.array([[float(row[name]) for name in features] for row in rows])

z = (x - net["mean"]) / net["sd"]
z = np.hstack([z, z @ net["axes"] / net["axis_sd"]])
u = np.clip(0.5 + z / (2 * net["z_range"]), 0, 1)
g = np.exp(-0.5 * ((u[:, net["feature"]] - net["centre"]) / net["sigma"]) ** 2)
T, ramp, tau_m, tau_s = (s[k] for k in ("T_ms", "ramp_ms", "tau_m_ms", "tau_syn_ms"))
t_in = T * (1 - g) / (1 - net["cut"])
k = tau_m * tau_s / (net["C_m_pF"] * (tau_m - tau_s))
t_sum, V_sum = np.zeros((len(x), len(classes))), np.zeros((len(x), len(classes)))
for n, level in enumerate(net["threshold_mV"]):
    of_n = net["subnetwork"] == n
    fires, t, w = g[:, of_n] >= net["cut"], t_in[:, of_n], W[of_n]
    slow, fast = (k * np.where(fires, np.exp((t - T) / tau), 0) @ w for tau in (tau_m, tau_s))
    V = lambda after: slow * np.exp(-after / tau_m) - fast * np.exp(-after / tau_s)
    line = lambda after: level * (1 - after / ramp)
    low, high = np.zeros_like(slow), np.full_like(slow, ramp)
    for _ in range(60):
        middle = (low + high) / 2
        below = V(middle) < line(middle)
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    at_once = V(0) >= level
    t_sum += T + np.where(at_once, 0, high)
    V_sum += np.where(at_once, V(0), line(high))
said = [classes[np.lexsort((-V_sum[i], t_sum[i]))[0]] for i in range(len(x))]
theirs = list(csv.DictReader(open(predictions)))
scores = np.array([[float(row["first_spike_ms_" + c]) for c in classes] for row in theirs])
same = sum(a == row["class"] for a, row in zip(said, theirs))
off = np.abs(scores - t_sum / len(net["threshold_mV"])).max()
print(f"{same} of {len(x)} the same, scores within {off:.1e} ms")
sys.exit(not (same == len(x) == len(theirs) and off < 1e-6))
