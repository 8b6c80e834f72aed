"""A mail server of the tests: aiosmtpd on three ports of loopback, each with a login.

mail_server.py CERTIFICATE KEY FOLDER USER PASSWORD: prints the ports as JSON, writes each letter as a JSON file into FOLDER,
and ends with its standard input. Words in addresses ask for faults: a recipient with "refused" is refused for good, one with
"later" the first time it is named, a sender with "stranger" always.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

CERTIFICATE, KEY, FOLDER, USER, PASSWORD = sys.argv[1:]


class Letters:
    """Takes letters and writes them down."""

    def __init__(self):
        self.count = 0
        self.delayed = set()

    async def handle_MAIL(self, server, session, envelope, address, options):
        if "stranger" in address:
            return "553 5.7.1 this is not your address"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "refused" in address:
            return "550 5.1.1 no such person"
        if "later" in address and address not in self.delayed:
            self.delayed.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.count += 1
        letter = {
            "number": self.count,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos[0],
            "subject": message["subject"],
            "headers": {name: str(value) for name, value in message.items()},
            "text": message.get_body(("plain",)).get_content().replace("\r\n", "\n"),
            "html": message.get_body(("html",)).get_content().replace("\r\n", "\n"),
            "encrypted": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
        }
        path = os.path.join(FOLDER, f"{self.count:06}.json")
        with open(path + ".new", "w") as file:
            json.dump(letter, file)
        os.rename(path + ".new", path)
        return "250 OK"


def login(server, session, envelope, mechanism, data):
    known = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=known, handled=False)


async def serve():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE, KEY)
    letters = Letters()
    common = {"authenticator": login, "auth_required": True, "enable_SMTPUTF8": True, "hostname": "localhost"}
    ways = {
        "starttls": (dict(tls_context=tls, require_starttls=True, auth_require_tls=True), None),
        "implicit": (dict(auth_require_tls=False), tls),
        "plain": (dict(auth_require_tls=False), None),
    }
    ports = {}
    for name, (options, at_once) in ways.items():
        make = lambda options=options: SMTP(letters, loop=asyncio.get_running_loop(), **common, **options)
        server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=at_once)
        ports[name] = server.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
