"""The body of POST /conversations: which members are read, and of what type and length each is."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from .errors import invalid_field
from .ids import checked_uuid

MAX_NAME_LENGTH = 512  # in code points: the page says "characters" (2026, create)
MAX_ANNOUNCEMENT_LENGTH = 1024  # 2026, group


def _null_as_empty(value: Any) -> Any:
    """Null says "not set": some SDKs write the members that they leave open."""
    return "" if value is None else value


def _check_unicode(value: str) -> str:
    """Half of a surrogate pair is JSON, but no text that could be stored or given back."""
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("half of a surrogate pair")
    return value


def _check_uuid_if_set(value: str) -> str:
    # The Go SDK sends "" where it has no random_id.
    return checked_uuid(value) if value else value


NullAsEmpty = BeforeValidator(_null_as_empty)
Text = Annotated[str, NullAsEmpty, AfterValidator(_check_unicode)]
Uuid = Annotated[str, AfterValidator(checked_uuid)]
UuidIfSet = Annotated[str, NullAsEmpty, AfterValidator(_check_uuid_if_set)]
Role = Annotated[Literal["", "ADMIN"], NullAsEmpty]
# REMOVE and EXIT are documented too, but a conversation to be created has nobody to take out.
Action = Annotated[Literal["", "ADD", "JOIN", "ROLE"], NullAsEmpty]


# Strict: a value of another type is refused, not converted. Unknown members are ignored.
STRICT = ConfigDict(strict=True, extra="ignore", frozen=True)


class ParticipantInput(BaseModel):
    model_config = STRICT
    user_id: Uuid
    role: Role = ""
    action: Action = "ADD"


class CreateConversation(BaseModel):
    model_config = STRICT
    category: Literal["GROUP", "CONTACT"]
    conversation_id: Uuid
    participants: list[ParticipantInput]
    name: Text = Field("", max_length=MAX_NAME_LENGTH)
    announcement: Text = Field("", max_length=MAX_ANNOUNCEMENT_LENGTH)
    random_id: UuidIfSet = ""


def parse_creation(members: dict) -> CreateConversation:
    try:
        return CreateConversation.model_validate(members)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise invalid_field(_member_path(first["loc"]), first["msg"]) from None


def _member_path(location: tuple[int | str, ...]) -> str:
    """("participants", 0, "user_id") as participants[0].user_id"""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return path.removeprefix(".")
