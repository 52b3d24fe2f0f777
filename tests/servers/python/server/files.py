"""The files that say who may call."""

import json
from pathlib import Path

from .credentials import Account
from .ids import checked_uuid
from .keys import parse_public_key


def load_accounts(path: str) -> list[Account]:
    return [_account(entry) for entry in json.loads(Path(path).read_text("utf-8"))]


def load_opaque_tokens(path: str) -> dict[str, str]:
    entries = json.loads(Path(path).read_text("utf-8"))
    return {token: checked_uuid(user_id) for token, user_id in entries.items()}


def _account(entry: dict) -> Account:
    return Account(
        user_id=checked_uuid(entry["user_id"]),
        session_id=checked_uuid(entry["session_id"]),
        public_key=parse_public_key(entry["public_key"]),
    )
