"""The documented error codes, and refusals made of them."""

from enum import Enum

# "Only 20x and 500 will be used by Mixin API": several SDKs lose the code when they see a real 4xx.
REFUSAL_STATUS = 202


class Error(Enum):
    UNREADABLE_BODY = 400, "The request body can't be parsed as valid data."
    UNAUTHORIZED = 401, "Unauthorized."
    FORBIDDEN = 403, "Forbidden."
    NOT_FOUND = 404, "The endpoint is not found."
    INTERNAL = 500, "Internal Server Error."
    INVALID_FIELD = 10002, "The request data has invalid field."
    GROUP_FULL = 20116, "The group chat is full."


class Refusal(Exception):
    """A request that is answered with an error object. `field` names the member that is wrong."""

    def __init__(self, error: Error, field: str = "", reason: str = "") -> None:
        super().__init__(error.name)
        self.error = error
        self.field = field
        self.reason = reason


def invalid_field(field: str, reason: str) -> Refusal:
    return Refusal(Error.INVALID_FIELD, field, reason)


def error_object(status: int, refusal: Refusal) -> dict:
    code, description = refusal.error.value
    error = {"status": status, "code": code, "description": description}
    if refusal.field:
        # "Retrieve detail from extra": an object, because one SDK cannot read a string there.
        error["extra"] = {"field": refusal.field, "reason": refusal.reason}
    return {"error": error}
