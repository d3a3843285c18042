import json
import signal
import subprocess
import sys
import threading
import time

import memplast as mp
import numpy as np
import pytest

SMALL = {"folds": 2, "partitions": 1, "settings": {"epochs": 2, "subnetworks": 1}}


def same(a, b):
    return all(
        (x.weights == y.weights).all() and (x.y_pred == y.y_pred).all()
        for x, y in zip(a.folds, b.folds)
    )


def test_a_run_is_that_of_the_program_bit_by_bit(program, tmp_path):
    ours, theirs = tmp_path / "python.h5", tmp_path / "program.h5"
    mp.run("iris", partitions=2, final=True, seed=3).save(ours)
    program("run", "iris", "--partitions", 2, "--final", "--seed", 3, "--quiet", "-o", theirs)
    assert program("info", "--digest", ours) == program("info", "--digest", theirs)


def test_data_of_ones_own_run_as_in_the_program(program, datasets, tmp_path):
    out = tmp_path / "program.h5"
    words = [
        "--data",
        datasets / "breast_cancer.csv",
        "--partitions",
        1,
        "--folds",
        2,
        "--epochs",
        1,
    ]
    told = json.loads(program("run", "classify", *words, "--quiet", "--json", "-o", out))
    run = mp.run(data=datasets / "breast_cancer.csv", partitions=1, folds=2, settings={"epochs": 1})
    assert run.accuracy.mean == told["summary"]["accuracy"]["mean"]
    assert run.config["settings"] == told["config"]["settings"]


def test_the_configuration_makes_the_run_again_on_any_threads():
    run = mp.run("iris", **SMALL, threads=1)
    again = mp.run(run.config, threads=4)
    assert again.config == run.config and same(again, run)
    assert not same(mp.run(run.config, seed=2), run)


def test_a_configuration_in_a_file(tmp_path):
    run = mp.run("iris", **SMALL)
    (tmp_path / "run.json").write_text(json.dumps(run.config))
    assert same(mp.run(tmp_path / "run.json"), run)


def test_a_frame_runs_as_its_file_does(datasets):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(datasets / "iris.csv")
    of_frame, of_file = mp.run(data=frame, **SMALL), mp.run(data=datasets / "iris.csv", **SMALL)
    assert same(of_frame, of_file)
    assert of_frame.class_names == ["setosa", "versicolor", "virginica"]
    with pytest.raises(mp.InputError, match="SHA-256"):
        mp.run({**of_file.config, "data_sha256": "0" * 64})


def test_what_a_run_says():
    run = mp.run(
        "iris", rule=mp.Rule("nc").replace(variability={"levels": 8}), waterfall=True, **SMALL
    )
    assert list(run.waterfall) == ["ideal", "levels"]
    fold = run.folds[0]
    assert fold.confusion.sum() == fold.y_true.size == 75
    assert fold.accuracy == np.mean(fold.y_true == fold.y_pred) == np.trace(fold.confusion) / 75
    assert run.accuracy.n == 2
    assert run.per_test_sample["read_energy_J"] > 0
    assert "iris" in repr(run) and "accuracy" in run._repr_html_()
    with pytest.raises(ValueError):
        fold.weights[0, 0] = 0.0


def test_control_tasks_run():
    run = mp.run("cartpole", seeds=2, settings={"evaluation_episodes": 3})
    assert run.returns.n == 2
    assert [seed["seed"] for seed in run.seeds] == [1, 2]
    assert run.returns.mean == np.mean([seed["evaluation"].mean() for seed in run.seeds])


def test_progress_is_told_on_the_callers_thread():
    told = []
    mp.run(
        "iris",
        **SMALL,
        progress=lambda done, total: told.append((done, total, threading.get_ident())),
    )
    assert told[-1][:2] == (2, 2)
    assert [t[0] for t in told] == sorted(t[0] for t in told)
    assert {t[2] for t in told} == {threading.get_ident()}
    with pytest.raises(ZeroDivisionError):
        mp.run("digits", progress=lambda done, total: 1 / 0)


def test_predictions_are_those_of_the_program(program, datasets, tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("h5py")
    run = mp.run("iris", **SMALL, final=True)
    run.save(tmp_path / "iris.h5")
    program("predict", tmp_path / "iris.h5", datasets / "iris.csv", "-o", tmp_path / "said.csv")
    theirs = pandas.read_csv(tmp_path / "said.csv", float_precision="round_trip")
    ours = mp.predict(tmp_path / "iris.h5", datasets / "iris.csv").to_pandas()
    for column in ours:
        assert (ours[column] == theirs[column]).all(), column
    assert (
        theirs["input_spikes"].sum() == mp.predict(run, datasets / "iris.csv").spent["input_spikes"]
    )


@pytest.mark.parametrize("encoder", ["temporal", "poisson"])
def test_a_saved_network_predicts_as_the_one_at_hand(encoder, datasets, tmp_path):
    pytest.importorskip("h5py")
    run = mp.run("iris", encoder=encoder, folds=2, partitions=1, settings={"epochs": 2})
    run.save(tmp_path / "iris.h5")
    for name in ("0_0", "0_1"):
        saved = mp.predict(tmp_path / "iris.h5", datasets / "iris.csv", name)
        at_hand = mp.predict(run, datasets / "iris.csv", name)
        assert (saved.scores == at_hand.scores).all() and (saved.y == at_hand.y).all()
    fold = run.folds[1]
    assert saved.y[fold.test_index].tolist() == [run.class_names[c] for c in fold.y_pred]
    alone = mp.predict(
        run, mp.Network.load(tmp_path / "iris.h5") and np.array([[5.1, 3.5, 1.4, 0.2]])
    )
    assert alone.y.tolist() == ["setosa"]


def test_missing_values_become_the_medians(datasets):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(datasets / "iris.csv")
    frame.iloc[::7, 0] = np.nan
    with pytest.raises(mp.InputError, match="nothing"):
        mp.run(data=frame, **SMALL)
    run = mp.run(data=frame, impute=True, **SMALL)
    said = mp.predict(run, frame)
    assert (said.y == frame["class"]).mean() > 0.8
    with pytest.raises(mp.InputError, match="finite"):
        mp.predict(mp.run("iris", **SMALL), [[np.nan, 1, 1, 1]])


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        ({}, "task"),
        ({"task": "irish"}, "config/task"),
        ({"task": "nowhere.json"}, "nowhere.json"),
        ({"task": "iris", "folds": 1}, "config/folds"),
        ({"task": "iris", "fold": 2}, "config"),
        ({"task": "iris", "learner": "none"}, "config/learner"),
        ({"task": "iris", "encoder": "none"}, "config/encoder"),
        ({"task": "iris", "settings": {"epoch": 3}}, "config/settings"),
        ({"task": "iris", "settings": {"epochs": -3}}, "config/settings/epochs"),
        ({"task": "iris", "waterfall": True}, ""),
        ({"data": "nowhere.csv"}, "nowhere.csv"),
    ],
)
def test_bad_input_says_where(arguments, where):
    with pytest.raises(mp.InputError) as caught:
        mp.run(**arguments)
    assert where in caught.value.where


def test_a_file_that_is_none_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    (tmp_path / "text.h5").write_text("no")
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = 1
    for name in ("text.h5", "other.h5", "none.h5"):
        with pytest.raises(mp.InputError, match=name):
            mp.predict(tmp_path / name, [[1.0]])
    with pytest.raises(OSError, match="no folder"):
        mp.run("iris", **SMALL).save(tmp_path / "no" / "folder.h5")


def test_two_threads_at_once_give_what_they_give_alone(datasets):
    configs = [mp.run("iris", **SMALL, seed=seed).config for seed in (1, 2)]
    alone = [mp.run(config, threads=1) for config in configs]
    fit_alone = mp.fit(datasets / "nc_window.csv", "nc").params
    found = {}

    def work(k):
        found[k] = [mp.run(configs[k], threads=2) for _ in range(5)]
        found[k, "fit"] = mp.fit(datasets / "nc_window.csv", "nc").params

    threads = [threading.Thread(target=work, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for k in (0, 1):
        assert all(same(run, alone[k]) for run in found[k])
        assert found[k, "fit"] == fit_alone


def test_other_threads_go_on_meanwhile():
    ticks, over = [], threading.Event()

    def tick():
        while not over.wait(0.001):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    start = time.monotonic()
    mp.run("digits", folds=2, partitions=1, settings={"epochs": 3}, threads=1)
    end = time.monotonic()
    over.set()
    thread.join()
    inside = [t for t in ticks if start < t < end]
    assert len(inside) > 20 * (end - start)


INTERRUPTED = """
import os, signal, threading, time
import memplast as mp
def interrupt():
    time.sleep(0.5)
    interrupt.at = time.monotonic()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    WORK
except KeyboardInterrupt:
    print("late", time.monotonic() - interrupt.at)
print("accuracy", mp.run("iris", folds=2, partitions=1).accuracy.mean)
"""


@pytest.mark.parametrize(
    "work",
    [
        'mp.run("digits", partitions=1000)',
        'mp.run("digits", partitions=1000, threads=1)',
        "mp.SpikingClassifier(epochs=100, margin_ms=1000.0).fit([[0.0], [1.0]] * 4000, [0, 1] * 4000)",
    ],
)
def test_an_interrupt_is_obeyed_and_leaves_all_usable(work):
    if "Classifier" in work:
        pytest.importorskip("sklearn")
    script = INTERRUPTED.replace("WORK", work)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120
    )
    lines = dict(line.split() for line in done.stdout.splitlines())
    assert "late" in lines, done.stderr
    assert float(lines["late"]) < 0.2
    assert float(lines["accuracy"]) > 0.9


NO_CHILD = """
import os, resource, sys
import memplast as mp
mp.fit(sys.argv[1], "nc")
run = mp.run("iris", folds=2, partitions=1, settings={"epochs": 1})
run.save(sys.argv[2])
try:
    import h5py
    mp.predict(sys.argv[2], sys.argv[3])
except ImportError:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("none")
"""


def test_no_process_is_forked(datasets, tmp_path):
    words = [datasets / "nc_window.csv", tmp_path / "out.h5", datasets / "iris.csv"]
    done = subprocess.run(
        [sys.executable, "-c", NO_CHILD, *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["0", "none"]


def test_an_interrupt_of_a_fit(datasets):
    # A hundred fits of five rules: about a minute if nobody stops it.
    work = f"[mp.fit({str(datasets / 'ppx_window.csv')!r}) for _ in range(100)]"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", INTERRUPTED.replace("WORK", work)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert float(dict(line.split() for line in done.stdout.splitlines())["late"]) < 0.2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
