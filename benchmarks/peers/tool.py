#!/usr/bin/env python3
"""Runs only the parser of the Python kernel-magnifier on a recording: tool.py KERNEL-MAGNIFIER.PY RECORDING.

The packages for its plots are not needed and are replaced by empty modules if they are not installed.
"""
import importlib.util
import os
import sys
import tempfile
import types


def load(path):
    for name in ("pygraphviz", "numpy", "pandas", "matplotlib", "matplotlib.pyplot", "matplotlib.ticker"):
        try:
            __import__(name)
        except ImportError:
            sys.modules[name] = types.ModuleType(name)
    if not hasattr(sys.modules["matplotlib.ticker"], "ScalarFormatter"):
        sys.modules["matplotlib.ticker"].ScalarFormatter = object
    spec = importlib.util.spec_from_file_location("tool", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["tool"] = module
    spec.loader.exec_module(module)
    return module


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: tool.py KERNEL-MAGNIFIER.PY RECORDING")
    tool, recording = map(os.path.abspath, sys.argv[1:])
    sys.argv = [tool]
    module = load(tool)
    with tempfile.TemporaryDirectory() as folder:
        # The parser reads the file of this name in the current directory.
        os.symlink(recording, os.path.join(folder, "kernel-magnifier.data"))
        os.chdir(folder)
        module.parse_data(types.SimpleNamespace(symbol={}))
        os.chdir("/")
    print(f"{module.no_events} events, {module.no_missed_events} missed")


if __name__ == "__main__":
    main()
