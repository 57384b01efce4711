"""The gateway of docs/operate/sms-gateway.md for the tests: real HTTP, every message a line of JSON in a file. Numbers
that end with 99 will never do; while the file `down` is there, nothing does."""
import json
import pathlib
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

folder, token = pathlib.Path(sys.argv[1]), sys.argv[2]
taken = set()


class Gateway(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.answer(body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, body):
        if (folder / "down").exists():
            return 503
        if self.path != "/messages" or self.headers["Authorization"] != f"Bearer {token}":
            return 401
        message = json.loads(body)
        if sorted(message) != ["id", "text", "to"] or message["id"] != self.headers["Idempotency-Key"]:
            return 400
        if message["id"] in taken:
            return 409
        if message["to"].endswith("99"):
            return 422
        taken.add(message["id"])
        with (folder / "taken").open("a") as file:
            file.write(json.dumps(message) + "\n")
        return 202

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Gateway)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
# ends with the test, which holds the other end
sys.stdin.read()
