#!/usr/bin/env python3
"""tidy.py BUILD-DIR [FILE]... : clang-tidy has nothing to say about the sources of the layers (or about FILEs).

A clean result is remembered in BUILD-DIR/lint under a hash of everything it depends on: the source, the headers of the
project that it includes, the configuration, the command and the tool. A second run looks only at what has changed.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lint

JOBS = 2
FILE_TIMEOUT = 300
# What gcc knows and clang does not, and warnings that are the compiler's business.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error", "--extra-arg=-w"]


def commands(build):
    """source path relative to the root -> compile command"""
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    found = {}
    for entry in entries:
        path = Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(lint.ROOT) and path.relative_to(lint.ROOT).parts[0] in lint.PRODUCT:
            found.setdefault(path.relative_to(lint.ROOT), entry["command"])
    return found


def own_headers(path, seen):
    """The headers of the project that a source includes, directly or through another."""
    for _, name, quoted in lint.includes_of(lint.text_of(path)):
        header = Path(name)
        if quoted and header not in seen and (lint.ROOT / header).is_file():
            seen.add(header)
            own_headers(header, seen)
    return seen


def key_of(path, command, base):
    digest = hashlib.sha256(base)
    # A compiler launcher changes nothing.
    digest.update(re.sub(r"^\S*ccache\s+", "", command).encode())
    for part in [path, *sorted(own_headers(path, set()))]:
        digest.update(b"\0" + str(part).encode() + b"\0" + (lint.ROOT / part).read_bytes())
    return digest.hexdigest()


def run(tool, build, path):
    """What clang-tidy says about the file, or an empty string."""
    try:
        done = subprocess.run([tool, "--quiet", "-p", str(build), *EXTRA, str(lint.ROOT / path)], cwd=lint.ROOT,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=FILE_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"{path}:1: clang-tidy did not end within {FILE_TIMEOUT} s"
    if done.returncode == 0:
        return ""
    return done.stdout.strip() or done.stderr.strip() or f"{path}:1: clang-tidy ended with {done.returncode}"


def main():
    tool = shutil.which("clang-tidy-16")
    if tool is None:
        lint.skip("there is no clang-tidy-16")
    build = Path(sys.argv[1]).resolve()
    wanted = commands(build)
    for name in sys.argv[2:]:
        if Path(name) not in wanted:
            sys.exit(f"{name} has no compile command in {build}")
    if sys.argv[2:]:
        wanted = {path: command for path, command in wanted.items() if str(path) in sys.argv[2:]}

    base = (lint.ROOT / ".clang-tidy").read_bytes() + " ".join(EXTRA).encode() + \
        subprocess.run([tool, "--version"], capture_output=True, stdin=subprocess.DEVNULL, check=True).stdout
    clean = build / "lint" / "tidy"
    clean.mkdir(parents=True, exist_ok=True)
    keys = {path: key_of(path, command, base) for path, command in wanted.items()}
    due = [path for path in sorted(wanted) if not (clean / keys[path]).exists()]
    print(f"tidy: {len(wanted)} sources, {len(due)} to look at", flush=True)

    problems = []
    with ThreadPoolExecutor(min(JOBS, os.cpu_count() or 1)) as pool:
        for path, said in zip(due, pool.map(lambda due_path: run(tool, build, due_path), due)):
            if said:
                problems.append(said)
            else:
                (clean / keys[path]).touch()
    kept = set(keys.values())
    if not sys.argv[2:]:
        for old in clean.iterdir():
            if old.name not in kept:
                old.unlink()
    lint.report("tidy", problems)


if __name__ == "__main__":
    main()
