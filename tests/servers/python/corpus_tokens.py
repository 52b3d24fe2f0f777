"""Signed tokens, good and bad in many ways, for the corpus."""

import base64
import hashlib
import hmac
import json
import time

from probes import base64url, encoded

DAY = 86400


def token_requests(client):
    known = client.id("group of 1")
    changed(client, known)
    algorithms(client, known)
    bindings(client, known)
    credentials(client, known)
    used(client, known)


def changed(client, known):
    now = int(time.time())
    peer = client.signers["peer"]
    odd = [..., None, True, False, 0, -1, 5, 1.5, "", "x", [], {}, ["x"], "null", client.id("some id")]
    for claim in ("uid", "sid", "iat", "exp", "jti", "sig", "scp", "unknown"):
        for number, value in enumerate(odd):
            client.get(f"claim {claim}, {number}: {value!r}", known, claims={claim: value})
    moments = {
        "just over": now - 1,
        "a minute ago": now - 60,
        "half an hour ago": now - 1800,
        "a day ago": now - DAY,
        "soon": now + 60,
        "in 90 days": now + 90 * DAY,
        "in a year": now + 365 * DAY,
        "in ten years": now + 3650 * DAY,
        "in milliseconds": now * 1000,
        "as text": str(now + 600),
        "a fraction": now + 600.5,
        "huge": 10**30,
        "float": float(now + 600),
        "minus": -now,
    }
    for label, value in moments.items():
        client.get(f"exp {label}", known, claims={"exp": value})
    for seconds in (-400 * DAY, -3600, -60, 60, 200, 299, 310, 600, 3600, DAY):
        client.get(f"iat {seconds}", known, claims={"iat": now + seconds, "exp": now + 2 * DAY})
    for scope in ("FULL", "full", "PROFILE:READ", "PROFILE:READ FULL", "FULLER", " FULL "):
        client.get(f"scp {scope!r}", known, claims={"scp": scope})
    client.get("uid of the peer", known, claims={"uid": peer.user})
    client.get("sid of the peer", known, claims={"sid": peer.session})
    client.get("both of the peer", known, claims={"uid": peer.user, "sid": peer.session})
    client.get("ids in upper case", known, claims={"uid": client.users["caller"].upper()})
    client.get("the peer's own", known, who="peer")
    client.get("without uid and sid", known, claims={"uid": ..., "sid": ..., "iss": client.users["caller"]})
    for label, text in {
        "list": b"[]",
        "text": b'"x"',
        "no JSON": b"{",
        "empty": b"",
        "bytes": b"\xff",
        "deep": b"[" * 3000,
    }.items():
        client.get(f"claims are {label}", known, raw=lambda header, claims, text=text: (encoded(header), text))
        client.get(f"header is {label}", known, raw=lambda header, claims, text=text: (text, encoded(claims)))
    for number in (b"1e999", b"NaN", b"-1e999", b"9" * 300):
        client.get(
            f"exp is {number[:9]!r}",
            known,
            raw=lambda header, claims, number=number: (
                encoded(header),
                json.dumps(claims | {"exp": "?"}).encode().replace(b'"?"', number),
            ),
        )


def algorithms(client, known):
    signer, peer = client.signers["caller"], client.signers["peer"]
    text = signer.public.encode()
    secrets = {"text": text, "empty": b"", "word": b"secret", "user": signer.user.encode(), "trimmed": text.strip()}
    if len(text) == 64:
        secrets["bytes"] = bytes.fromhex(signer.public)
        secrets["base64"] = base64.b64encode(secrets["bytes"])
        secrets["base64url"] = base64url(secrets["bytes"]).encode()
    for name, digest in (("HS256", "sha256"), ("HS384", "sha384"), ("HS512", "sha512")):
        for label, secret in secrets.items():
            client.get(
                f"{name} with {label}",
                known,
                header={"alg": name},
                sign=lambda data, secret=secret, digest=digest: hmac.new(secret, data, digest).digest(),
            )
    for value in ("none", "None", "NONE", "", "EdDSA", "RS512", "RS256", "ES256", "X", None, 5, [], True, ...):
        client.get(f"alg {value!r}, unsigned", known, header={"alg": value}, sign=lambda data: b"")
        client.get(f"alg {value!r}, signed", known, header={"alg": value})
        client.get(f"alg {value!r}, zeros", known, header={"alg": value}, sign=lambda data: bytes(64))
    for value in ("jwt", "JWE", "", None, 5, ...):
        client.get(f"typ {value!r}", known, header={"typ": value})
    client.get("crit", known, header={"crit": ["exp"]})
    client.get("kid", known, header={"kid": "x"})
    if len(text) == 64:
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(bytes.fromhex(peer.public))}
        client.get("jwk", known, header={"jwk": jwk}, sign=peer.sign)
    client.get("of the other key", known, sign=peer.sign)
    for label, change in {
        "one byte more": lambda s: s + b"\0",
        "one byte less": lambda s: s[:-1],
        "another byte": lambda s: s[:-1] + bytes([s[-1] ^ 1]),
        "twice": lambda s: s * 2,
        "half": lambda s: s[: len(s) // 2],
        "zeros": lambda s: bytes(len(s)),
        "ff": lambda s: b"\xff" * len(s),
    }.items():
        client.get(f"signature, {label}", known, sign=lambda data, change=change: change(signer.sign(data)))


def bindings(client, known):
    body = {"category": "GROUP", "conversation_id": client.id("group bound"), "participants": []}
    contact = {**body, "category": "CONTACT"}
    large = {**body, "unknown": "x" * 9000}
    for label, sent in (("group", body), ("contact", contact), ("large", large)):
        path, text = "/conversations", json.dumps(sent).encode()
        for how, signed in {
            "other body": b"POST" + path.encode() + b"{}",
            "no body": b"POST" + path.encode(),
            "body alone": text,
            "other method": b"PUT" + path.encode() + text,
            "other path": b"POST/conversation" + text,
            "no path": b"POST" + text,
            "with host": b"POSThttps://api.mixin.one" + path.encode() + text,
            "trimmed": b"POST" + path.encode() + text.strip(),
            "compact": b"POST" + path.encode() + json.dumps(sent, separators=(",", ":")).encode(),
        }.items():
            sig = hashlib.sha256(signed).hexdigest()
            client.post(f"{label} signed as {how}", b" " + text + b"\n", claims={"sig": sig})
        sig = hashlib.sha256(b"POST" + path.encode() + text).hexdigest()
        for how, value in {
            "upper": sig.upper(),
            "8 digits": sig[:8],
            "a space": sig + " ",
            "zeros": "0" * 64,
            "none": ...,
        }.items():
            client.post(f"{label} with sig of {how}", text, claims={"sig": value})
        client.post(f"{label} unsigned", text, sign=lambda data: b"")
        client.post(f"{label} signed by the other", text, sign=client.signers["peer"].sign)
        client.post(f"{label} expired", text, claims={"exp": int(time.time()) - 60})
        client.post(f"{label} signed well", b"\n " + text + b" ")
    path = f"/conversations/{known}"
    sig = hashlib.sha256(b"GET" + path.encode()).hexdigest()
    client.get("query that is not signed", known + "?a=1", claims={"sig": sig})
    client.get("query that is not sent", known, claims={"sig": hashlib.sha256(f"GET{path}?a=1".encode()).hexdigest()})
    client.get("reading with a sig of another", client.id("group of 2"), claims={"sig": sig})


def credentials(client, known):
    def good():
        return client.token("GET", f"/conversations/{known}", b"", "caller")

    for label, of in {
        "none": lambda token: "",
        "no scheme": lambda token: token,
        "small letters": lambda token: f"bearer {token}",
        "capitals": lambda token: f"BEARER {token}",
        "two spaces": lambda token: f"Bearer  {token}",
        "Basic": lambda token: f"Basic {token}",
        "and more": lambda token: f"Bearer {token} x",
        "comma": lambda token: f"Bearer {token},",
        "tab": lambda token: f"Bearer\t{token}",
        "empty": lambda token: "Bearer ",
        "garbage": lambda token: "Bearer x",
        "dots": lambda token: "Bearer ..",
        "padded": lambda token: f"Bearer {token}=",
        "cut": lambda token: f"Bearer {token[:-5]}",
        "no signature": lambda token: "Bearer " + token.rpartition(".")[0],
        "empty signature": lambda token: "Bearer " + token.rpartition(".")[0] + ".",
        "four parts": lambda token: f"Bearer {token}.x",
        "foreign characters": lambda token: "Bearer " + token[:5] + "*" + token[5:],
        "spare bits": lambda token: "Bearer " + next_letter(token),
    }.items():
        client.get(f"credential: {label}", known, credential=of(good()))
    client.get("both headers", known, headers={"authorization": f"Bearer {good()}"})
    created = {"category": "GROUP", "conversation_id": client.id("group unauthorized"), "participants": []}
    client.post("creating without a credential", created, credential="")
    client.post("creating with a wrong signature", created, sign=lambda data: bytes(64))
    client.get("not created without a credential", created["conversation_id"])
    client.post("no JSON without a credential", b"{", credential="")
    client.call("unknown path without a credential", "GET", "/me", credential="")


def next_letter(token):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + letters[letters.index(token[-1]) ^ 1]


def used(client, known):
    token = client.token("GET", f"/conversations/{known}", b"", "caller")
    for time_ in ("first", "second"):
        client.get(f"one token for the {time_} time", known, credential=f"Bearer {token}")
    client.get("the same token, another path", client.id("group of 2"), credential=f"Bearer {token}")
    client.get("the same token, another signature", known, credential=f"Bearer {token.rpartition('.')[0]}.{'A' * 86}")
    client.call("HEAD with a token", "HEAD", f"/conversations/{known}")
