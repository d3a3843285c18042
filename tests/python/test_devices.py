import copy
import json
import math
import pickle
import warnings

import memplast as mp
import numpy as np
import pytest


def test_nc_changes_a_weight_by_A_w_at_its_centre():
    nc = mp.Rule("nc")
    # tanh(0) = 0, so the bracket is 1.
    assert nc(nc.params["mu_plus_ms"], 0.5) == nc.params["A_plus"] * 0.5


def test_rules_broadcast():
    stdp = mp.Rule("stdp")
    dt, w = np.array([-5.0, 5.0, 20.0]), np.array([[0.2], [0.7]])
    table = stdp(dt, w)
    assert table.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            assert table[i, j] == pytest.approx(stdp(dt[j], w[i, 0]), rel=1e-14)
    assert isinstance(stdp(5.0), float)
    assert stdp([], 0.5).shape == (0,)


@pytest.mark.parametrize("name", mp.shipped_rules())
def test_every_shipped_rule_is_loaded_saved_and_pickled(name, tmp_path):
    rule = mp.Rule(name)
    rule.save(tmp_path / "rule.json")
    lags = np.linspace(-60, 60, 41)
    for other in (
        mp.Rule(tmp_path / "rule.json"),
        pickle.loads(pickle.dumps(rule)),
        copy.deepcopy(rule),
    ):
        assert other == rule and hash(other) == hash(rule)
        assert (other(lags, 0.4) == rule(lags, 0.4)).all()
    assert name in repr(rule)


def test_a_function_becomes_a_rule():
    rule = mp.Rule.from_callable(
        lambda dt, w: np.sign(dt) * 0.1 * w * np.exp(-np.abs(dt) / 20), np.arange(-60, 61, 1.0)
    )
    assert rule.name == "table"
    assert rule(10.0, 0.5) == pytest.approx(0.05 * math.exp(-0.5))
    assert rule(61.0, 0.5) == 0.0
    with pytest.raises(mp.InputError, match="finite"):
        mp.Rule.from_callable(
            lambda dt, w: dt / 0 * np.inf if False else np.full(dt.shape, np.nan), [0.0, 1.0]
        )


def test_a_device_under_pulses_becomes_a_rule(program):
    words = ["--pre-pulse", "bitriangular:0.45V,40ms", "--as-rule", "table", "--dt-step-ms", 8]
    pulses = {"pre_pulse": "bitriangular:0.45V,40ms", "rule": "table", "dt_step_ms": 8.0}
    told = json.loads(program("window", "--device", "yakopcic", *words, "--json"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mp.MemplastWarning)
        rule = mp.Rule.from_device("yakopcic", **pulses)
    assert rule.model_file == told["model"]
    with pytest.raises(mp.InputError, match="pre pulse"):
        mp.Rule.from_device("yakopcic", "square:1V,1ms")
    with pytest.raises(mp.InputError, match="move the device"):
        mp.Rule.from_device("yakopcic", "bitriangular:0.001V,20ms")


def test_parts_of_a_rule_are_replaced():
    rule = mp.Rule("stdp").replace(
        tau_plus_ms=10.0, variability={"levels": 32}, pairing="all_to_all"
    )
    assert rule.params["tau_plus_ms"] == 10.0
    assert rule.model_file["variability"]["levels"] == 32
    assert rule.model_file["pairing"] == "all_to_all"
    assert mp.Rule("stdp").params["tau_plus_ms"] != 10.0
    with pytest.raises(mp.InputError, match="tau_plus_ms"):
        mp.Rule("stdp").replace(tau_plus_ms=-1.0)
    with pytest.raises(mp.InputError, match="one of"):
        mp.Rule("stdp").replace(tau=1.0)


def test_errors_keep_their_parts_when_pickled():
    with pytest.raises(mp.InputError) as caught:
        mp.Rule("ncc")
    error = pickle.loads(pickle.dumps(caught.value))
    assert error.where == "rule" and "nc" in error.expected and error.got == "'ncc'"


def test_replay_is_the_rule_at_each_pair():
    stdp = mp.Rule("stdp")
    w = mp.replay(stdp, [0.0, 50.0], [9.0], delay_ms=1.0, w0=0.5)
    # The post spike arrives at 10 ms: +10 after the first pre spike, -40 before the second.
    after = 0.5 + stdp(10.0, 0.5)
    assert w[0] == 0.5
    assert w[1] == pytest.approx(after + stdp(-40.0, after), rel=1e-14)
    with pytest.raises(mp.InputError, match=r"pre_ms\[1\]"):
        mp.replay(stdp, [5.0, 1.0], [9.0])
    with pytest.raises(mp.InputError, match="pairing"):
        mp.replay(stdp, [0.0], [9.0], pairing="every")


def test_latencies_follow_the_code():
    ((pre, t_ms),) = mp.encode([[0.0]], n_fields=8, field_width=0.85, cut=0.2, T_ms=5.0)
    g = np.exp(-(np.arange(8) ** 2) / (2 * 0.85**2))
    g = g[g >= 0.2]
    assert pre.tolist() == list(range(g.size))
    assert t_ms == pytest.approx(5.0 * (1 - g) / (1 - 0.2))


def test_trains_depend_on_the_sample_alone():
    u = np.array([[0.1, 0.9], [0.5, 0.5]])
    both = mp.encode(u, "poisson", T_ms=200.0)
    alone = mp.encode(u[1:], "poisson", T_ms=200.0)
    assert both[1][0].tolist() == alone[0][0].tolist()
    assert both[1][1].tolist() == alone[0][1].tolist()
    # 16 fields at up to 200 Hz for 0.2 s.
    assert 10 < both[0][1].size < 640
    with pytest.raises(mp.InputError, match="u:"):
        mp.encode([[1.5]])
    with pytest.raises(mp.InputError, match="poisson, temporal|temporal, poisson"):
        mp.encode([[0.5]], "morse")


def test_a_pair_of_spikes_is_the_rule():
    nc = mp.Rule("nc")
    s = mp.Synapses(nc, np.full((3, 2), 0.5))
    s.pair(0, 10.0, [0, 2], [0.0, 4.0])
    w = s.read()
    assert w[:, 1].tolist() == [0.5] * 3 and w[1, 0] == 0.5
    assert w[0, 0] == pytest.approx(0.5 + nc(10.0, 0.5))
    assert w[2, 0] == pytest.approx(0.5 + nc(6.0, 0.5))
    assert s.ledger["writes"] == 2 and s.ledger["reads"] == 6
    assert s.ledger["write_energy_J"] > 0


def test_ideal_steps_are_exact_and_stay_in_range():
    s = mp.Synapses("nc", [[0.5, 0.9]])
    s.step([[0.125, 0.5]])
    assert s.transmitted().tolist() == [[0.625, 1.0]]
    s.step([-0.25], post=0, pre=[0])
    assert s.transmitted().tolist() == [[0.375, 1.0]]
    conductance = mp.Rule("nc").model_file["conductance"]
    low, high = conductance["G_min_S"], conductance["G_max_S"]
    assert s.conductance_S()[0].tolist() == pytest.approx([low + 0.375 * (high - low), high])
    assert s.conductance_minus_S() is None


def test_pairs_of_devices_carry_signs():
    s = mp.Synapses("nc", [[-0.5, 0.5]], mapping="differential", w_max=2.0)
    assert s.transmitted() == pytest.approx(np.array([[-0.5, 0.5]]))
    s.step([[-0.25, 0.25]])
    assert s.transmitted() == pytest.approx(np.array([[-0.75, 0.75]]))
    assert s.conductance_minus_S().shape == (1, 2)
    with pytest.raises(mp.InputError, match="single"):
        s.pair(0, 1.0, [0], [0.0])


def test_verified_programming_reaches_its_target_by_pulses():
    target = np.linspace(0.3, 0.7, 12).reshape(4, 3)
    s = mp.Synapses("nc", np.full((4, 3), 0.5), programming="verified")
    s.program(target)
    assert np.abs(s.transmitted() - target).max() < 0.05
    assert s.ledger["writes"] > 0


def test_real_devices_are_a_function_of_the_seed():
    rule = mp.Rule("nc").replace(variability={"levels": 16, "dtod": 0.3, "read_noise": 0.1})

    def read(seed):
        s = mp.Synapses(rule, np.full((4, 3), 0.5), seed=seed)
        s.pair(1, 10.0, [0, 1, 2, 3], [0.0, 1.0, 2.0, 3.0])
        return s.read()

    assert (read(1) == read(1)).all()
    assert (read(1) != read(2)).any()


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.pair(2, 1.0, [0], [0.0]),
        lambda s: s.pair(-1, 1.0, [0], [0.0]),
        lambda s: s.pair(0, 1.0, [3], [0.0]),
        lambda s: s.pair(0, 1.0, [1, 1], [0.0, 1.0]),
        lambda s: s.pair(0, 1.0, [0, 1], [0.0]),
        lambda s: s.pair(0, 1.0, [0.5], [0.0]),
        lambda s: s.pair(0, math.nan, [0], [0.0]),
        lambda s: s.pair(0, 1.0, [0], [0.0], factor=math.inf),
        lambda s: s.pair(0, 1.0, [0], [0.0], times=-1),
        lambda s: s.step([[0.1]]),
        lambda s: s.step(np.full((3, 2), np.nan)),
        lambda s: s.step([0.1], post=0),
        lambda s: s.program(np.zeros((2, 2))),
        lambda s: s.read([7]),
        lambda s: mp.Synapses("nc", [0.5]),
        lambda s: mp.Synapses("nc", [[math.nan]]),
        lambda s: mp.Synapses("nc", [[0.5]], mapping="triple"),
        lambda s: mp.Synapses("nc", [[0.5]], programming="wish"),
        lambda s: mp.Synapses("nc", [[0.5]], w_max=-1.0),
        lambda s: mp.Synapses("nc", [[0.5]], seed=-1),
        lambda s: mp.Synapses("nc", [[0.5]], seed=2**64),
    ],
)
def test_bad_calls_change_nothing(call):
    s = mp.Synapses("nc", np.full((3, 2), 0.5))
    with pytest.raises(mp.InputError):
        call(s)
    assert (s.transmitted() == 0.5).all()
    assert s.ledger["writes"] == 0
