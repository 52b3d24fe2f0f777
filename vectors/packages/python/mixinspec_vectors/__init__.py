"""Test vectors for Mixin Messenger's POST /conversations.

What each member means stands in the file's JSON Schema, `schema(name)`, and in the package's README.
"""

import json
from importlib.resources import files
from typing import Any, Literal, NotRequired, TypedDict, overload

__all__ = ["AnswerVector", "CreationVector", "GroupVector", "PublishedVector", "UniqueVector", "document", "schema", "vectors"]


class UniqueVector(TypedDict):
    """Two users, and the id of their conversation."""

    id: str
    comment: str
    flags: list[str]
    result: Literal["valid", "acceptable"]
    requirements: list[str]
    origins: NotRequired[list[str]]
    user_id: str
    other_user_id: str
    expected: str
    near_misses: dict[str, str]


class GroupVector(TypedDict):
    """A group, and its id; none where the input is to be refused."""

    id: str
    comment: str
    flags: list[str]
    result: Literal["valid", "invalid", "acceptable"]
    requirements: list[str]
    origins: NotRequired[list[str]]
    owner: str
    name: str
    participants: list[str]
    random: str
    expected: str | None
    near_misses: dict[str, str]


class CreationVector(TypedDict):
    """A request, and whether a server accepts it."""

    id: str
    edition: str
    comment: str
    flags: list[str]
    result: Literal["valid", "invalid", "acceptable"]
    level: Literal["must", "should", "may"]
    requirements: list[str]
    caller: dict[str, str]
    users: list[str]
    derived: Literal["unique_conversation_id", "group_conversation_id", "any", "as-is"]
    altered: NotRequired[dict[str, str]]
    request: dict[str, Any]
    expected: dict[str, Any]


class AnswerVector(TypedDict):
    """An answer, and what a client's user must get of it."""

    id: str
    edition: Literal["2018", "2026"]
    comment: str
    result: Literal["valid", "invalid"]
    requirements: list[str]
    answer: dict[str, Any]
    set: NotRequired[list[dict[str, str]]]
    expected: dict[str, Any]


class PublishedVector(TypedDict):
    """What an SDK or app has in its own tests."""

    id: str
    comment: str
    flags: list[str]
    result: Literal["valid", "acceptable"]
    requirements: list[str]
    origin: str
    function: Literal[
        "unique_conversation_id", "group_conversation_id", "unique_uuid", "unique_object_id", "name_uuid_from_bytes"
    ]
    arguments: list[str | list[str]]
    expected: str


Name = Literal["unique-conversation-id", "group-conversation-id", "create-conversation", "answers", "published"]


@overload
def vectors(name: Literal["unique-conversation-id"]) -> list[UniqueVector]: ...
@overload
def vectors(name: Literal["group-conversation-id"]) -> list[GroupVector]: ...
@overload
def vectors(name: Literal["create-conversation"]) -> list[CreationVector]: ...
@overload
def vectors(name: Literal["answers"]) -> list[AnswerVector]: ...
@overload
def vectors(name: Literal["published"]) -> list[PublishedVector]: ...
def vectors(name: Name) -> Any:
    """The vectors of a file, such as "unique-conversation-id"."""
    return document(name)["vectors"]


def document(name: Name) -> dict[str, Any]:
    """The whole file: also what its flags and its near misses mean."""
    return _read(f"{name}.json")


def schema(name: Name) -> dict[str, Any]:
    """The file's JSON Schema (draft 2020-12)."""
    return _read(f"schemas/{name}.schema.json")


def _read(path: str) -> dict[str, Any]:
    return json.loads((files(__name__) / "data" / path).read_text(encoding="utf-8"))
