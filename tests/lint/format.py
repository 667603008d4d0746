#!/usr/bin/env python3
"""clang-format agrees with every source file. `--fix` rewrites those it does not agree with."""

import shutil
import subprocess
import sys

import lint

# Versions disagree on details, so that only the one of the reference distribution decides.
tool = shutil.which("clang-format-16")
if tool is None:
    lint.skip("there is no clang-format-16")

paths = [str(path) for path in lint.sources()]
problems = []
if paths:
    mode = ["-i"] if "--fix" in sys.argv[1:] else ["--dry-run", "-Werror", "--ferror-limit=1"]
    done = subprocess.run([tool, *mode, *paths], cwd=lint.ROOT, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)
    problems = [line for line in done.stderr.splitlines() if "error:" in line]
    if done.returncode != 0 and not problems:
        problems = done.stderr.splitlines()
    if problems:
        problems.append("hint: tests/lint/format.py --fix")
lint.report("format", problems)
