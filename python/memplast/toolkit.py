"""The commands of memplast as functions."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import warnings as python_warnings
from collections.abc import Callable, Mapping
from typing import Any, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._errors import InputError, MemplastWarning
from .devices import Array, Rule, RuleLike, _seed
from .results import ControlRun, Fit, Network, Predictions, Run

Path = Union[str, "os.PathLike[str]"]


def fit(
    data: Any,
    model: str = "auto",
    *,
    fix: Mapping[str, float] | None = None,
    loss: str = "auto",
    intervals: str = "auto",
    folds: int = 10,
    seed: int = 1,
    columns: list[str] | None = None,
    rename: Mapping[str, str] | None = None,
    read_voltage_V: float | None = None,
    step_s: float | None = None,
    g_min_S: float | None = None,
    g_max_S: float | None = None,
    estimate_range: bool = False,
) -> Fit:
    """Fits a rule to a measured window or to pulses, a device to a sweep.

    data : path of a CSV, pandas DataFrame, or a dict of columns, which may be quantities that know
        their unit (pint, astropy): {"dt_ms": ..., "dG_S": ...}.
    model : what to fit; auto ranks all that the kind of measurement allows.
    fix : parameters to keep, by key: {"tau_plus_ms": 20}.
    loss : auto, none (least squares), huber, cauchy or tukey.
    intervals : of poorly determined parameters: profile, wald, or auto.
    folds : of the cross-validation; 0 for none.
    seed : of the starting points and of the folds.
    columns : names of the columns of a file without a header.
    rename : our name for a column, converted by its unit: {"dG_S": "Delta G (uS)"}.
    read_voltage_V, step_s : of currents, and of sweeps without times.
    g_min_S, g_max_S, estimate_range : the conductance range of the device.

    Warns (MemplastWarning) of what may be wrong; it stands in `Fit.warnings` too.
    """
    source, text = _table(data)
    found = Fit(
        _core.fit(
            source,
            text,
            model,
            {key: float(value) for key, value in (fix or {}).items()},
            loss,
            intervals,
            folds,
            _seed(seed),
            list(columns or []),
            list((rename or {}).items()),
            read_voltage_V,
            step_s,
            g_min_S,
            g_max_S,
            estimate_range,
        )
    )
    for warning in found.warnings:
        python_warnings.warn(warning, MemplastWarning, stacklevel=2)
    return found


def run(
    task: Path | Mapping[str, Any] | None = None,
    *,
    rule: RuleLike | None = None,
    data: Any = None,
    settings: Mapping[str, Any] | None = None,
    threads: int | None = None,
    progress: bool | Callable[[int, int], Any] = False,
    **plan: Any,
) -> Any:
    """Trains and tests a network: a Run, or a ControlRun for a control task.

    task : name of a data set that ships (iris, breast_cancer, digits) or of a control task
        (cartpole ...); or a whole configuration, as a dict or a .json file: Run.config, or what
        `memplast info --config` prints.
    rule : a Rule, or what makes one; nc if nothing is said.
    data : samples of one's own, a CSV or DataFrame with the column `label_column` ("class").
    settings : of the learner, by key; `memplast learners` shows them.
    threads : all processors if not given; the result does not depend on it.
    progress : True for a bar by tqdm, or a function that is told (done, total).
    plan : learner, encoder, folds, partitions, seed, partition_seed, final, impute, label_column,
        weights_history, waterfall, from_fit_covariance; seeds, modulation, sham of control tasks.
    """
    if task is None and data is None:
        raise InputError("task", "the name of a task, a configuration, or data", "none")
    config = _configuration("classify" if task is None else task)
    config.update({key: _plain(value) for key, value in plan.items()})
    if rule is not None or "rule" not in config:
        config["rule"] = Rule("nc" if rule is None else rule).model_file
    if settings is not None:
        config["settings"] = {**config.get("settings", {}), **_plain(settings)}
    text = None
    if data is not None:
        source, text = _table(data)
        config["task"] = "classify"
        config["data"] = source
        config["data_sha256"] = _sha256(source) if text is None else _hash(text.encode())
    n_threads = threads or os.cpu_count() or 1
    with _Progress(progress) as tell:
        if config.get("task") in _core.control_tasks():
            return ControlRun(_core.run_control(json.dumps(config), n_threads, tell))
        return Run(_core.run(json.dumps(config), text, n_threads, tell))


def predict(
    network: Path | Run | Network, data: Any, name: str = "", *, threads: int | None = None
) -> Predictions:
    """Lets a trained network tell the classes of samples.

    network : a result file, a Run or a Network.
    data : CSV or DataFrame with the columns that it was trained on, in any order, or an array
        [sample, feature].
    name : which network of a file or a Run: "final" or "PARTITION_FOLD".
    """
    if isinstance(network, Run):
        network = network.network(name)
    elif not isinstance(network, Network):
        network = Network.load(network, name)
    x = _features(data, network)
    y, scores, spent = network.decide(x, threads or os.cpu_count() or 1)
    names = np.asarray(network.class_names)
    return Predictions(names[y], scores, network.score_name, network.class_names, spent)


def replay(
    rule: RuleLike,
    pre_ms: ArrayLike,
    post_ms: ArrayLike,
    *,
    pairing: str | None = None,
    delay_ms: float = 1.0,
    w0: float = 0.5,
    initial_pre_ms: float | None = None,
) -> Array:
    """One synapse under given spikes: the weight that each pre spike transmits.

    pre_ms, post_ms : ascending times.
    pairing : scheme; that of the rule's model file if not given.
    delay_ms : dendritic delay.
    w0 : weight at the start.
    initial_pre_ms : a pre spike before the data, seen by nearest_symmetric and nearest_restricted.
    """
    pre, post = (np.asarray(t, float).ravel() for t in (pre_ms, post_ms))
    return _core.replay(Rule(rule)._bound, pre, post, pairing, delay_ms, w0, initial_pre_ms)


def encode(
    u: ArrayLike,
    code: str = "temporal",
    *,
    n_fields: int = 8,
    field_width: float = 0.85,
    cut: float = 0.2,
    T_ms: float = 5.0,
    rate_high_Hz: float = 200.0,
    rate_low_Hz: float = 0.0,
    seed: int = 1,
) -> list[tuple[NDArray[np.intc], Array]]:
    """Spikes of samples u [sample, feature], features in [0, 1]: of each sample the numbers of the
    inputs that fire, and when [ms], in order of time.

    Each feature has n_fields Gaussian receptive fields, centres k/(n_fields - 1), sigma
    field_width/(n_fields - 1), silent below `cut`; an input is a field. `code`: temporal (one
    spike within T_ms, the stronger the earlier) or poisson (trains of T_ms between rate_low_Hz and
    rate_high_Hz, decided by `seed` and the sample's numbers).
    """
    x = np.atleast_2d(np.asarray(u, float))
    return _core.encode(
        x, code, n_fields, field_width, cut, T_ms, rate_high_Hz, rate_low_Hz, _seed(seed)
    )


def _plain(value: Any) -> Any:
    """As JSON has it: numpy's numbers become Python's."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value.item() if isinstance(value, np.generic) else value


def _configuration(task: Path | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(task, Mapping):
        return dict(task)
    text = os.fspath(task)
    if not text.endswith(".json"):
        return {"task": text}
    try:
        with open(text, encoding="utf-8") as file:
            config = json.load(file)
    except FileNotFoundError:
        raise InputError(text, "a file", "none there") from None
    except ValueError as error:
        raise InputError(text, "JSON", str(error)) from None
    if not isinstance(config, dict):
        raise InputError(text, "an object", type(config).__name__)
    return config


def _table(data: Any) -> tuple[str, str | None]:
    """The name of a table, and its text as CSV if it is no file."""
    if isinstance(data, (str, os.PathLike)):
        return os.fspath(data), None
    if hasattr(data, "to_csv"):
        return "DataFrame", data.to_csv(index=False)
    if not isinstance(data, Mapping):
        raise InputError(
            "data", "a path, a pandas DataFrame or a dict of columns", type(data).__name__
        )
    columns = {name: _column(name, values) for name, values in data.items()}
    lengths = {len(values) for values in columns.values()}
    if len(lengths) != 1:
        got = ", ".join(f"{name}: {len(values)}" for name, values in columns.items())
        raise InputError("data", "columns of one length", got or "no column")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values()))
    return "dict", out.getvalue()


def _column(name: str, values: Any) -> list[Any]:
    """Quantities in the unit at the end of the name."""
    if hasattr(values, "to") and (hasattr(values, "magnitude") or hasattr(values, "value")):
        values = values.to(name.rpartition("_")[2])
        values = values.magnitude if hasattr(values, "magnitude") else values.value
    plain = np.asarray(values).ravel().tolist()
    return [repr(value) if isinstance(value, float) else value for value in plain]


def _features(data: Any, network: Network) -> Array:
    is_table = isinstance(data, (str, os.PathLike, Mapping)) or hasattr(data, "to_csv")
    if not is_table:
        return np.atleast_2d(np.asarray(data, float))
    if network.feature_names is None:
        raise InputError("data", "an array: the network knows no names of features", "a table")
    return _core.features(*_table(data), network.feature_names, "median" in network.constants)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _sha256(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return _hash(file.read())
    except (FileNotFoundError, IsADirectoryError):
        raise InputError(path, "a file", "none there") from None


class _Progress:
    """None, the caller's own function, or a bar if tqdm is installed."""

    def __init__(self, wanted: bool | Callable[[int, int], Any]) -> None:
        self._wanted = wanted
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int], Any] | None:
        if not isinstance(self._wanted, bool):
            return self._wanted
        if not self._wanted:
            return None
        try:
            from tqdm.auto import tqdm
        except ImportError:
            return None
        self._bar = tqdm()
        return self._tell

    def _tell(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
