#!/usr/bin/env python3
"""Classic classifiers on the very folds of a result file, for a paired comparison.

    bench/baselines.py results.h5 [--data mine.csv --label-column class]

Logistic regression, linear discriminant analysis, support vectors (RBF) and nearest neighbours of
scikit-learn, at its defaults on standardised features, with one setting chosen by inner 4-fold
cross-validation on the training fold where there is one to choose. Writes to the result file

    /baselines/<name>/accuracy           float64 [fold], in the order of /cost
    /baselines/<name>/difference_mean    ours minus theirs
    /baselines/<name>/difference_ci95    float64 [2], corrected resampled t (Nadeau and Bengio 2003)

and prints a table. `memplast info --digest` leaves /baselines out.
Needs python3-sklearn and python3-h5py.
"""
import argparse
import csv
import json
import os
import shutil
from pathlib import Path

import h5py
import numpy as np
from scipy import stats
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def classifiers():
    def chosen(model, **grid):
        return GridSearchCV(make_pipeline(StandardScaler(), model), grid, cv=4)

    return {
        "logistic_regression": chosen(
            LogisticRegression(max_iter=5000), logisticregression__C=[0.1, 1, 10, 100]
        ),
        "lda": make_pipeline(StandardScaler(), LinearDiscriminantAnalysis()),
        "svm_rbf": chosen(SVC(), svc__C=[0.3, 1, 3, 10, 30]),
        "knn": chosen(KNeighborsClassifier(), kneighborsclassifier__n_neighbors=[1, 3, 5, 9, 15]),
    }


def load(path, label_column):
    """Features and labels of a CSV, '#' lines left out."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        lines = [line for line in file if line.strip() and not line.startswith("#")]
    separator = next((c for c in "\t;" if c in lines[0]), ",")
    rows = list(csv.reader(lines, delimiter=separator))
    label = rows[0].index(label_column)
    x = np.array([[float(v) for i, v in enumerate(row) if i != label] for row in rows[1:]])
    return x, np.array([row[label] for row in rows[1:]])


def interval(difference, test_over_train):
    n = len(difference)
    mean = difference.mean()
    if n < 2:
        return mean, [np.nan, np.nan]
    half = stats.t.ppf(0.975, n - 1) * np.sqrt((1 / n + test_over_train) * difference.var(ddof=1))
    return mean, [mean - half, mean + half]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("--data", type=Path, help="the data set of a run of `classify`")
    parser.add_argument("--label-column", default="class")
    args = parser.parse_args()

    with h5py.File(args.results, "r") as file:
        config = json.loads(file.attrs["config_json"])
        names = sorted(file["folds"], key=lambda name: [int(k) for k in name.split("_")])
        tests = [file[f"folds/{name}/test_index"][:] for name in names]
        ours = np.array([file[f"folds/{name}/accuracy"][()] for name in names])
    shipped = Path(__file__).parent.parent / "datasets" / f"{config['task']}.csv"
    x, y = load(args.data or shipped, args.label_column)

    rows = {}
    for name, model in classifiers().items():
        accuracy = []
        for test in tests:
            train = np.setdiff1d(np.arange(len(y)), test)
            accuracy.append(np.mean(model.fit(x[train], y[train]).predict(x[test]) == y[test]))
        accuracy = np.array(accuracy)
        mean, ci95 = interval(ours - accuracy, 1 / (config["folds"] - 1))
        rows[name] = accuracy, mean, ci95
        print(
            f"{name:20s} {100 * accuracy.mean():.2f} +- {100 * accuracy.std(ddof=1):.2f} %   "
            f"ours - theirs {100 * mean:+.2f} [{100 * ci95[0]:+.2f}, {100 * ci95[1]:+.2f}] points"
        )
    print(f"{'memplast':20s} {100 * ours.mean():.2f} +- {100 * ours.std(ddof=1):.2f} %")

    temporary = args.results.with_name(args.results.name + ".baselines")
    shutil.copyfile(args.results, temporary)
    with h5py.File(temporary, "r+") as file:
        if "baselines" in file:
            del file["baselines"]
        for name, (accuracy, mean, ci95) in rows.items():
            group = file.create_group(f"baselines/{name}")
            for key, value in (
                ("accuracy", accuracy),
                ("difference_mean", mean),
                ("difference_ci95", ci95),
            ):
                group.create_dataset(key, data=value).attrs["units"] = "1"
    os.replace(temporary, args.results)


if __name__ == "__main__":
    main()
