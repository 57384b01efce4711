"""A mail server for the tests: real SMTP, every message a file. What an address begins with decides: `never` is
refused for good, `later` is put off as long as the file `later` is there."""
import pathlib
import ssl
import sys
import time

from aiosmtpd.controller import Controller


class Handler:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later") and (self.folder / "later").exists():
            return "451 4.7.1 come back"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        tls = b"yes" if session.ssl is not None else b"no"
        head = b"X-Test-To: %s\r\nX-Test-Tls: %s\r\n" % (",".join(envelope.rcpt_tos).encode(), tls)
        part = self.folder / "part"
        part.write_bytes(head + envelope.content)
        part.rename(self.folder / f"{self.count:04}.eml")
        return "250 OK"


folder, port, cert, key = sys.argv[1:5]
context = None
if cert != "-":
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
controller = Controller(
    Handler(folder),
    hostname="127.0.0.1",
    port=int(port),
    tls_context=context,
    require_starttls=context is not None,
)
controller.start()
print("ready", flush=True)
# ends with the test, which holds the other end
sys.stdin.read()
controller.stop()
