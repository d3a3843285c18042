"""What can go wrong, in Python's terms."""

from __future__ import annotations


class InputError(ValueError):
    """Bad input: where it stands, what was expected, what was got and how to mend it."""

    def __init__(self, where: str, expected: str, got: str, mend: str = "") -> None:
        super().__init__(where, expected, got, mend)
        self.where = where
        self.expected = expected
        self.got = got
        self.mend = mend

    def __str__(self) -> str:
        text = f"{self.where}: expected {self.expected}, got {self.got}."
        return f"{text} {self.mend}" if self.mend else text


class MemplastWarning(UserWarning):
    """What a fit warns of: it is a result, but not one to trust blindly."""
