"""The names of the little internet, and the server that answers questions for them."""

import socket
import socketserver
import struct
import threading

A, CNAME, AAAA = 1, 5, 28
NO_ERROR, NO_SUCH_NAME = 0, 3

WEB, OTHER, WRONG, GIT, BANNER, API, NAME_SERVER = (f"93.184.215.{last}" for last in (10, 11, 12, 13, 14, 15, 53))
WEB6, V6_ONLY = "2606:2800:220:1::10", "2606:2800:220:1::16"
# More than the dialler tries, and more than fits in a datagram.
MANY = [f"151.101.{number >> 8}.{number & 255}" for number in range(1, 1001)]

ZONE = {
    "web.example": [WEB, WEB6],
    "other.example": [OTHER],
    "wrong.example": [WRONG],
    "git.example": [GIT],
    "banner.example": [BANNER],
    "api.example": [API],
    "v6.example": [V6_ONLY],
    "many.example": MANY,
    "loopback.example": ["127.0.0.1"],
    "loopback6.example": ["::1"],
    "private.example": ["10.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:10.0.0.1"],
    "mixed.example": ["10.0.0.1", WEB],
}
ALIASES = {"alias.example": "web.example", "inward.example": "private.example", "loop.example": "pool.example", "pool.example": "loop.example"}
SILENT = "silent.example"  # never answered
REBINDING = "rebinding.example"  # public for the first question, private for all others


def name_at(message, at):
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("latin-1"))
        at += 1 + message[at]
    return ".".join(labels), at + 1


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode("latin-1") for label in name.split(".")) + b"\0"


def record(owner, kind, data):
    return encoded(owner) + struct.pack("!HHIH", kind, 1, 0, len(data)) + data


class Zone:
    def __init__(self):
        self.rebound = False
        self.lock = threading.Lock()

    def addresses(self, name, kind):
        if name != REBINDING:
            return ZONE.get(name)
        with self.lock:
            # Both questions of one look-up, for A and for AAAA, come at once.
            first, self.rebound = not self.rebound, self.rebound or kind == A
            return [WEB if first else "127.0.0.1"] if kind == A else []

    def answer(self, name, kind):
        """The records for a question, and the response code."""
        records = []
        for _ in range(8):
            if name not in ALIASES:
                break
            records.append(record(name, CNAME, encoded(ALIASES[name])))
            name = ALIASES[name]
        addresses = self.addresses(name, kind)
        if addresses is None:
            return records, NO_ERROR if records else NO_SUCH_NAME
        family = {A: socket.AF_INET, AAAA: socket.AF_INET6}.get(kind)
        for address in addresses:
            if family == (socket.AF_INET6 if ":" in address else socket.AF_INET):
                records.append(record(name, kind, socket.inet_pton(family, address)))
        return records, NO_ERROR

    def reply(self, message, limit):
        """The reply to a question, cut off where it does not fit; None for a name that is never answered."""
        name, end = name_at(message, 12)
        kind = struct.unpack("!H", message[end:end + 2])[0]
        if name.lower() == SILENT:
            return None
        records, code = self.answer(name.lower(), kind)
        question, body = message[12:end + 4], b"".join(records)
        cut = 12 + len(question) + len(body) > limit
        head = message[:2] + struct.pack("!HHHHH", 0x8580 | (0x200 if cut else 0) | code, 1, 0 if cut else len(records), 0, 0)
        return head + question + (b"" if cut else body)


class OverUdp(socketserver.BaseRequestHandler):
    def handle(self):
        message, sock = self.request
        self.server.journal.note(kind="question", name=name_at(message, 12)[0])
        if reply := self.server.zone.reply(message, 512):
            sock.sendto(reply, self.client_address)


class OverTcp(socketserver.BaseRequestHandler):
    def handle(self):
        stream = self.request.makefile("rwb")
        while head := stream.read(2):
            message = stream.read(struct.unpack("!H", head)[0])
            self.server.journal.note(kind="question", name=name_at(message, 12)[0])
            if reply := self.server.zone.reply(message, 65535):
                stream.write(struct.pack("!H", len(reply)) + reply)
                stream.flush()


class TcpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def settle(self):
        pass


class UdpServer(socketserver.UDPServer):
    """Takes one question after the other: when one is answered, all that came before are noted."""

    def settle(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.settimeout(20)
            asking.sendto(struct.pack("!HHHHHH", 1, 0x100, 1, 0, 0, 0) + encoded("settled.example") + struct.pack("!HH", A, 1), self.server_address)
            asking.recv(512)


def name_servers(journal):
    zone = Zone()
    for server in (UdpServer((NAME_SERVER, 53), OverUdp), TcpServer((NAME_SERVER, 53), OverTcp)):
        server.journal, server.zone = journal, zone
        yield server
