#!/usr/bin/env python3
"""The servers of the little internet, on the addresses that integration/env/with-internet has made.

    internet.py --directory DIR --journal FILE [--tool-command COMMAND]

DIR is what `prepare` has made. Prints "ready" when everything listens, and serves until it is killed or its parent ends. FILE gets one
JSON line for each question, connection, request and datagram that arrives, and one that says "settled" for SIGUSR1: when all that
arrived before it is noted. COMMAND is what the model behind api.example wants run first.
"""

import argparse
import os
import signal
import ssl
import threading

import names
import sites
from journal import Journal


def tls(directory, certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{directory}/{certificate}.pem", f"{directory}/{certificate}.key")
    return context


def web_servers(directory, journal):
    right, wrong = tls(directory, "right"), tls(directory, "wrong")
    for site, address, certificate in (("web", names.WEB, right), ("web", names.WEB6, right), ("v6", names.V6_ONLY, right),
                                       ("other", names.OTHER, right), ("wrong", names.WRONG, wrong), ("git", names.GIT, right)):
        try:
            yield sites.HttpServer(site, address, 80, sites.Page, journal)
        except OSError:
            if ":" not in address:
                raise
            continue  # no IPv6 here
        yield sites.HttpServer(site, address, 443, sites.Page, journal, certificate)
    yield sites.HttpServer("many", "0.0.0.0", 8080, sites.Page, journal)


def inner_servers(journal):
    """What stands on the machine itself and in its private networks, and is not for a box."""
    for site, address in (("loopback", "127.0.0.1"), ("loopback6", "::1"), ("private", "10.0.0.1"), ("metadata", "169.254.169.254")):
        yield sites.HttpServer(site, address, 80, sites.Page, journal)


def servers(options, journal):
    yield from names.name_servers(journal)
    yield from web_servers(options.directory, journal)
    yield from inner_servers(journal)
    yield sites.TcpServer("banner", names.BANNER, 7000, sites.Banner, journal)
    yield sites.TcpServer("other", names.OTHER, 22, sites.Silent, journal)
    yield sites.Datagrams("other", names.OTHER, 443, journal)
    api = sites.HttpServer("api", names.API, 443, sites.MessagesApi, journal, tls(options.directory, "right"))
    api.tool_command = options.tool_command
    yield api


def main():
    parser = argparse.ArgumentParser(description="serve the little internet")
    parser.add_argument("--directory", required=True)
    parser.add_argument("--journal", required=True)
    parser.add_argument("--tool-command", default="true")
    options = parser.parse_args()
    journal = Journal(options.journal)
    # For this thread alone, which waits for it.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    everything = list(servers(options, journal))
    for server in everything:
        server.directory = options.directory
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        if signal.sigtimedwait({signal.SIGUSR1}, 1):
            for server in everything:
                server.settle()
            journal.note(kind="settled")


if __name__ == "__main__":
    main()
