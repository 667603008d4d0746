#!/usr/bin/env python3
"""Words of C++ that a layer must not use, because they reach for the world or are known to go wrong."""

import re

import lint

PURE = ("domain", "ports", "application", "cli")

# (what must not occur, where it must not occur, files that may all the same, why)
RULES = [
    (r"\bstd::(cout|cin)\b|\b(std::)?(printf|puts|putchar)\s*\(", ("domain", "ports", "application", "adapters"), (),
     "stdout is written by cli"),
    (r"\bstd::(cerr|clog)\b", ("domain", "ports", "application", "adapters"), (), "stderr is written by cli"),
    (r"\b(secure_)?getenv\s*\(|\b(un)?setenv\s*\(|\bputenv\s*\(|\benviron\b", PURE, ("cli/main.cpp",),
     "the environment is read through a port"),
    (r"(?<![\w.>])(std::)?system\s*\(|\bpopen\s*\(", lint.PRODUCT, (), "no shell stands between us and a program"),
    (r"(?<![\w.>])(std::)?s?rand\s*\(|\brandom_device\b|\bmt19937", PURE, (), "randomness comes through a port"),
    (r"\bsleep_(for|until)\b|(?<![\w.>])(u|nano)?sleep\s*\(", PURE, (), "waiting is the business of an adapter"),
    (r"_clock::now\s*\(|\bgettimeofday\s*\(|\bclock_gettime\s*\(|(?<![\w.>:])(std::)?time\s*\(\s*(nullptr|NULL|0)", PURE, (),
     "the time comes through a port"),
    (r"\b(std::)?(i|o)?fstream\b|\bfopen\s*\(", ("domain", "ports", "application"), (), "files are read and written through a port"),
    (r"\bstd::(filesystem::)(exists|remove|remove_all|rename|create_director\w+|current_path|status|canonical|"
     r"weakly_canonical|directory_iterator|recursive_directory_iterator|is_\w+)\b", ("domain", "ports", "application"), (),
     "the file system is reached through a port"),
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|alloca|strtok)\s*\(", lint.PRODUCT, (), "has no bound"),
    (r"#\s*pragma\s+GCC\s+diagnostic\s+ignored", ("domain", "ports", "application", "cli"), (), "mend the code that is warned about"),
    # Comparing a Value with == recurses without end in C++20 with RapidJSON 1.1.0.
    (r"(\b(value|document|doc)|(->|\.)value|\])\s*[!=]=|[!=]=\s*\*?(value|document|doc)\b(?!\s*(\.|->|\())", ("RAPIDJSON",), (),
     "a RapidJSON value compared with == does not end: ask IsX() and GetX()"),
]

# Public functions of a header take an enumeration or a struct of options: `f(true)` says nothing where it is called.
BOOL_PARAMETER = re.compile(r"[(,]\s*(const\s+)?bool\s+(&\s*)?\w+\s*(=[^,)]*)?(?=[,)])")
# `Value(bool value)`: the type says what the parameter is.
CONVERSION = re.compile(r"\b[A-Z]\w*\($")
BOOL_FOLDERS = ("domain", "ports", "application")


def rules_for(path, text):
    top = path.split("/")[0]
    for pattern, folders, allowed, why in RULES:
        if path in allowed:
            continue
        if top in folders or (folders == ("RAPIDJSON",) and re.search(r"#\s*include\s*<rapidjson/", text)):
            yield pattern, why


def check(path, text):
    code = lint.code_of(text)
    problems = []
    for pattern, why in rules_for(path, text):
        for match in re.finditer(pattern, code):
            problems.append(f"{path}:{lint.line_at(code, match.start())}: {match.group(0).strip()}: {why}")
    if path.endswith(".hpp"):
        if "#pragma once" not in text:
            problems.append(f"{path}:1: there is no #pragma once")
        for match in re.finditer(r"\busing\s+namespace\b", code):
            problems.append(f"{path}:{lint.line_at(code, match.start())}: using namespace in a header reaches every includer")
        if path.split("/")[0] in BOOL_FOLDERS:
            public = public_part(code)
            for match in BOOL_PARAMETER.finditer(public):
                if CONVERSION.search(public[:match.start() + 1]) and public[match.end()] == ")":
                    continue
                problems.append(f"{path}:{lint.line_at(public, match.start())}: a bool parameter: use an enum class")
    return problems


def public_part(code):
    """The code with private and protected sections blanked."""
    lines, hidden = [], False
    for line in code.split("\n"):
        if re.match(r"\s*(private|protected):", line):
            hidden = True
        elif re.match(r"\s*public:|};", line):
            hidden = False
        lines.append("" if hidden else line)
    return "\n".join(lines)


def main():
    problems = []
    for path in lint.sources(lint.PRODUCT):
        problems += check(path.as_posix(), lint.text_of(path))
    lint.report("tokens", problems)


if __name__ == "__main__":
    main()
