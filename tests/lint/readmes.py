#!/usr/bin/env python3
"""Each top-level folder, and each program of helper/, says in a README of at most 40 lines what it is for."""

import lint

LIMIT = 40


def main():
    paths = lint.project_files()
    folders = sorted({path.parts[0] for path in paths if len(path.parts) > 1 and not path.parts[0].startswith(".")})
    problems = []
    for folder in folders:
        readme = lint.ROOT / folder / "README.md"
        if not readme.is_file():
            problems.append(f"{folder}/README.md:1: is missing")
            continue
        lines = readme.read_text(encoding="utf-8").count("\n")
        if lines > LIMIT:
            problems.append(f"{folder}/README.md:1: {lines} lines: more than {LIMIT}")
    programs = sorted({path.parts[1] for path in paths if len(path.parts) == 3 and path.parts[0] == "helper"
                       and path.name == "main.cpp"})
    for program in programs:
        if not (lint.ROOT / "helper" / program / "README.md").is_file():
            problems.append(f"helper/{program}/README.md:1: is missing: it holds the program's threat model")
    lint.report("readmes", problems)


if __name__ == "__main__":
    main()
