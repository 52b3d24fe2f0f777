"""Public keys of sessions. A key knows its algorithm: a token does not get to choose (RFC 8725, 3.1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import load_pem_public_key

_ED25519_HEX = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class PublicKey:
    algorithm: str
    verify: Callable[[bytes, bytes], None]  # raises InvalidSignature

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            self.verify(signature, data)
        except InvalidSignature:
            return False
        return True


def parse_public_key(text: str) -> PublicKey:
    """64 hex digits are an Ed25519 key; everything else has to be an RSA key in PEM."""
    if _ED25519_HEX.fullmatch(text):
        return PublicKey("EdDSA", Ed25519PublicKey.from_public_bytes(bytes.fromhex(text)).verify)
    key = load_pem_public_key(text.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("a PEM key has to be an RSA key")
    return PublicKey("RS512", partial(key.verify, padding=PKCS1v15(), algorithm=SHA512()))
