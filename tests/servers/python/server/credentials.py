"""Who calls: decided by the credential alone."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from . import tokens
from .errors import Error, Refusal
from .keys import PublicKey
from .store import UsedTokens

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class IncomingRequest:
    method: str
    target: str  # path with query, as it stood in the request line
    authorization: list[str]  # every header of that name
    body: bytes


# Says which user calls, or raises a Refusal.
Authenticator = Callable[[IncomingRequest], str]


@dataclass(frozen=True)
class Account:
    user_id: str
    session_id: str
    public_key: PublicKey


def bearer_token(request: IncomingRequest) -> str:
    # Of two headers nobody could say which one a proxy in between has looked at.
    match = _BEARER.fullmatch(request.authorization[0]) if len(request.authorization) == 1 else None
    if match is None:
        raise Refusal(Error.UNAUTHORIZED)
    return match[1]


def fixed_caller(user_id: str) -> Authenticator:
    return lambda request: user_id


def opaque_tokens(users: dict[str, str]) -> Authenticator:
    def authenticate(request: IncomingRequest) -> str:
        if (token := bearer_token(request)) not in users:
            raise Refusal(Error.UNAUTHORIZED)
        return users[token]

    return authenticate


class SignedTokens:
    """Tokens signed by the key of an account's session. Without `used`, a token may come again."""

    def __init__(self, accounts: list[Account], used: UsedTokens | None) -> None:
        self._accounts = {(account.user_id, account.session_id): account for account in accounts}
        self._used = used

    def __call__(self, request: IncomingRequest) -> str:
        token = tokens.read_token(bearer_token(request))
        account = self._account_of(token)
        self._check(token, account.public_key, request)
        if not tokens.has_full_scope(token):
            # Valid, but given for something else: no scope of the OAuth page covers conversations.
            raise Refusal(Error.FORBIDDEN)
        return account.user_id

    def _account_of(self, token: tokens.Token) -> Account:
        session = token.text_claim("uid").lower(), token.text_claim("sid").lower()
        account = self._accounts.get(session)
        if account is None:
            raise tokens.InvalidToken("uid, sid")
        return account

    def _check(self, token: tokens.Token, key: PublicKey, request: IncomingRequest) -> None:
        now = time.time()
        tokens.check_header(token, key)
        tokens.check_signature(token, key)
        tokens.check_times(token, now)
        token.text_claim("jti")
        tokens.check_binding(token, request.method, request.target, request.body)
        # Last, so that nobody can use up a token that is not theirs.
        if self._used is not None and not self._used.add(token.digest(), token.time_claim("exp"), now):
            raise tokens.InvalidToken("used before")
