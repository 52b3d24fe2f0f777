"""UUIDs, and the conversation ids that clients derive from them."""

import hashlib
import re
import uuid
from collections.abc import Iterable

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


def checked_uuid(text: str) -> str:
    """The UUID in lower case: its case makes no difference on input (RFC 4122, 3), but in derived ids.
    Any version and variant will do: the pages say "UUID" and no more."""
    if _UUID.fullmatch(text) is None:
        raise ValueError("not a UUID")
    return text.lower()


def unique_conversation_id(one: str, other: str) -> str:
    """UniqueConversationId of the documentation: the same from either side."""
    # Go compares strings byte by byte, so a name has to be compared in UTF-8.
    low, high = sorted((one.encode(), other.encode()))
    digest = hashlib.md5(low + high, usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest, version=3))


def group_conversation_id(owner_id: str, name: str, member_ids: Iterable[str], random_id: str) -> str:
    """GroupConversationId of the 2026 page."""
    group_id = unique_conversation_id(owner_id, name)
    group_id = unique_conversation_id(group_id, random_id)
    for member_id in sorted(member_ids):
        group_id = unique_conversation_id(group_id, member_id)
    return group_id
