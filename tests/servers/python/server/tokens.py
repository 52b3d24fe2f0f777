"""Signed tokens (JWT): reading one, and each of the checks that it has to pass."""

import base64
import hashlib
import math
from dataclasses import dataclass

from .errors import Error, Refusal
from .keys import PublicKey
from .strict_json import parse_object

# How far ahead of this clock another may be, in seconds.
MAX_CLOCK_SKEW = 300


class InvalidToken(Refusal):
    """What is wrong is for the reader of this code; clients are told the same about every bad token."""

    def __init__(self, what: str) -> None:
        super().__init__(Error.UNAUTHORIZED, reason=what)


@dataclass(frozen=True)
class Token:
    header: dict
    claims: dict
    signed: bytes
    signature: bytes

    def text_claim(self, name: str) -> str:
        value = self.claims.get(name)
        if not isinstance(value, str) or not value:
            raise InvalidToken(name)
        return value

    def time_claim(self, name: str) -> float:
        value = self.claims.get(name)
        # A bool is an int to Python, and 1e999 is read as infinity: a token that would never expire.
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise InvalidToken(name)
        return float(value)

    def digest(self) -> bytes:
        return hashlib.sha256(self.signed).digest()


def read_token(text: str) -> Token:
    """Takes the token apart. Nothing in it may be trusted before `check_signature`."""
    try:
        header, claims, signature = text.split(".")
        return Token(
            header=parse_object(_decode_segment(header)),
            claims=parse_object(_decode_segment(claims)),
            signed=f"{header}.{claims}".encode("ascii"),
            signature=_decode_segment(signature),
        )
    except ValueError as error:
        raise InvalidToken("malformed") from error


def _decode_segment(segment: str) -> bytes:
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    # The decoder skips foreign characters and spare bits; with them one token could be written in many ways.
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != segment:
        raise ValueError("not base64url")
    return data


def check_header(token: Token, key: PublicKey) -> None:
    if token.header.get("alg") != key.algorithm:
        raise InvalidToken("alg")
    if token.header.get("typ", "JWT") != "JWT":
        raise InvalidToken("typ")
    # An extension that has to be understood, and is not (RFC 7515, 4.1.11).
    if "crit" in token.header:
        raise InvalidToken("crit")


def check_signature(token: Token, key: PublicKey) -> None:
    if not key.verifies(token.signature, token.signed):
        raise InvalidToken("signature")


def check_times(token: Token, now: float) -> None:
    # "On or after" exp (RFC 7519, 4.1.4), so there is no leeway here.
    if token.time_claim("exp") <= now:
        raise InvalidToken("exp")
    if token.time_claim("iat") > now + MAX_CLOCK_SKEW:
        raise InvalidToken("iat")


def check_binding(token: Token, method: str, target: str, body: bytes) -> None:
    """sig is the SHA-256 of method, path with query, and body, exactly as they were sent."""
    digest = hashlib.sha256(method.encode() + target.encode() + body).hexdigest()
    if token.text_claim("sig") != digest:
        raise InvalidToken("sig")


def has_full_scope(token: Token) -> bool:
    """Old SDKs send no scp, and the table of claims has none: a token without it is the user's own."""
    return "scp" not in token.claims or "FULL" in token.text_claim("scp").split()
