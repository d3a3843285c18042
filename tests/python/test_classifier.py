import inspect
import pickle

import memplast as mp
import numpy as np
import pytest

pytest.importorskip("sklearn")
from memplast import _core
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

X, y = load_iris(return_X_y=True)


@parametrize_with_checks(
    [mp.SpikingClassifier(), mp.SpikingClassifier(encoder="poisson", subnetworks=1, epochs=3)]
)
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


def test_the_network_is_that_of_a_run_bit_by_bit():
    run = mp.run("iris", final=True, partitions=1, folds=2, seed=5)
    # Iris has the settings of data of few features.
    clf = mp.SpikingClassifier(random_state=5).fit(*_iris_of_memplast())
    assert clf.network_.settings == run.config["settings"]
    assert (clf.weights_ == run.network("final").weights).all()
    assert (clf.conductances_S_ >= 1e-6).all()
    said = mp.predict(run, _iris_of_memplast()[0])
    assert (clf.predict(_iris_of_memplast()[0]) == said.y).all()


def _iris_of_memplast():
    """As the data set that ships has it: scikit-learn's differs in two samples."""
    import csv
    import pathlib

    path = pathlib.Path(__file__).resolve().parents[2] / "datasets" / "iris.csv"
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    rows = list(csv.reader(lines))[1:]
    return np.array([row[:4] for row in rows], float), np.array([row[4] for row in rows])


@pytest.mark.parametrize(
    ("learner", "encoder"),
    [(entry["name"], entry["code"]) for entry in _core.classifiers()],
)
def test_every_learner_learns_iris(learner, encoder):
    clf = mp.SpikingClassifier(learner=learner, encoder=encoder, rule="stdp")
    clf.fit(X[::2], y[::2])
    assert clf.score(X[1::2], y[1::2]) > 0.7
    scores = clf.decision_function(X)
    assert (scores.argmax(axis=1) == clf.predict(X)).all()


def test_strings_are_classes_and_two_have_one_score():
    names = np.array(["no", "yes"])[(y == 0).astype(int)]
    clf = mp.SpikingClassifier().fit(X, names)
    assert clf.classes_.tolist() == ["no", "yes"]
    assert clf.score(X, names) > 0.95
    scores = clf.decision_function(X)
    assert scores.shape == (150,)
    assert ((scores > 0) == (clf.predict(X) == "yes")).all()


def test_pickled_it_decides_the_same():
    clf = mp.SpikingClassifier(rule=mp.Rule("ppx").replace(variability={"levels": 64})).fit(X, y)
    again = pickle.loads(pickle.dumps(clf))
    assert (again.decision_function(X) == clf.decision_function(X)).all()
    assert pickle.dumps(again) == pickle.dumps(pickle.loads(pickle.dumps(again)))
    assert clone(clf).rule == clf.rule


def test_threads_and_order_change_nothing():
    for encoder in ("temporal", "poisson"):
        one = mp.SpikingClassifier(encoder=encoder, epochs=2, n_jobs=1).fit(X, y)
        four = mp.SpikingClassifier(encoder=encoder, epochs=2, n_jobs=4).fit(X, y)
        scores = one.decision_function(X)
        assert (four.decision_function(X) == scores).all()
        order = np.random.default_rng(0).permutation(150)
        assert (one.decision_function(X[order]) == scores[order]).all()


def test_searched_in_a_pipeline():
    search = GridSearchCV(
        make_pipeline(StandardScaler(), mp.SpikingClassifier(epochs=5)),
        {"spikingclassifier__n_fields": np.array([5, 8])},
        cv=3,
    ).fit(X, y)
    assert search.best_score_ > 0.9
    assert cross_val_score(mp.SpikingClassifier(epochs=5), X, y, n_jobs=2).mean() > 0.9


def test_frames_give_names_of_features():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["a", "b", "c", "d"])
    clf = mp.SpikingClassifier(epochs=5).fit(frame, y)
    assert clf.feature_names_in_.tolist() == ["a", "b", "c", "d"]
    said = mp.predict(clf.network_, frame[["d", "c", "b", "a"]])
    assert said.y.tolist() == [str(c) for c in clf.predict(frame)]


def test_its_parameters_are_those_of_the_tables():
    keys = {row["key"] for entry in _core.classifiers() for row in entry["settings"]}
    parameters = inspect.signature(mp.SpikingClassifier).parameters
    assert set(parameters) == keys | {"learner", "encoder", "rule", "random_state", "n_jobs"}
    assert set(mp.SpikingClassifier().get_params()) == set(parameters)
    for key in keys:
        assert f"    {key} : " in mp.SpikingClassifier.__doc__
    with pytest.raises(TypeError, match="tau"):
        mp.SpikingClassifier(tau=1)


@pytest.mark.parametrize(
    ("parameters", "where"),
    [
        ({"epochs": -1}, "settings/epochs"),
        ({"rate_high_Hz": 100.0}, "settings"),  # of the poisson code alone
        ({"learner": "none"}, "learner"),
        ({"encoder": "none"}, "encoder"),
        ({"rule": "none"}, "rule"),
    ],
)
def test_bad_parameters_say_where(parameters, where):
    with pytest.raises(mp.InputError) as caught:
        mp.SpikingClassifier(**parameters).fit(X, y)
    assert where in caught.value.where


def test_random_states():
    with pytest.raises(mp.InputError, match="seed"):
        mp.SpikingClassifier(random_state=-1).fit(X, y)
    a, b = (
        mp.SpikingClassifier(random_state=np.random.RandomState(7), epochs=1).fit(X, y)
        for _ in "ab"
    )
    assert (a.weights_ == b.weights_).all()
    c = mp.SpikingClassifier(random_state=8, epochs=1).fit(X, y)
    assert (a.weights_.shape != c.weights_.shape) or (a.weights_ != c.weights_).any()
