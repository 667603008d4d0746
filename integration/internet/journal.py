"""What has arrived at the servers of the little internet: one JSON object a line, written before anything is answered."""

import json
import threading


class Journal:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", buffering=1)
        self.lock = threading.Lock()

    def note(self, **entry):
        with self.lock:
            self.file.write(json.dumps(entry) + "\n")
