"""What fits, runs and predictions give."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import html
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._errors import InputError
from .devices import Array, Rule, _write_text


@dataclasses.dataclass(frozen=True)
class Parameter:
    """A fitted parameter."""

    key: str
    unit: str
    value: float
    stderr: float  # nan unless fitted
    ci95: tuple[float, float]  # nan unless fitted; infinite where the data set no limit
    standing: str  # fitted, fixed, at_bound or undetermined
    poor: bool  # a parabola no longer describes the minimum
    profiled: bool  # ci95 is that of the profile likelihood


class Fit:
    """A fit to a measurement. A poor fit is a result, not an error: read `converged`, `rmse` and each
    parameter's `standing`.

    kind : window, pulses or sweep.
    model : name of the rule or device.
    params : Parameter by key.
    covariance : of the parameters that were not fixed, in that order.
    n, free_params, rmse, r2, chi2_reduced, aic, aicc, bic, cv_error, loss, outliers, converged
    model_file : what `save` writes.
    notices, warnings : what was understood that the file does not say, and what may be wrong.
    curves : the measurement and the fit to it, a column each.
    """

    def __init__(self, found: dict[str, Any]) -> None:
        self.kind: str = found["kind"]
        self.model_file: dict[str, Any] = json.loads(found["model_file"])
        self.model: str = self.model_file["model"]
        self.params = {p["key"]: Parameter(**p) for p in found["params"]}
        self.covariance: Array = np.array(found["covariance"], float)
        self.n: int = found["n"]
        self.free_params: int = found["free_params"]
        self.rmse: float = found["rmse"]
        self.r2: float = found["r2"]
        self.chi2_reduced: float = found["chi2_reduced"]
        self.aic: float = found["aic"]
        self.aicc: float = found["aicc"]
        self.bic: float = found["bic"]
        self.cv_error: float = found["cv_error"]
        self.loss: str = found["loss"]
        self.outliers: int = found["outliers"]
        self.converged: bool = found["converged"]
        self.notices: list[str] = found["notices"]
        self.warnings: list[str] = found["warnings"]
        self.curves: dict[str, Array] = found["curves"]
        self.ranking_rows: list[dict[str, Any]] = json.loads(found["ranking"])

    @property
    def ranking(self) -> Any:
        """The models tried, best first, as a pandas DataFrame (`ranking_rows`: as dicts)."""
        import pandas

        return pandas.DataFrame(self.ranking_rows)

    @property
    def rule(self) -> Rule:
        """The fitted rule."""
        if self.kind == "sweep":
            raise InputError(
                "fit.rule",
                "a fit to a window or to pulses",
                "a device fitted to a sweep, which is a rule only under given pulses",
                "Rule.from_device(fit.model_file, pre_pulse) makes the rule.",
            )
        return Rule(self.model_file)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model file; it appears whole or not at all."""
        _write_text(path, json.dumps(self.model_file, indent=2) + "\n")

    def to_pandas(self) -> Any:
        """The parameters as a pandas DataFrame."""
        import pandas

        return pandas.DataFrame([dataclasses.asdict(p) for p in self.params.values()])

    def plot(self, ax: Any = None) -> Any:
        """Draws the measurement and the fit with matplotlib; the axes."""
        if ax is None:
            from matplotlib import pyplot

            ax = pyplot.figure().add_subplot()
        c = self.curves
        if self.kind == "window":
            states = np.unique(c["w"])
            shown = states if states.size <= 5 else np.quantile(states, [0.1, 0.5, 0.9])
            lags = np.linspace(c["dt_ms"].min(), c["dt_ms"].max(), 801)
            ax.plot(c["dt_ms"], c["dw"], ".", color="0.6", label="measured")
            for w in shown:
                ax.plot(lags, self.rule(lags, w), label=f"{self.model}, w = {w:.2g}")
            ax.set(xlabel="t_post - t_pre (ms)", ylabel="change of w")
        else:
            group = "ramp" if self.kind == "pulses" else "trace"
            x, y = ("pulse", "w") if self.kind == "pulses" else ("V_V", "I_A")
            for k in np.unique(c[group])[:50]:
                own = c[group] == k
                first = k == c[group][0]
                ax.plot(c[x][own], c[y][own], ".", color="0.6", label="measured" if first else None)
                ax.plot(c[x][own], c["fit"][own], "C0", label=self.model if first else None)
            ax.set(xlabel="pulse" if x == "pulse" else "V (V)", ylabel="w" if y == "w" else "I (A)")
        ax.legend()
        return ax

    def __repr__(self) -> str:
        lines = [f"{self.model} fitted to a {self.kind} of {self.n} points, rmse {self.rmse:.4g}"]
        for p in self.params.values():
            error = f"± {p.stderr:.2g}" if p.standing == "fitted" else p.standing.replace("_", " ")
            lines.append(f"  {p.key} = {p.value:.6g} {error}")
        return "\n".join(lines + [f"  warning: {text}" for text in self.warnings])

    def _repr_html_(self) -> str:
        rows = []
        for p in self.params.values():
            fitted = p.standing == "fitted"
            rows.append(
                [
                    p.key,
                    "" if p.unit == "1" else p.unit,
                    f"{p.value:.6g}",
                    f"± {p.stderr:.2g}" if fitted else p.standing.replace("_", " "),
                    f"[{p.ci95[0]:.5g}, {p.ci95[1]:.5g}]" if fitted else "",
                ]
            )
        title = (
            f"{self.model}, {self.kind} of {self.n} points: rmse {self.rmse:.4g}, r² {self.r2:.5g}"
        )
        table = _table(title, ["parameter", "unit", "estimate", "", "95 % CI"], rows)
        return table + "".join(f"<p>⚠ {html.escape(text)}</p>" for text in self.warnings)


class Network:
    """A trained network, as files keep it: `weights` [row, class], the receptive field of each row,
    and constants. It decides on ideal devices that transmit its weights, each sample by itself."""

    def __init__(
        self, core: _core.Network, class_names: list[str], feature_names: list[str] | None = None
    ) -> None:
        self._bound = core
        self.class_names = class_names
        self.feature_names = feature_names

    @classmethod
    def load(cls, path: str | os.PathLike[str], name: str = "") -> Network:
        """That of a result file (needs h5py): "final", or a fold "PARTITION_FOLD"; at first `final` if
        it is there, else the first fold."""
        import h5py

        where = os.fspath(path)
        if not os.path.exists(where):
            raise InputError(where, "a result file", "none there")
        try:
            file = h5py.File(where, "r")
        except OSError as error:
            raise InputError(where, "an HDF5 file", str(error)) from None
        with file:
            try:
                return cls._read(file, where, name)
            except (KeyError, json.JSONDecodeError) as error:
                raise InputError(
                    where, "a whole result file of a classification, schema 2", f"{error}"
                ) from None

    @classmethod
    def _read(cls, file: Any, where: str, name: str) -> Network:
        config = json.loads(file.attrs["config_json"])
        known = (["final"] if "final" in file else []) + sorted(file["folds"])
        name = name or known[0]
        if name not in known:
            raise InputError(where, f"one of the networks {', '.join(known)}", f"'{name}'")
        group = file["final"] if name == "final" else file["folds"][name]
        kept = group["network"]
        rows = {key: kept[key][()] for key in ("subnetwork", "feature", "field", "centre", "sigma")}
        constants = {
            key: (
                kept[key][()],
                _text(kept[key].attrs["units"]),
                _text(kept[key].attrs["long_name"]),
            )
            for key in kept
            if key not in rows
        }
        classes = json.loads(_text(file["class_names"][()]))
        features = json.loads(_text(file["encoder/feature_names"][()]))
        core = _core.Network(
            config.get("learner", config.get("protocol")),
            config["encoder"],
            json.dumps(config["rule"]),
            json.dumps(config["settings"]),
            len(features),
            len(classes),
            group["weights"][()],
            rows,
            constants,
        )
        return cls(core, classes, features)

    @property
    def learner(self) -> str:
        return self._bound.learner

    @property
    def encoder(self) -> str:
        return self._bound.encoder

    @property
    def rule(self) -> Rule:
        return Rule(json.loads(self._bound.rule))

    @property
    def settings(self) -> dict[str, Any]:
        out: dict[str, Any] = json.loads(self._bound.settings)
        return out

    @property
    def n_features(self) -> int:
        return self._bound.n_features

    @property
    def weights(self) -> Array:
        """[row, class], sub-networks stacked; nobody writes to it."""
        return self._bound.weights

    @property
    def conductances_S(self) -> Array:
        """The weights as conductances of single devices."""
        range_S = self.rule.model_file["conductance"]
        low, high = range_S["G_min_S"], range_S["G_max_S"]
        out: Array = low + self.weights * (high - low)
        return out

    @property
    def rows(self) -> dict[str, NDArray[Any]]:
        """Of each row: subnetwork, feature, field, and the field's centre and sigma."""
        return self._bound.rows

    @property
    def constants(self) -> dict[str, NDArray[Any]]:
        return {name: value[0] for name, value in self._bound.constants.items()}

    @property
    def score_name(self) -> str:
        """What a score is: first_spike_ms (the lowest wins), spikes (the most)."""
        return self._bound.score_name

    def decide(
        self, X: ArrayLike, threads: int = 1
    ) -> tuple[NDArray[np.intc], Array, dict[str, float]]:
        """The class of each sample by its number, scores [sample, class], and what it took."""
        x = np.asarray(X, float)
        median = self.constants.get("median")
        if median is not None and x.ndim == 2 and x.shape[1] == median.size:
            x = np.where(np.isnan(x), median, x)
        if not np.isfinite(x).all():
            raise InputError("X", "finite numbers", "others")
        return self._bound.decide(x, threads)

    def __reduce__(self) -> tuple[Any, ...]:
        n = self._bound
        state = (n.learner, n.encoder, n.rule, n.settings, n.n_features, n.n_classes)
        arrays = (np.array(n.weights), n.rows, n.constants)
        return _network, (*state, *arrays, self.class_names, self.feature_names)

    def __repr__(self) -> str:
        rows, classes = self.weights.shape
        return f"Network({self.learner}, {self.encoder}: {rows} x {classes} weights)"


def _network(*state: Any) -> Network:
    return Network(_core.Network(*state[:-2]), *state[-2:])


@dataclasses.dataclass(frozen=True)
class Predictions:
    """What a network says of samples. A row is decided by itself."""

    y: NDArray[Any]  # [sample] class
    scores: Array  # [sample, class]
    score_name: str
    class_names: list[str]
    spent: dict[str, float]  # spikes, reads, time and energy of all of them

    def to_pandas(self) -> Any:
        """As a pandas DataFrame: class, and a column of scores per class."""
        import pandas

        columns = {f"{self.score_name}_{c}": s for c, s in zip(self.class_names, self.scores.T)}
        return pandas.DataFrame({"class": self.y, **columns})


@dataclasses.dataclass(frozen=True)
class Score:
    """Mean over folds or seeds, its spread, and the 95 % interval of the mean."""

    mean: float
    sd: float
    ci95: tuple[float, float]
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.4g} ± {self.sd:.2g}"


@dataclasses.dataclass(frozen=True)
class Fold:
    """One fold of a run. `training` and `test`: what they took, as Synapses.ledger."""

    partition: int
    fold: int
    test_index: NDArray[np.intc]
    y_true: NDArray[np.intc]
    y_pred: NDArray[np.intc]
    accuracy: float
    f1_macro: float
    confusion: NDArray[np.int64]  # [true, predicted]
    weights: Array  # [row, class]
    training: dict[str, float]
    test: dict[str, float]


class Run:
    """A classification run: `config` makes it again, on any number of threads."""

    def __init__(self, core: _core.Run) -> None:
        self._bound = core
        self.config: dict[str, Any] = json.loads(core.config)
        self.feature_names: list[str] = core.feature_names
        self.class_names: list[str] = core.class_names
        self.accuracy = Score(**core.accuracy)
        self.f1_macro = Score(**core.f1_macro)
        self.per_test_sample = _per(core.test, core.test_samples)
        self.per_training_sample = _per(core.training, core.training_samples)

    @property
    def folds(self) -> list[Fold]:
        return [Fold(**fold) for fold in self._bound.folds]

    @property
    def waterfall(self) -> dict[str, Score]:
        """Accuracy as devices become real piece by piece, if asked for."""
        return {step["name"]: Score(**step["score"]) for step in self._bound.variants["waterfall"]}

    @property
    def fit_draws(self) -> list[float]:
        """Accuracy with each parameter set drawn from the fit, if asked for."""
        draws: list[float] = self._bound.variants["fit_draws"]
        return draws

    def network(self, name: str = "") -> Network:
        """A trained network: "final" or "PARTITION_FOLD"; at first the final one if there is one."""
        return Network(self._bound.network(name), self.class_names, self.feature_names)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the result file that `memplast info`, `export`, `report` and `predict` read."""
        with _hdf5_lock():
            self._bound.save(os.fspath(path), "memplast.run in Python", _now())

    def __repr__(self) -> str:
        c = self.config
        return (
            f"Run({c['task']}, {c['rule']['model']}, {c['encoder']}, {c['protocol']}: "
            f"accuracy {self.accuracy} over {self.accuracy.n} folds)"
        )

    def _repr_html_(self) -> str:
        c = self.config
        rows = [
            [
                name,
                f"{100 * s.mean:.4g} ± {100 * s.sd:.2g} %",
                f"[{100 * s.ci95[0]:.4g}, {100 * s.ci95[1]:.4g}]",
            ]
            for name, s in (
                ("accuracy", self.accuracy),
                ("macro F1", self.f1_macro),
                *self.waterfall.items(),
            )
        ]
        title = f"{c['task']}, {c['rule']['model']}, {c['encoder']}, {c['protocol']}"
        return _table(title, ["", f"over {self.accuracy.n} folds", "95 % CI"], rows)


class ControlRun:
    """A run of a control task: `summary`, `returns`, and `seeds`, each with its returns and weights."""

    def __init__(self, core: _core.ControlRun) -> None:
        self._bound = core
        self.config: dict[str, Any] = json.loads(core.config)
        self.summary: dict[str, Any] = core.summary
        self.returns = Score(**self.summary["returns"])

    @property
    def seeds(self) -> list[dict[str, Any]]:
        return self._bound.seeds

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the result file."""
        with _hdf5_lock():
            self._bound.save(os.fspath(path), "memplast.run in Python", _now())

    def __repr__(self) -> str:
        c = self.config
        return f"ControlRun({c['task']}, {c['rule']['model']}: return {self.returns} over {self.returns.n} seeds)"


def _per(spent: Mapping[str, float], samples: int) -> dict[str, float]:
    return {key: value / samples for key, value in spent.items() if key != "samples"}


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _now() -> str:
    given = os.environ.get("SOURCE_DATE_EPOCH")  # reproducible-builds.org
    now = datetime.datetime.now(datetime.timezone.utc)
    if given:
        now = datetime.datetime.fromtimestamp(int(given), datetime.timezone.utc)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextlib.contextmanager
def _hdf5_lock() -> Iterator[None]:
    """h5py may have the same HDF5 library, which is for one thread at a time."""
    h5py = sys.modules.get("h5py")
    with h5py._objects.phil if h5py else contextlib.nullcontext():
        yield


def _table(title: str, header: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><caption>{html.escape(title)}</caption>{line(header, 'th')}{body}</table>"
