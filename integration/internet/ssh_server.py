#!/usr/bin/env python3
"""The SSH server of git.example: one user "git" with one key, who may fetch the repositories below a directory.

    ssh_server.py --directory DIR --journal FILE

Out of a library and not sshd, whose package would start a service on the machine that the tests run on.
"""

import argparse
import asyncio
import os
import shlex

import asyncssh

import names
from journal import Journal


class Server(asyncssh.SSHServer):
    def __init__(self, journal):
        self.journal = journal

    def connection_made(self, conn):
        self.journal.note(kind="connection", to="git:22")


async def serve_command(process, directory):
    program, _, path = (process.command or "").partition(" ")
    if program != "git-upload-pack":
        process.stderr.write(b"only git fetches here\n")
        return process.exit(1)
    repository = directory + "/" + shlex.split(path)[0].rsplit("/", 1)[-1]
    git = await asyncio.create_subprocess_exec("git", "upload-pack", repository, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    await process.redirect(stdin=git.stdin, stdout=git.stdout)
    process.exit(await git.wait())


async def serve(options):
    journal = Journal(options.journal)
    await asyncssh.listen(names.GIT, 22, server_factory=lambda: Server(journal), encoding=None, reuse_address=True,
                          server_host_keys=[f"{options.directory}/ssh_host"],
                          authorized_client_keys=f"{options.directory}/ssh_client.pub",
                          process_factory=lambda process: serve_command(process, options.directory))
    print("ready", flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(1)


def main():
    parser = argparse.ArgumentParser(description="serve git over SSH")
    parser.add_argument("--directory", required=True)
    parser.add_argument("--journal", required=True)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
