#!/usr/bin/python3
"""What differs between two result files: a line for each data set of the first that is missing from the
second or not the same bit for bit, with the largest relative difference. Exit code 1 if there is any.

    tests/compare_results.py BEFORE.h5 AFTER.h5

Beside tests/digests.sh, for changes that add to a file: the digest is of all of it.
"""
import sys

import h5py
import numpy

before, after = (h5py.File(path) for path in sys.argv[1:3])
differences = 0


def compare(name, item):
    global differences
    if not isinstance(item, h5py.Dataset):
        return
    if name in after and numpy.array_equal(item[()], after[name][()]):
        return
    differences += 1
    if name not in after:
        print(name, "is missing")
    elif item.shape != after[name].shape or item.dtype.kind not in "fi":
        print(name, "differs")
    else:
        x, y = item[()], after[name][()]
        print(name, "differs by", numpy.max(numpy.abs(x - y) / numpy.maximum(numpy.abs(x), 1e-300)))


before.visititems(compare)
sys.exit(differences > 0)
