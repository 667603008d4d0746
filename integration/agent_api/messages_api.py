#!/usr/bin/env python3
"""A stand-in for the Messages API that a coding agent talks to, and the agent's parent process.

    messages_api.py [--log FILE] --tool-command COMMAND -- AGENT [ARGUMENT]...

Serves the API on a free port of 127.0.0.1, starts AGENT with ANTHROPIC_BASE_URL naming it, and ends with AGENT's exit code. In
each conversation the model's first turn asks for COMMAND through the agent's Bash tool, and its second turn says what came of it:
"model read: <the tool's output>". FILE gets one JSON line for each request. Nothing leaves the machine.
"""

import argparse
import http.server
import json
import os
import signal
import subprocess
import sys
import threading

TOOL = "Bash"


def text_of(content):
    """The text of a message's or a tool result's content, which is a string or a list of blocks."""
    if isinstance(content, str):
        return content
    return "".join(block.get("text", "") for block in content or [] if isinstance(block, dict))


def tool_results(messages):
    for message in messages:
        if isinstance(message.get("content"), list):
            for block in message["content"]:
                if block.get("type") == "tool_result":
                    yield text_of(block.get("content"))


def next_turn(request, command):
    """What the model says: its content blocks and why it stops."""
    results = list(tool_results(request.get("messages", [])))
    offered = any(tool.get("name") == TOOL for tool in request.get("tools", []))
    if offered and not results:
        use = {"type": "tool_use", "id": "toolu_000001", "name": TOOL,
               "input": {"command": command, "description": "look around"}}
        return [use], "tool_use"
    return [{"type": "text", "text": "model read: " + (results[-1].strip() if results else "nothing")}], "end_turn"


def message_with(content, stop, model):
    return {"id": "msg_000001", "type": "message", "role": "assistant", "model": model, "content": content,
            "stop_reason": stop, "stop_sequence": None, "usage": {"input_tokens": 10, "output_tokens": 10}}


def stream_of(message):
    """The server-sent events that build up `message`: each block starts empty and is filled by one delta."""
    opening = dict(message, content=[], stop_reason=None)
    yield {"type": "message_start", "message": opening}
    for index, block in enumerate(message["content"]):
        if block["type"] == "text":
            start, delta = dict(block, text=""), {"type": "text_delta", "text": block["text"]}
        else:
            start = dict(block, input={})
            delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
        yield {"type": "content_block_start", "index": index, "content_block": start}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": message["stop_reason"], "stop_sequence": None},
           "usage": message["usage"]}
    yield {"type": "message_stop"}


class MessagesApi(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass  # the terminal is the agent's

    def answer(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self):
        self.answer(200, b"{}")

    do_HEAD = do_GET

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0]
        if path.endswith("/count_tokens"):
            return self.answer(200, b'{"input_tokens": 10}')
        if path != "/v1/messages":
            return self.answer(200, b"{}")
        request = json.loads(raw)
        self.server.note({"path": path, "key": self.headers.get("x-api-key"), "results": list(tool_results(request.get("messages", [])))})
        message = message_with(*next_turn(request, self.server.tool_command), request.get("model", "stand-in"))
        if not request.get("stream"):
            return self.answer(200, json.dumps(message).encode())
        events = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in stream_of(message))
        return self.answer(200, events.encode(), "text/event-stream")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, tool_command, log):
        super().__init__(("127.0.0.1", 0), MessagesApi)
        self.tool_command = tool_command
        self.log = log
        self.lock = threading.Lock()

    def note(self, entry):
        if self.log:
            with self.lock, open(self.log, "a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")


def main():
    parser = argparse.ArgumentParser(description="run an agent against a stand-in of the Messages API")
    parser.add_argument("--tool-command", required=True)
    parser.add_argument("--log")
    parser.add_argument("agent", nargs="+")
    options = parser.parse_args()
    server = Server(options.tool_command, options.log)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = dict(os.environ, ANTHROPIC_BASE_URL=f"http://127.0.0.1:{server.server_address[1]}")
    # What is typed at the terminal is for the agent, which is in the same process group.
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    agent = subprocess.Popen(options.agent, env=environment, preexec_fn=lambda: [signal.signal(n, signal.SIG_DFL) for n in (signal.SIGINT, signal.SIGQUIT)])
    signal.signal(signal.SIGTERM, lambda *_: agent.terminate())
    code = agent.wait()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
