#!/usr/bin/env python3
"""Files that can be read in one go: above 400 lines (headers 200) is reported, above 600 fails."""

import lint

FAIL = 600


def limit(path):
    return 200 if path.suffix == ".hpp" else 400


def judge(path, lines):
    """(problem or None, remark or None)"""
    if lines > FAIL:
        return f"{path}:1: {lines} lines: more than {FAIL}", None
    if lines > limit(path):
        return None, f"{path}:1: remark: {lines} lines: more than {limit(path)}"
    return None, None


def main():
    problems = []
    for path in lint.sources():
        problem, remark = judge(path, lint.text_of(path).count("\n"))
        if problem is not None:
            problems.append(problem)
        if remark is not None:
            print(remark)
    lint.report("lengths", problems)


if __name__ == "__main__":
    main()
