#!/usr/bin/env python3
"""shellcheck has nothing to say about any shell script."""

import re
import shutil
import subprocess

import lint

tool = shutil.which("shellcheck")
if tool is None:
    lint.skip("there is no shellcheck")


def is_shell(path):
    if path.suffix in (".sh", ".bash"):
        return True
    if path.suffix:
        return False
    with open(lint.ROOT / path, "rb") as file:
        return re.match(rb"#!.*\b(ba|da)?sh\b", file.readline(200)) is not None


scripts = [str(path) for path in lint.project_files() if is_shell(path)]
done = subprocess.run([tool, "--external-sources", "--format=gcc", *scripts], cwd=lint.ROOT, capture_output=True,
                      text=True, stdin=subprocess.DEVNULL, check=False)
lint.report("shell", (done.stdout + done.stderr).splitlines())
