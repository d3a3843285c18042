"""Rules, and synapses made of devices that follow them."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._errors import InputError, MemplastWarning

if np.lib.NumpyVersion(np.__version__) >= "2.0.0" and not _core.takes_numpy_2:
    raise ImportError(
        f"memplast was built with a pybind11 before 2.12, which misreads the arrays of NumPy "
        f"{np.__version__}: use NumPy 1, or `pip install .`"
    )

Array = NDArray[np.float64]
RuleLike = Union[str, "os.PathLike[str]", Mapping[str, Any], "Rule"]


def shipped_rules() -> list[str]:
    """The names of the rules that have shipped constants."""
    return _core.shipped_rules()


class Rule:
    """A plasticity rule and its device: what `fit` makes and a network learns with.

    rule : name of a shipped rule, path of a model file, or its content as a dict.

    `rule(dt_ms, w)` is the change of a weight w in [0, 1] by a pair of spikes
    dt_ms = t_post - t_pre apart; both may be arrays, which are broadcast.
    """

    def __init__(self, rule: RuleLike) -> None:
        if isinstance(rule, Rule):
            text = rule._bound.model_file
        elif isinstance(rule, Mapping):
            text = json.dumps(rule)
        else:
            text = os.fspath(rule)
        self._bound: _core.Rule = _core.Rule(text)

    @classmethod
    def load(cls, rule: RuleLike) -> Rule:
        """The same as Rule(rule)."""
        return cls(rule)

    @classmethod
    def from_callable(
        cls,
        dw: Callable[[Array, Array], ArrayLike],
        dt_ms: ArrayLike,
        w: ArrayLike = (0.0, 0.25, 0.5, 0.75, 1.0),
        **model_file: Any,
    ) -> Rule:
        """The rule `table` with the values of dw(dt_ms, w) at the points of a grid, linear between.

        `dw` takes and gives arrays. Beyond the lags there is no change. `model_file`: further keys of
        a model file, as `conductance`.
        """
        lags, states = np.asarray(dt_ms, float).ravel(), np.asarray(w, float).ravel()
        grid = np.meshgrid(lags, states)
        values = np.broadcast_to(np.asarray(dw(grid[0], grid[1]), float), grid[0].shape)
        if not np.isfinite(values).all():
            raise InputError("dw", "finite changes of w at every dt_ms and w", "others")
        params = {"dt_ms": lags.tolist(), "w": states.tolist(), "dw": values.tolist()}
        source = f"values of the function {getattr(dw, '__name__', 'dw')}"
        file = {"memplast_model": 1, "model": "table", "params": params, "source": source}
        return cls({**file, **model_file})

    @classmethod
    def from_device(
        cls,
        device: str | os.PathLike[str] | Mapping[str, Any],
        pre_pulse: str = "bitriangular:1V,20ms",
        post_pulse: str = "",
        *,
        w: ArrayLike = (0.1, 0.3, 0.5, 0.7, 0.9),
        dt_max_ms: float | None = None,
        dt_step_ms: float | None = None,
        rule: str = "auto",
    ) -> Rule:
        """The rule of a state model under pulses: its equation is integrated at each lag.

        device : name of a state model, path of its model file (a fit of a sweep), or its content.
        pre_pulse, post_pulse : what a spike puts on its terminal, SHAPE:1V,20ms[,TAIL], the shape
            rectangular, triangular, biphasic, bitriangular or exponential; post as pre if empty.
        w : states before a pair.
        dt_max_ms, dt_step_ms : the grid of lags; as far as the pulses meet, in fifty steps.
        rule : what to make of the window: a name, table, or auto (the best formula; the table if none
            follows).
        """
        content = json.dumps(device) if isinstance(device, Mapping) else os.fspath(device)
        states = [float(x) for x in np.asarray(w, float).ravel()]
        made = _core.device_rule(
            content, pre_pulse, post_pulse, states, dt_max_ms, dt_step_ms, rule
        )
        for text in made["warnings"]:
            warnings.warn(text, MemplastWarning, stacklevel=2)
        return cls(json.loads(made["model_file"]))

    def __call__(self, dt_ms: ArrayLike, w: ArrayLike = 0.5) -> Any:
        dt, state = np.broadcast_arrays(np.asarray(dt_ms, float), np.asarray(w, float))
        out = self._bound.changes(dt.ravel(), state.ravel()).reshape(dt.shape)
        return out if out.ndim else float(out)

    @property
    def name(self) -> str:
        return self._bound.name

    @property
    def model_file(self) -> dict[str, Any]:
        """What a model file holds: `model`, `params`, `conductance`, `pairing`, `variability` ..."""
        out: dict[str, Any] = json.loads(self._bound.model_file)
        return out

    @property
    def params(self) -> dict[str, Any]:
        params: dict[str, Any] = self.model_file["params"]
        return params

    def replace(self, **changes: Any) -> Rule:
        """The rule with other parameters or another device.

        A keyword is a parameter by its key (tau_plus_ms=20), or a part of the model file: a dict for
        `conductance` or `variability` sets what it has (variability={"levels": 32}), a name `pairing`.
        """
        file = self.model_file
        for key, value in changes.items():
            if key in ("conductance", "variability"):
                file[key] = {**file.get(key, {}), **value}
            elif key in ("pairing", "source"):
                file[key] = value
            elif key in file["params"]:
                file["params"][key] = value
            else:
                known = [*file["params"], "conductance", "variability", "pairing", "source"]
                raise InputError("rule", f"one of {', '.join(known)}", f"'{key}'")
        return Rule(file)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model file; it appears whole or not at all."""
        _write_text(path, json.dumps(self.model_file, indent=2) + "\n")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rule) and self.model_file == other.model_file

    def __hash__(self) -> int:
        return hash(self._bound.model_file)

    def __reduce__(self) -> tuple[type[Rule], tuple[dict[str, Any]]]:
        return Rule, (self.model_file,)

    def __repr__(self) -> str:
        return f"Rule({self.name}: {self.model_file.get('source', '')})"


class Synapses:
    """A block of devices [pre, post] for learning loops of one's own: nothing else changes a weight.

    A weight is asked to change in one of three ways, and the devices decide what happens:
    `pair` (spikes pair, the rule says how much), `step` (you say how much) and `program` (you say
    where to: pulse, read, again). `read` is what the devices give. Pulses, reads and their energy
    are counted in `ledger`.

    rule : a Rule, or what makes one.
    start : weights [pre, post] to start with.
    mapping : how devices carry a weight: single, differential, unidirectional or offset.
    w_max : weights are in [0, w_max] on single devices, else in [-w_max, w_max].
    programming : how a step is made: ideal, scaled, timing, pulses or verified.
    accumulate : small steps wait, as numbers, until one pulse is due.
    w_work, pulse_w : the state in which steps are what they are said to be, and the step of one pulse
        there (0: as strong as the rule makes it).

    Everything is a function of `seed` and of the order of calls. For one thread at a time.
    """

    def __init__(
        self,
        rule: RuleLike,
        start: ArrayLike,
        *,
        seed: int = 1,
        mapping: str = "single",
        w_max: float = 1.0,
        programming: str = "ideal",
        accumulate: bool = False,
        w_work: float = 0.5,
        pulse_w: float = 0.0,
    ) -> None:
        self._bound = _core.Synapses(
            Rule(rule)._bound,
            np.asarray(start, float),
            _seed(seed),
            mapping,
            w_max,
            programming,
            accumulate,
            w_work,
            pulse_w,
        )

    @property
    def shape(self) -> tuple[int, int]:
        return self._bound.shape

    @property
    def ledger(self) -> dict[str, float]:
        """What was read and written up to now, and the energy of it [J]."""
        return self._bound.ledger

    def pair(
        self,
        post: int,
        t_post_ms: float,
        pre: ArrayLike,
        t_pre_ms: ArrayLike,
        *,
        times: int = 1,
        factor: float = 1.0,
    ) -> None:
        """Neuron `post` fires `times` times at t_post_ms against one spike of each of `pre`, no neuron
        twice. `factor` multiplies the changes: a third factor. Single devices only."""
        self._bound.pair(
            post, t_post_ms, _indices(pre), np.asarray(t_pre_ms, float).ravel(), times, factor
        )

    def step(self, dW: ArrayLike, *, post: int | None = None, pre: ArrayLike | None = None) -> None:
        """Changes all weights by dW [pre, post], or those of `pre` to `post` by dW [pre]."""
        if post is None and pre is None:
            self._bound.step(np.asarray(dW, float))
        elif post is None or pre is None:
            raise InputError("step", "both post and pre, or neither", "one of them")
        else:
            self._bound.step_some(post, _indices(pre), np.asarray(dW, float).ravel())

    def program(self, target: ArrayLike) -> None:
        """Brings all weights to `target` [pre, post], by pulses and reads if programming is verified."""
        self._bound.program(np.asarray(target, float))

    def read(self, pre: ArrayLike | None = None) -> Array:
        """Reads the devices of some rows, or of all; the weights [pre, post] as last read."""
        return self._bound.read(None if pre is None else _indices(pre))

    def transmitted(self) -> Array:
        """What the devices transmit, read noise apart; nothing is counted."""
        return self._bound.transmitted()

    def conductance_S(self) -> Array:
        """The conductances; of pairs, those of the plus devices."""
        return self._bound.conductance_S()

    def conductance_minus_S(self) -> Array | None:
        """Those of the minus devices; None if there are none."""
        return self._bound.conductance_minus_S()

    def age(self) -> None:
        """Lets the time between training and test pass (`drift_time_s` of the rule's variability)."""
        self._bound.age()


def _seed(seed: int) -> int:
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise InputError("seed", "a whole number in [0, 2^64)", repr(seed))
    return int(seed)


def _indices(pre: ArrayLike) -> NDArray[np.intc]:
    given = np.asarray(pre).ravel()
    if given.size and given.dtype.kind not in "iu":
        raise InputError("pre", "whole numbers", f"an array of {given.dtype}")
    return given.astype(np.intc)


def _write_text(path: str | os.PathLike[str], text: str) -> None:
    temporary = f"{os.fspath(path)}.{os.getpid()}.tmp"
    try:
        with open(temporary, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise
