"""make_stubs.py FOLDER: writes estimators.pyi beside the built _core, whose tables it reads."""

import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
sys.path.insert(0, str(folder))
import _core  # noqa: E402
import _settings  # noqa: E402

settings = {
    s.key: " | ".join([*_settings.types_of(s), "None"])
    for s in _settings.settings_of(_core.classifiers())
}
fields = "\n".join(f"    {key}: {kind}" for key, kind in settings.items())
parameters = "\n".join(f"        {key}: {kind} = None," for key, kind in settings.items())
(folder / "estimators.pyi").write_text(f"""\
# Made by make_stubs.py from the tables of the learners.
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from .devices import RuleLike
from .results import Network

class SpikingClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    learner: str
    encoder: str
    rule: RuleLike
    random_state: Any
    n_jobs: int | None
{fields}
    classes_: NDArray[Any]
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    network_: Network
    def __init__(
        self,
        *,
        learner: str = "teacher_timed",
        encoder: str = "temporal",
        rule: RuleLike = "nc",
        random_state: Any = 1,
        n_jobs: int | None = None,
{parameters}
    ) -> None: ...
    def fit(self, X: ArrayLike, y: ArrayLike) -> SpikingClassifier: ...
    def predict(self, X: ArrayLike) -> NDArray[Any]: ...
    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]: ...
    @property
    def weights_(self) -> NDArray[np.float64]: ...
    @property
    def conductances_S_(self) -> NDArray[np.float64]: ...
""")
