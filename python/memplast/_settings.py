"""The settings of all classifiers, as one flat list: what SpikingClassifier has for parameters."""

from __future__ import annotations

from typing import Any, NamedTuple


class Setting(NamedTuple):
    key: str
    kinds: list[str]  # real, whole, flag, choice or text
    meanings: dict[str, list[str]]  # in words, with unit and limits; of which learners


def settings_of(classifiers: list[dict[str, Any]]) -> list[Setting]:
    """Those of _core.classifiers(), each key once, in order of first appearance."""
    found: dict[str, Setting] = {}
    for entry in classifiers:
        for row in entry["settings"]:
            setting = found.setdefault(row["key"], Setting(row["key"], [], {}))
            if row["kind"] not in setting.kinds:
                setting.kinds.append(row["kind"])
            learners = setting.meanings.setdefault(_in_words(row), [])
            learners.append(f"{entry['name']} ({entry['code']})")
    return list(found.values())


def _in_words(row: dict[str, Any]) -> str:
    unit = "" if row["unit"] == "1" else f" [{row['unit']}]"
    text: str = row["meaning"] + unit
    if row["choices"]:
        return f"{text}: {', '.join(row['choices'])}"
    if row["kind"] in ("real", "whole"):
        return f"{text}, {row['lower']:g} to {row['upper']:g}"
    return text


_types = {"real": "float", "whole": "int", "flag": "bool", "choice": "str", "text": "str"}


def types_of(setting: Setting) -> list[str]:
    """In Python."""
    return list(dict.fromkeys(_types[kind] for kind in setting.kinds))
