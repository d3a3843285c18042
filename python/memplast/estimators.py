"""memplast's learners as a scikit-learn estimator."""

from __future__ import annotations

import inspect
import json
import numbers

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from . import _core
from ._settings import settings_of, types_of
from .devices import Rule
from .devices import _seed as _checked_seed
from .results import Network
from .toolkit import _plain

try:
    from sklearn.utils.validation import validate_data
except ImportError:  # before scikit-learn 1.6

    def validate_data(estimator, X, y=None, *, reset=True):
        if reset:
            return estimator._validate_data(X, y)
        return estimator._validate_data(X, reset=False)


_own = {
    "learner": "teacher_timed",
    "encoder": "temporal",
    "rule": "nc",
    "random_state": 1,
    "n_jobs": None,
}
_settings = settings_of(_core.classifiers())
_defaults = {**_own, **{setting.key: None for setting in _settings}}


class SpikingClassifier(ClassifierMixin, BaseEstimator):
    # __doc__ and the signature of __init__ are made below, from the tables of the learners.

    def __init__(self, **parameters):
        unknown = [key for key in parameters if key not in _defaults]
        if unknown:
            raise TypeError(f"SpikingClassifier has no parameter '{unknown[0]}'")
        for key, default in _defaults.items():
            setattr(self, key, parameters.get(key, default))

    __init__.__signature__ = inspect.Signature(
        [
            inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
            *(
                inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default)
                for key, default in _defaults.items()
            ),
        ]
    )

    def fit(self, X, y):
        """Trains one network on samples X [sample, feature] and their classes y."""
        X, y = validate_data(self, X, y)
        check_classification_targets(y)
        self.classes_, index = np.unique(y, return_inverse=True)
        if self.classes_.size < 2:
            raise ValueError(
                f"SpikingClassifier needs samples of two classes, got one class: {self.classes_[0]}"
            )
        given = {s.key: _plain(getattr(self, s.key)) for s in _settings}
        settings = {key: value for key, value in given.items() if value is not None}
        core = _core.train(
            Rule(self.rule)._bound,
            self.learner,
            self.encoder,
            json.dumps(settings),
            np.asarray(X, float),
            index.astype(np.intc),
            self.classes_.size,
            _seed(self.random_state),
        )
        names = getattr(self, "feature_names_in_", None)
        classes = [str(name) for name in self.classes_]
        self.network_ = Network(core, classes, None if names is None else list(names))
        return self

    def predict(self, X):
        """The class of each sample. It depends on no other sample."""
        y, _ = self._decide(X)
        return self.classes_[y]

    def decision_function(self, X):
        """How much speaks for each class, [sample, class], or for the second of two, [sample].

        The scores of the network, first spikes with their sign turned so that the highest wins. A
        decision that they leave open, or that a learner makes by other numbers, counts as won by the
        least there is. They are no probabilities; CalibratedClassifierCV makes some of them.
        """
        y, scores = self._decide(X)
        if self.network_.score_name.endswith("_ms"):
            scores = -scores
        silent = np.finfo(float).min / 4  # never fired; differences stay finite
        scores = np.maximum(scores, silent)
        if self.classes_.size == 2:
            margin = scores[:, 1] - scores[:, 0]
            open_ = (margin > 0) != (y == 1)
            margin[open_] = np.where(y[open_] == 1, np.nextafter(0, 1), 0.0)
            return margin
        rows = np.arange(y.size)
        open_ = scores.argmax(axis=1) != y
        scores[rows[open_], y[open_]] = np.nextafter(scores[open_].max(axis=1), np.inf)
        return scores

    @property
    def weights_(self):
        """[row, class], rows as network_.rows says."""
        return self.network_.weights

    @property
    def conductances_S_(self):
        """What to program: the weights as conductances."""
        return self.network_.conductances_S

    def _decide(self, X):
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        y, scores, _ = self.network_.decide(np.asarray(X, float), effective_n_jobs(self.n_jobs))
        return y, scores


def _seed(random_state):
    if isinstance(random_state, numbers.Integral):
        return _checked_seed(random_state)
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


def _doc():
    lines = [
        """A spiking network whose synapses follow a memristor's rule, as a classifier.

    Parameters
    ----------
    learner : str, default='teacher_timed'
        How it learns: one of LEARNERS.
    encoder : str, default='temporal'
        How samples become spikes.
    rule : Rule, or what makes one, default='nc'
        The devices: name of a shipped rule, model file, or Fit.rule.
    random_state : int, RandomState instance or None, default=1
        An int is the seed of memplast itself: the same bits as `memplast run --final --seed`.
    n_jobs : int, default=None
        Threads of predict and decision_function; one fit is one thread.""".replace(
            "LEARNERS", ", ".join(dict.fromkeys(e["name"] for e in _core.classifiers()))
        )
    ]
    for s in _settings:
        lines.append(f"    {s.key} : {' or '.join(types_of(s))}, default=None")
        for meaning, learners in s.meanings.items():
            lines.append(f"        {meaning}; of {', '.join(learners)}.")
    lines.append("""
    A setting that is None is as the learner has it for data of so many features.

    Attributes
    ----------
    classes_ : the classes, ascending.
    n_features_in_, feature_names_in_ : of the training samples.
    network_ : Network, the trained network.
    weights_, conductances_S_ : [row, class].
    """)
    return "\n".join(lines)


SpikingClassifier.__doc__ = _doc()
