"""memplast: what you measured on a memristor, as what a spiking network built of it can learn.

    import memplast as mp

    fit = mp.fit("nc_window.csv")                # a measurement becomes a rule
    fit.params["tau_plus_ms"].value, fit.params["tau_plus_ms"].ci95
    run = mp.run("iris", rule=fit.rule)          # a network learns with it
    run.accuracy.mean
    mp.SpikingClassifier(rule=fit.rule)          # the same as a scikit-learn estimator

What takes long lets other threads of Python go on, and stops on Ctrl-C.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._core import __version__ as __version__
from ._errors import InputError as InputError
from ._errors import MemplastWarning as MemplastWarning

if TYPE_CHECKING:
    from .devices import Rule as Rule
    from .devices import Synapses as Synapses
    from .devices import shipped_rules as shipped_rules
    from .estimators import SpikingClassifier as SpikingClassifier
    from .results import ControlRun as ControlRun
    from .results import Fit as Fit
    from .results import Network as Network
    from .results import Predictions as Predictions
    from .results import Run as Run
    from .toolkit import encode as encode
    from .toolkit import fit as fit
    from .toolkit import predict as predict
    from .toolkit import replay as replay
    from .toolkit import run as run

# Where each name is from; imported when it is first asked for, since numpy and scikit-learn take
# longer than everything of ours.
_homes = {
    "devices": ["Rule", "Synapses", "shipped_rules"],
    "estimators": ["SpikingClassifier"],
    "results": ["ControlRun", "Fit", "Network", "Predictions", "Run"],
    "toolkit": ["encode", "fit", "predict", "replay", "run"],
}
_home_of = {name: home for home, names in _homes.items() for name in names}

__all__ = ["InputError", "MemplastWarning", "__version__", *_home_of]


def __getattr__(name: str) -> Any:
    if name not in _home_of:
        raise AttributeError(f"module 'memplast' has no attribute '{name}'")
    value = getattr(import_module(f".{_home_of[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
