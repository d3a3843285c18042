import json
import warnings

import memplast as mp
import numpy as np
import pytest


@pytest.fixture
def window(datasets):
    return datasets / "nc_window.csv"


@pytest.fixture
def table(window):
    lines = [line.split(",") for line in window.read_text().splitlines() if line[0] != "#"]
    return dict(zip(lines[0], np.array(lines[1:], float).T))


RANGE = {"g_min_S": 1e-6, "g_max_S": 1e-4}


def test_fit_finds_the_constants_that_made_the_window(window):
    # The published constants of 'nc'; the noise of the file is 0.5 %.
    fit = mp.fit(window, "nc")
    assert fit.kind == "window" and fit.converged
    tau = fit.params["tau_plus_ms"]
    assert tau.value == pytest.approx(9.3, rel=0.01)
    assert tau.ci95[0] < 9.3 < tau.ci95[1]
    assert tau.ci95[0] < tau.value - tau.stderr and tau.value + tau.stderr < tau.ci95[1]
    assert tau.standing == "fitted" and tau.unit == "ms"
    assert fit.covariance.shape == (6, 6)
    assert np.sqrt(fit.covariance[4, 4]) == pytest.approx(tau.stderr)


def test_fit_is_that_of_the_program(window, program):
    assert mp.fit(window).model_file == json.loads(program("fit", window, "--json"))


def test_auto_ranks_all_rules(window):
    fit = mp.fit(window, folds=0)
    assert fit.model == "nc"
    assert [row["model"] for row in fit.ranking_rows][0] == "nc"
    assert len(fit.ranking_rows) == 5
    pandas = pytest.importorskip("pandas")
    assert isinstance(fit.ranking, pandas.DataFrame)
    assert list(fit.to_pandas()["key"]) == list(fit.params)


def test_columns_fit_as_the_file_does(window, table):
    of_file = mp.fit(window, "stdp", folds=0)
    of_dict = mp.fit(table, "stdp", folds=0, **RANGE)
    assert repr(of_dict.params) == repr(of_file.params)  # nan is not nan
    pandas = pytest.importorskip("pandas")
    assert repr(mp.fit(pandas.DataFrame(table), "stdp", folds=0, **RANGE).params) == repr(
        of_dict.params
    )


def test_quantities_are_converted_to_the_unit_in_the_name(table):
    class Seconds:
        """What pint's quantities have."""

        def __init__(self, values):
            self.magnitude = values

        def to(self, unit):
            assert unit == "ms"
            return Seconds(np.round(self.magnitude * 1e3, 9))

    plain = mp.fit(table, "stdp", folds=0, **RANGE)
    quantities = {**table, "dt_ms": Seconds(table["dt_ms"] / 1e3)}
    assert repr(mp.fit(quantities, "stdp", folds=0, **RANGE).params) == repr(plain.params)


def test_renamed_columns_are_converted(table):
    ours = {"dt_ms": table["dt_ms"], "G0_S": table["G0_S"], "dG_S": table["dG_S"]}
    theirs = {"dt_ms": table["dt_ms"], "G0_S": table["G0_S"], "Delta G (uS)": table["dG_S"] * 1e6}
    plain = mp.fit(ours, "stdp", folds=0, **RANGE)
    renamed = mp.fit(theirs, "stdp", folds=0, rename={"dG_S": "Delta G (uS)"}, **RANGE)
    for key, param in plain.params.items():
        assert renamed.params[key].value == pytest.approx(param.value, rel=1e-6)


def test_fixed_parameters_stay(window):
    fit = mp.fit(window, "nc", fix={"tau_plus_ms": 9.0}, folds=0)
    assert fit.params["tau_plus_ms"].value == 9.0
    assert fit.params["tau_plus_ms"].standing == "fixed"
    assert fit.covariance.shape == (5, 5)


def test_what_is_saved_is_the_rule(window, tmp_path):
    fit = mp.fit(window, "nc", folds=0)
    fit.save(tmp_path / "nc.json")
    assert mp.Rule(tmp_path / "nc.json") == fit.rule
    assert fit.rule(30, 0.5) == pytest.approx(mp.Rule("nc")(30, 0.5), rel=0.02)
    assert [p.name for p in tmp_path.iterdir()] == ["nc.json"]


def test_what_may_be_wrong_is_warned_of(table):
    weights = {"dt_ms": table["dt_ms"], "w": np.full(len(table["dt_ms"]), 0.5)}
    weights["dw"] = table["dG_S"] / 1e-4
    with pytest.warns(mp.MemplastWarning, match="illustration"):
        fit = mp.fit(weights, "stdp", folds=0)
    assert any("illustration" in text for text in fit.warnings)


def test_pulses_fit_to_the_device_that_made_them():
    up, down = [0.0], [1.0]
    for _ in range(40):
        up.append(up[-1] + 0.1 * (1 - up[-1]))  # soft bounds
        down.append(down[-1] - 0.05 * down[-1])
    pulses = {
        "pulse": [*range(41), *range(41)],
        "polarity": [1] * 41 + [-1] * 41,
        "G_S": [1e-6 + 9e-6 * w for w in up + down],
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mp.MemplastWarning)
        fit = mp.fit(pulses, "pulse_soft_bounds", folds=0, g_min_S=1e-6, g_max_S=1e-5)
    assert fit.kind == "pulses"
    assert fit.rmse < 1e-6
    assert fit.rule(1.0, 0.5) == pytest.approx(0.05, rel=1e-3)
    assert fit.rule(-1.0, 0.5) == pytest.approx(-0.025, rel=1e-3)
    assert fit.curves["fit"].shape == fit.curves["w"].shape == (82,)


def test_shows_itself_in_text_and_html(window):
    fit = mp.fit(window, "nc", folds=0)
    for text in (repr(fit), fit._repr_html_()):
        assert "tau_plus_ms" in text and "±" in text
    assert "<script" not in fit._repr_html_()


def test_plots_if_matplotlib_is_there(window):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    ax = mp.fit(window, "nc", folds=0).plot()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels[0] == "measured" and labels[1].startswith("nc, w = ")


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ({"data": "nowhere.csv"}, "nowhere.csv"),
        ({"data": 3}, "data"),
        ({"data": {}}, "data"),
        ({"data": {"dt_ms": [1, 2], "dw": [1]}}, "data"),
        ({"data": {"dt_ms": [1.0], "w": [0.5], "dw": ["much"]}}, "dict:2, column dw"),
        ({"model": "nc2"}, "model"),
        ({"loss": "l1"}, "loss"),
        ({"intervals": "bayes"}, "intervals"),
        ({"folds": -1}, "folds"),
        ({"fix": {"tau_plus_ms": 9.0}}, "fix"),
    ],
)
def test_bad_input_says_where(window, arguments, where):
    with pytest.raises(mp.InputError) as caught:
        mp.fit(**{"data": window, **arguments})
    error = caught.value
    assert isinstance(error, ValueError)
    assert where in error.where
    assert error.expected and error.got
    assert str(error) == f"{error.where}: expected {error.expected}, got {error.got}." + (
        f" {error.mend}" if error.mend else ""
    )
