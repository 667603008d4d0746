#!/usr/bin/env python3
"""Includes follow the table of allowed edges in the root CMakeLists.txt, and third-party headers stay in their homes."""

import re

import lint

WIRING = re.compile(r"^(cli/composition_root\w*\.(cpp|hpp)|helper/[^/]+/main\.cpp)$")

# library -> (what its headers look like, folders that may include them)
THIRD_PARTY = {
    "Boost.Program_options": (r"boost/program_options", ("cli",)),
    "Boost.Process": (r"boost/process", ("adapters/posix",)),
    "Boost.Filesystem": (r"boost/filesystem", ("adapters/posix",)),
    "Boost.Beast": (r"boost/(asio|beast)", ("adapters/broker",)),
    "Boost.System": (r"boost/system", ("adapters/posix",)),
    "toml11": (r"toml(\.hpp$|/)", ("adapters/toml",)),
    "RapidJSON": (r"rapidjson/", ("adapters/json",)),
    "spdlog": (r"spdlog/", ("adapters/log",)),
    "OpenSSL": (r"openssl/", ("adapters/crypto", "adapters/gateway", "tests/unit/gateway")),
    "libidn2": (r"idn2\.h$", ("adapters/idna",)),
    "libnftables": (r"(nftables|libnftnl|libmnl)/", ("adapters/linux", "helper")),
    "libseccomp": (r"seccomp\.h$", ("adapters/linux", "helper")),
    "fmt": (r"fmt/", ("application", "adapters", "cli", "tests", "integration")),
    "GoogleTest": (r"(gtest|gmock)/", ("tests", "integration")),
}
# Raw POSIX and Linux headers.
SYSTEM_HOMES = ("adapters/posix", "adapters/linux", "adapters/terminal", "adapters/session", "adapters/gateway", "adapters/ssh",
                "adapters/broker",
                "helper",
                "tests", "integration")
# Files outside those homes that hold a descriptor of their own. The list only gets shorter.
SYSTEM_GUESTS = {
    "adapters/log/file_audit_sink.cpp": "one write() a line, to a file opened for appending",
    "adapters/log/spdlog_notices.cpp": "writes to the descriptor that it is given",
    "adapters/podman/podman_box_builder.cpp": "makes the pipe that podman's output goes to",
}
# Names of signals are words of the language of processes; the header is needed for them alone.
SYSTEM_WORDS = {"signal.h"}
# Interfaces of C that are no system calls.
C_HEADERS = {"assert.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h"}


def allowed_edges():
    text = lint.text_of("CMakeLists.txt")
    table = re.search(r"set\(MINO_ALLOWED_EDGES(.*?)\)", text, re.S)
    if table is None:
        return {}
    edges = {}
    for source, targets in re.findall(r'"(\S+) ->([^"]*)"', table.group(1)):
        edges[source] = set(targets.split())
    return edges


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")


def layer_of(path, layers):
    """The longest layer whose folder holds the path, or None."""
    return max((layer for layer in layers if inside(path, layer)), key=len, default=None)


def check_own_include(path, name, edges):
    """What is wrong with `#include "name"` in the file `path`, or None."""
    if ".." in name.split("/"):
        return f'"{name}" climbs out of its folder: include by layer path'
    top = path.split("/")[0]
    if top in ("tests", "integration"):
        return None
    target = layer_of(name, edges)
    if target is None and name.split("/")[0] not in lint.PRODUCT:
        # Written by the build, e.g. a version or an embedded file.
        return None if "/" not in name else f'"{name}" is in no layer'
    source = layer_of(path, edges)
    if WIRING.match(path) or (source is not None and target == source):
        return None
    if source is None:
        # A program of helper/ that has no line of its own: its folder and the message formats.
        own = "/".join(path.split("/")[:2])
        if inside(name, own) or target == "helper/protocol":
            return None
        return f'{own} may not include "{name}"'
    if target is None:
        return f'"{name}" belongs to no layer that {source} may use'
    if target not in edges[source]:
        return f"{source} may not use {target} (\"{name}\")"
    return None


def check_foreign_include(path, name):
    """What is wrong with `#include <name>` in the file `path`, or None."""
    for library, (pattern, homes) in THIRD_PARTY.items():
        if re.match(pattern, name):
            if not any(inside(path, home) for home in homes):
                return f"<{name}>: {library} belongs in {' and '.join(homes)}"
            if path.endswith(".hpp") and path.split("/")[0] in lint.PRODUCT:
                return f"<{name}>: {library} appears in a header of ours"
            return None
    if "/" not in name and "." not in name:
        return None  # the standard library
    if name.endswith(".h"):
        if WIRING.match(path) or any(inside(path, home) for home in SYSTEM_HOMES) or path in SYSTEM_GUESTS:
            return None
        if name in C_HEADERS:
            return f"<{name}>: use <c{name[:-2]}>"
        if name in SYSTEM_WORDS and path.startswith("adapters/"):
            return None
        return f"<{name}>: raw system calls belong in {', '.join(SYSTEM_HOMES[:7])}"
    return f"<{name}> is a library that has no home: add it to tests/lint/layering.py and ARCHITECTURE.md"


def check(path, text, edges):
    problems = []
    for number, name, quoted in lint.includes_of(text):
        problem = check_own_include(path, name, edges) if quoted else check_foreign_include(path, name)
        if problem is not None:
            problems.append(f"{path}:{number}: {problem}")
    return problems


def main():
    edges = allowed_edges()
    problems = [] if edges else ["CMakeLists.txt:1: there is no table MINO_ALLOWED_EDGES"]
    for guest in sorted(SYSTEM_GUESTS):
        if not (lint.ROOT / guest).is_file() or not re.search(r"#include <\S+\.h>", lint.text_of(guest)):
            problems.append(f"tests/lint/layering.py:1: {guest} needs no exception any more")
    for path in lint.sources():
        problems += check(path.as_posix(), lint.text_of(path), edges)
    lint.report("layering", problems)


if __name__ == "__main__":
    main()
