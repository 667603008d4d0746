#!/usr/bin/env python3
"""Text that has no place in the project: reminders, leftovers of a merge, and places that only one machine has."""

import os
import re
import socket

import lint

RULES = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!\(\w+\): \S)"), "do it, or file an issue"),
    (re.compile(r"^(<{7}|>{7}|\|{7}) ", re.M), "a merge was left half done"),
    (re.compile(r"\bnot (yet )?implemented\b", re.I), "no stubs"),
    (re.compile(r"[ \t]+$", re.M), "blanks at the end of a line"),
    (re.compile(r"^\s*//(?!/).*(\)|\w = .*|\breturn .*);\s*$|^\s*//(?!/).*\) \{\s*$", re.M), "code in a comment"),
]
# The rule for code in comments is for C++ only.
CXX_ONLY = {"code in a comment"}

COMMON = {"/", "/home", "/root", "/src", "/opt", "/usr/src", "/tmp", "/workspace", "/build", "/mnt", "/srv", "/var"}


def machine_rules():
    """Paths and names of the machine that the check runs on."""
    rules = []
    places = [str(lint.ROOT)]
    parent = str(lint.ROOT.parent)
    if parent not in COMMON:
        places.append(parent)
    home = os.path.expanduser("~")
    if home not in COMMON:
        places.append(home)
    for place in places:
        rules.append((re.compile(r"(?<![\w./-])" + re.escape(place) + r"/"), "a path of this machine"))
    host = socket.gethostname()
    if len(host) > 6 and host != "localhost":
        rules.append((re.compile(r"\b" + re.escape(host) + r"\b"), "the name of this machine"))
    return rules


def check(path, text, rules):
    problems = []
    for pattern, why in rules:
        if why in CXX_ONLY and not path.endswith(lint.CXX):
            continue
        for match in pattern.finditer(text):
            problems.append(f"{path}:{lint.line_at(text, match.start())}: {match.group(0).strip()[:40]!r}: {why}")
    return problems


def main():
    rules = RULES + machine_rules()
    problems = []
    for path in lint.project_files():
        name = path.as_posix()
        # Goldens and seeds are data, taken as they are; the words are written down in these files themselves.
        if name.startswith(("tests/golden/", "tests/fuzz/corpus", "tests/lint/")):
            continue
        data = (lint.ROOT / path).read_bytes()
        if b"\0" in data:
            continue
        problems += check(name, data.decode(errors="replace"), rules)
    lint.report("words", problems)


if __name__ == "__main__":
    main()
