"""The settings of all classifiers, as one flat list: what SpikingClassifier has for parameters."""

from __future__ import annotations

from typing import Any, NamedTuple


class Setting(NamedTuple):
    key: str
    kind: str
    unit: str
    meaning: str
    limits: str
    learners: list[str]  # "teacher_timed (temporal)"


def settings_of(classifiers: list[dict[str, Any]]) -> list[Setting]:
    """Those of _core.classifiers(), each key once, in order of first appearance."""
    found: dict[str, Setting] = {}
    for entry in classifiers:
        for row in entry["settings"]:
            limits = (
                f"one of {', '.join(row['choices'])}"
                if row["choices"]
                else (
                    f"{row['lower']:g} to {row['upper']:g}"
                    if row["kind"] in ("real", "whole")
                    else row["kind"]
                )
            )
            setting = found.setdefault(
                row["key"],
                Setting(row["key"], row["kind"], row["unit"], row["meaning"], limits, []),
            )
            setting.learners.append(f"{entry['name']} ({entry['code']})")
    return list(found.values())
