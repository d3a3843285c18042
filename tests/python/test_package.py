import os
import pathlib
import re
import subprocess
import sys
import time

import memplast as mp
import pytest

root = pathlib.Path(__file__).resolve().parents[2]


def test_one_version_number():
    declared = re.search(r"project\(memplast VERSION (\S+)", (root / "CMakeLists.txt").read_text())
    assert mp.__version__ == declared[1]


def test_all_names_are_there():
    for name in mp.__all__:
        if name == "SpikingClassifier":
            pytest.importorskip("sklearn")
        assert getattr(mp, name).__doc__ or name == "__version__"
    assert dir(mp) == sorted(mp.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        mp.nothing


def test_importing_loads_nothing_large():
    script = "import sys, memplast; print([m for m in ('numpy', 'pandas', 'sklearn', 'h5py') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_importing_is_quick():
    def seconds(script):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", script], check=True)
        return time.perf_counter() - start

    # The best of several: others may use the processor.
    took = min(seconds("import memplast") - seconds("pass") for _ in range(5))
    assert took < 0.08


def test_the_documentations_examples_run(tmp_path):
    for needed in ("pandas", "sklearn", "h5py"):
        pytest.importorskip(needed)
    text = (root / "docs" / "python.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) >= 3
    os.symlink(root / "datasets", tmp_path / "datasets")
    script = "\n".join(blocks)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
