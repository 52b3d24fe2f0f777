"""A client that records what it is answered, so that two servers can be compared: ids and times get names."""

import base64
import hashlib
import http.client
import json
import re
import threading
import time
import uuid
from datetime import UTC, datetime

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d*)?(?:Z|[+-]\d\d:\d\d)?")
# What differs from answer to answer, or is the HTTP library's own.
PASSED_OVER = {"date", "server", "content-length"}
# A server that says nothing within this time is told from one that does.
PATIENCE = 5  # seconds


def conversation_id(one, other, reverse=False):
    low, high = sorted((one.encode(), other.encode()), reverse=reverse)
    return str(uuid.UUID(bytes=hashlib.md5(low + high).digest(), version=3))


def group_id(owner, name, members, random_id):
    group = conversation_id(conversation_id(owner, name), random_id)
    for member in sorted(members):
        group = conversation_id(group, member)
    return group


class Signer:
    """Signs as the session of a keystore does."""

    def __init__(self, keystore):
        from cryptography.hazmat.primitives import hashes, serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519, padding

        self.user = keystore.get("app_id") or keystore["client_id"]
        self.session = keystore["session_id"]
        if "session_private_key" in keystore:
            key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keystore["session_private_key"])[:32])
            self.algorithm, self.sign = "EdDSA", key.sign
            self.public = key.public_key().public_bytes_raw().hex()
        else:
            key = serialization.load_pem_private_key(keystore["private_key"].encode(), None)
            self.algorithm = "RS512"
            self.sign = lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA512())
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            self.public = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


class Different(Exception):
    """An answer is another than the one that was expected."""


class Client:
    """Sends requests to one server, one after another, and records what is answered to each.
    With `expected`, a recording, it stops at the first difference. With `words`, those of an error count."""

    def __init__(self, address, users, signers=None, tokens=None, expected=None, words=False):
        self.host, port = address.removeprefix("http://").split(":")
        self.port = int(port)
        self.users = users  # by who they are: caller, peer
        self.signers = signers  # None: nothing is signed
        self.tokens = tokens  # None: nothing opaque is sent
        self.expected = expected
        self.words = words
        self.recorded = {}
        self.known = {user: user for user in users.values()}
        self.times = {}
        self.count = 0
        self.connection = None

    def id(self, name):
        """A UUID of version 4 that has this name: the same in every recording."""
        digest = hashlib.md5(name.encode()).digest()
        made = str(uuid.UUID(bytes=digest, version=4))
        self.known[made] = made
        return made

    def post(self, label, body, **how):
        return self.call(label, "POST", "/conversations", body, **how)

    def get(self, label, conversation, **how):
        return self.call(label, "GET", f"/conversations/{conversation}", b"", **how)

    def call(self, label, method, path, body=b"", who="caller", headers=(), credential=None, chunked=False, **token):
        """Sends and records. `token`: what is another than in a good token; `credential`: header in its place."""
        body = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        for found in UUID.findall(body.decode("utf-8", "replace") + path):
            self.known.setdefault(found.lower(), found.lower())
        sent = {"Content-Type": "application/json", "X-Request-Id": self.id(f"request {label}")}
        if credential is None:
            credential = self.credential(method, path, body, who, **token)
        if credential:
            sent["Authorization"] = credential
        sent.update(headers)
        sent = {name: value for name, value in sent.items() if value is not None}
        answer = self.exchange(method, path, chunks(body) if chunked else body, sent)
        self.keep(label, self.steady(answer))
        return answer[2]

    def keep(self, label, what):
        assert label not in self.recorded, label
        self.recorded[label] = what
        if self.expected is not None and self.expected.get(label) != what:
            raise Different(label)

    def credential(self, method, path, body, who, **token):
        if self.signers is not None:
            return f"Bearer {self.token(method, path, body, who, **token)}"
        return f"Bearer {self.tokens[who]}" if self.tokens is not None else ""

    def token(self, method, path, body, who, claims=(), header=(), sign=None, change=None, raw=None):
        signer = self.signers[who]
        self.count += 1
        now = int(time.time())
        given = {
            "uid": signer.user,
            "sid": signer.session,
            "iat": now,
            "exp": now + 600,
            "jti": self.id(f"jti {self.count}"),
            "sig": hashlib.sha256(method.encode() + path.encode() + body).hexdigest(),
            "scp": "FULL",
        }
        given.update(claims)
        given = {name: value for name, value in given.items() if value is not ...}
        first = {"alg": signer.algorithm, "typ": "JWT", **dict(header)}
        first = {name: value for name, value in first.items() if value is not ...}
        signed = ".".join(map(base64url, raw(first, given) if raw else (encoded(first), encoded(given))))
        signature = (sign or signer.sign)(signed.encode())
        text = f"{signed}.{base64url(signature)}"
        return change(text) if change else text

    def exchange(self, method, path, body, headers):
        """(status, headers, body); a status of text where there is no answer."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.connection = None
            return type(error).__name__, [], b""

    def together(self, label, requests):
        """Sends creations (who, body) at one time; records how many different answers there are, and of whom."""
        answers = {}

        def send(number, who, body):
            sent = json.dumps(body).encode()
            alone = Client(f"http://{self.host}:{self.port}", self.users, self.signers, self.tokens)
            alone.count = 1000 * (self.count + number)  # no token is that of another request
            credential = alone.credential("POST", "/conversations", sent, who)
            headers = {"Authorization": credential} if credential else {}
            answers[number] = (who, *alone.exchange("POST", "/conversations", sent, headers)[::2])

        threads = [threading.Thread(target=send, args=(1 + index, *each)) for index, each in enumerate(requests)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        whose = sorted(
            (who, str(status), self.users[who] in text.decode()[:200]) for who, status, text in answers.values()
        )
        self.keep(label, [len({text for _, _, text in answers.values()}), whose])

    def steady(self, answer):
        status, headers, body = answer
        kept = sorted((name.lower(), value) for name, value in headers if name.lower() not in PASSED_OVER)
        text = (body if self.words else without_words(body)).decode("utf-8", "backslashreplace")
        text = TIME.sub(lambda match: self.named_time(match[0]), UUID.sub(lambda match: self.named(match[0]), text))
        return [status, kept, text]

    def named(self, found):
        """Those that this client has sent stay; those of the server are numbered as they come up."""
        if found.lower() not in self.known:
            self.known[found.lower()] = f"ID-{len(self.known)}"
        name = self.known[found.lower()]
        return name.upper() if found != found.lower() else name

    def named_time(self, found):
        number = self.times.setdefault(found, len(self.times))
        shape = re.sub(r"\d", "0", found)
        try:
            age = datetime.now(UTC) - datetime.fromisoformat(found)
        except (TypeError, ValueError):
            return f"TIME-{number} ({shape})"
        hours = round(age.total_seconds() / 3600)
        return f"TIME-{number} ({shape}, {hours} hours ago)"


def without_words(body):
    """An error without its texts for people: other words are no other answer."""
    try:
        error = json.loads(body)["error"]
        for holder, name in ((error, "description"), (error.get("extra"), "reason")):
            if holder and isinstance(holder.get(name), str) and holder[name]:
                holder[name] = "words"
        return encoded(json.loads(body) | {"error": error})
    except (ValueError, TypeError, KeyError, AttributeError):
        return body


def encoded(value):
    return json.dumps(value).encode()


def chunks(body):
    """A body of unknown length goes out in chunks."""
    yield from (body[index : index + 50] for index in range(0, len(body), 50))


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
