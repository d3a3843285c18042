import os
import pathlib
import subprocess

import pytest

root = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture
def datasets():
    return root / "datasets"


@pytest.fixture
def program():
    """The program as users have it; the package is tested without it too."""
    path = os.environ.get("MEMPLAST_PROGRAM")
    if not path:
        pytest.skip("MEMPLAST_PROGRAM is not set")

    def run(*words):
        done = subprocess.run([path, *map(str, words)], capture_output=True, text=True, check=True)
        return done.stdout

    return run
