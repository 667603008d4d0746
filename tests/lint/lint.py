"""Shared by the checks of this folder: which files there are, what their text is without comments, how to report."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = 77

PRODUCT = ("domain", "ports", "application", "adapters", "cli", "helper")
CXX = (".cpp", ".hpp")


def project_files():
    """Every file of the project, relative to its root, sorted: what git would commit, else all but the build."""
    try:
        listed = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, capture_output=True, check=True, stdin=subprocess.DEVNULL, timeout=60).stdout
        names = [name for name in listed.decode().split("\0") if name]
    except (OSError, subprocess.SubprocessError):
        names = []
    if not names:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
    paths = (Path(name) for name in names)
    return sorted({path for path in paths
                   if path.parts[0] not in ("build", ".git", ".cache") and "__pycache__" not in path.parts
                   and (ROOT / path).is_file()})


def sources(folders=PRODUCT + ("tests", "integration")):
    return [path for path in project_files() if path.suffix in CXX and path.parts[0] in folders]


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
_INCLUDE = re.compile(r"^[ \t]*#[ \t]*include[^\n]*", re.M)


def code_of(text):
    """The text with comments and the contents of literals blanked; every line keeps its number."""
    def blank(match):
        token = match.group(0)
        lines = "\n" * token.count("\n")
        return lines if token.startswith("/") else '""' + lines
    return _TOKEN.sub(blank, _INCLUDE.sub("", text))


def includes_of(text):
    """(line number, name, is quoted) of each include."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            found.append((number, match.group(1) or match.group(2), match.group(1) is not None))
    return found


def line_at(text, offset):
    return text.count("\n", 0, offset) + 1


def report(name, problems):
    """Prints `file:line: what` for each problem and ends the program."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{name}: {len(problems)} problem(s)")
        sys.exit(1)
    print(f"{name}: nothing to report")
    sys.exit(0)


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)
