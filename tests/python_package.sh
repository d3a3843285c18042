#!/usr/bin/env bash
# python_package.sh [FOLDER]: installs the Python package into a fresh virtual environment, with the newest of what it
# uses, and runs its tests, mypy --strict and stubtest; says what installing and importing took.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-$(mktemp -d)}
python3 -m venv "$folder/venv"
python=$folder/venv/bin/python

TIMEFORMAT="pip install .: %U s user + %S s system"
time "$python" -m pip install --quiet .
"$python" -m pip install --quiet scikit-learn pandas h5py matplotlib pytest mypy tqdm
"$python" - << 'END'
import subprocess, sys, time

def seconds(script):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True)
    return time.perf_counter() - start

print(f"import memplast: {1e3 * min(seconds('import memplast') - seconds('pass') for _ in range(5)):.0f} ms")
END
"$python" -m pytest --quiet -p no:cacheprovider tests/python
mkdir "$folder/types"
cp -r "$folder"/venv/lib/python3*/site-packages/memplast "$folder/types"
cp pyproject.toml tests/python/stubtest_allowed.txt "$folder/types"
cd "$folder/types"
"$python" -m mypy memplast
"$python" -m mypy.stubtest memplast --mypy-config-file pyproject.toml \
  --allowlist stubtest_allowed.txt --ignore-unused-allowlist
