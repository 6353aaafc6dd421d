"""Starts a Python function: the first thing that runs in its process.

``python -I -S launch.py SETTINGS`` with the settings as JSON:
``{"wire": "frames", "fd": 200, "task": "/…", "opt": "/…", "runtime": "/…", "version": "3.12", "bytecode": "/…"}``.
Only modules that the runtime client itself imports may be imported here: each other one delays every cold start,
and one that a function ships would be taken from the standard library instead.
"""

import sys

if __name__ == "__main__":
    # `-I` keeps this folder off the path, and so off the path of the function's own children.
    sys.path.insert(0, __file__.rpartition("/")[0])
    import forestage_worker  # type: ignore[import-not-found] # it is found by the line above

    del sys.path[0]
    forestage_worker.start(sys.argv[1])
