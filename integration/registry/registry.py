#!/usr/bin/env python3
"""The registries of four package managers on one port of the loopback interface, each with one package.

    registry.py --projects DIR --journal FILE

Writes DIR/npm, DIR/pip, DIR/cargo and DIR/go: projects with a lockfile that need the package. FILE gets the path of each request, a
line each. Prints the port and serves until it is killed or its parent ends.
"""

import argparse
import hashlib
import http.server
import os
import signal
import threading
import time
from pathlib import Path

import packages


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with self.server.lock:
            self.server.journal.write(self.path + "\n")
        body = self.server.served.get(self.path)
        self.send_response(404 if body is None else 200)
        body = body or b"not here\n"
        kind = "text/html" if self.path.endswith("/") else "application/json" if body[:1] == b"{" else "application/octet-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=86400")
        self.send_header("ETag", '"' + hashlib.sha256(body).hexdigest() + '"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def end_with_parent():
    parent = os.getppid()

    def watch():
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=Path, required=True)
    parser.add_argument("--journal", required=True)
    options = parser.parse_args()

    end_with_parent()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.daemon_threads = True
    server.lock = threading.Lock()
    server.journal = open(options.journal, "a", encoding="utf-8", buffering=1)
    server.served = {}
    origin = f"http://127.0.0.1:{server.server_port}"
    for manager, make in packages.MANAGERS.items():
        served, project = make(origin)
        server.served.update(served)
        for name, text in project.items():
            path = options.projects / manager / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
