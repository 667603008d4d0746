"""Servers of the little internet that speak HTTP, HTTPS, and protocols in which the server speaks first."""

import http.server
import os
import socket
import socketserver
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "agent_api"))
from messages_api import MessagesApi  # noqa: E402


class Settling:
    """A server that can tell that it has noted all that came before: it knocks at its own door, and waits until that is heard."""

    def prepare(self, journal):
        self.journal, self.own, self.heard = journal, set(), threading.Semaphore(0)

    def is_own(self, peer):
        if peer[:2] not in self.own:
            return False
        self.heard.release()
        return True

    def settle(self):
        address, port = self.server_address[:2]
        if address == "0.0.0.0":
            address = "127.0.0.1"
        with socket.socket(self.address_family, self.socket_type) as knocking:
            knocking.bind((address, 0))
            self.own.add(knocking.getsockname()[:2])
            knocking.connect((address, port))
            if self.socket_type == socket.SOCK_DGRAM:
                knocking.send(b"knock")
            self.heard.acquire(timeout=20)


class Noted(Settling):
    """A server that notes each connection when it is there, whatever comes of it, and speaks TLS when it has a context."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site, address, port, handler, journal, context=None):
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.site, self.port, self.context = site, port, context
        self.prepare(journal)
        super().__init__((address, port), handler)

    def get_request(self):
        connection, peer = super().get_request()
        if self.is_own(peer):
            connection.close()
            raise OSError("nobody else")
        self.journal.note(kind="connection", to=f"{self.site}:{self.port}")
        return connection, peer

    # In the connection's own thread: a client that does not go on with its handshake holds up nobody else.
    def finish_request(self, request, client_address):
        if self.context:
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except (OSError, ssl.SSLError):
                return
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass  # clients may leave when they like


class HttpServer(Noted, socketserver.ThreadingMixIn, http.server.HTTPServer):
    tool_command, log = "", None

    def server_bind(self):
        # Not HTTPServer's, which asks for the name of its address.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.site, self.port

    def note(self, entry):
        self.journal.note(kind="model", **entry)


class TcpServer(Noted, socketserver.ThreadingTCPServer):
    pass


class Page(http.server.BaseHTTPRequestHandler):
    """Says which site it is, and is a git server below /git/."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        size = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(size)

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.server.journal.note(kind="request", to=f"{self.server.site}:{self.server.port}", host=self.headers.get("Host"), path=self.path)
        if self.path.startswith("/git/"):
            return self.git()
        self.answer(200, [("Content-Type", "text/plain")], f"this is {self.server.site}\n".encode())

    do_POST = do_GET

    def git(self):
        path, _, query = self.path[len("/git"):].partition("?")
        environment = dict(os.environ, GIT_PROJECT_ROOT=self.server.directory, GIT_HTTP_EXPORT_ALL="1", PATH_INFO=path, QUERY_STRING=query,
                           REQUEST_METHOD=self.command, CONTENT_TYPE=self.headers.get("Content-Type", ""),
                           HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""), GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        output = subprocess.run(["git", "http-backend"], env=environment, input=self.body(), capture_output=True, check=False).stdout
        head, _, body = output.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = headers.pop("Status", "200").split()[0]
        self.answer(int(status), headers.items(), body)


class Banner(socketserver.BaseRequestHandler):
    """The server speaks first, and the client only then."""

    def handle(self):
        self.request.sendall(b"220 this is the banner\r\n")
        line = self.request.makefile("rb").readline()
        self.request.sendall(b"250 you said " + line)


class Silent(socketserver.BaseRequestHandler):
    """Notes what is said and says nothing."""

    def handle(self):
        self.server.journal.note(kind="data", to=f"{self.server.site}:{self.server.port}", bytes=len(self.request.recv(4096)))


class Datagrams(Settling, socketserver.UDPServer):
    def __init__(self, site, address, port, journal):
        self.site, self.port = site, port
        self.prepare(journal)
        super().__init__((address, port), socketserver.BaseRequestHandler)

    def finish_request(self, request, client_address):
        if not self.is_own(client_address):
            self.journal.note(kind="datagram", to=f"{self.site}:{self.port}")


__all__ = ["Banner", "Datagrams", "HttpServer", "MessagesApi", "Page", "Silent", "TcpServer"]
