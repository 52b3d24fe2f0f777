"""The rules of creating and reading conversations."""

from datetime import UTC, datetime
from uuid import uuid4

from .errors import Error, Refusal, invalid_field
from .ids import checked_uuid, group_conversation_id, unique_conversation_id
from .schemas import CreateConversation
from .store import Conversation, ConversationStore, Participant

MAX_LISTED_MEMBERS = 256  # "up to 256 people": those that the caller lists, the caller not counted
OWNER = "OWNER"


class Conversations:
    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def read(self, caller: str, conversation_id: str) -> Conversation:
        try:
            normal_id = checked_uuid(conversation_id)
        except ValueError as error:
            raise invalid_field("conversation_id", str(error)) from None
        return checked_for(caller, self._store.find(normal_id))

    def create(self, caller: str, request: CreateConversation) -> Conversation:
        """Creates the conversation, or returns the one with that id as it is."""
        roles = member_roles(caller, request)
        if self._store.find(request.conversation_id) is None:
            check_new_group_id(caller, request)
            self._store.add(new_conversation(caller, request, roles))
        # Read back in any case: of two creations at the same time both answer with what is stored.
        conversation = checked_for(caller, self._store.find(request.conversation_id))
        if conversation.category != request.category:
            raise invalid_field("category", "This conversation_id belongs to a conversation of another category")
        return conversation


def checked_for(caller: str, conversation: Conversation | None) -> Conversation:
    """Only participants see a conversation. To others it looks as if there were none: 403 either way,
    as the 2026 page on groups has it for one that was not created."""
    if conversation is None or not conversation.has(caller):
        raise Refusal(Error.FORBIDDEN)
    return conversation


def member_roles(caller: str, request: CreateConversation) -> dict[str, str]:
    """The users besides the caller, each with the role to be given."""
    if request.category == "CONTACT":
        return {contact_peer(caller, request): ""}
    return group_member_roles(caller, request)


def contact_peer(caller: str, request: CreateConversation) -> str:
    if len(request.participants) != 1:
        raise invalid_field("participants", "A CONTACT takes exactly one participant, the other party")
    peer = request.participants[0].user_id
    if peer == caller:
        raise invalid_field("participants[0].user_id", "Input should be the other party's user_id")
    if request.conversation_id != unique_conversation_id(caller, peer):
        raise invalid_field("conversation_id", "Input should be the UniqueConversationId of both parties")
    return peer


def group_member_roles(caller: str, request: CreateConversation) -> dict[str, str]:
    roles: dict[str, str] = {}
    for participant in request.participants:
        # Who is named twice is in it once, as first named; the caller is the owner anyway.
        if participant.user_id != caller:
            roles.setdefault(participant.user_id, participant.role)
    if len(roles) > MAX_LISTED_MEMBERS:
        raise Refusal(Error.GROUP_FULL, "participants", f"A group takes up to {MAX_LISTED_MEMBERS} people")
    return roles


def check_new_group_id(caller: str, request: CreateConversation) -> None:
    """With a random_id, the id of a new group is derived; without one, any UUID will do."""
    if request.category != "GROUP" or not request.random_id:
        return
    if request.conversation_id not in derived_group_ids(caller, request):
        raise invalid_field("conversation_id", "Input should be the GroupConversationId of the members")


def derived_group_ids(caller: str, request: CreateConversation) -> set[str]:
    """The page does not say whether an owner in the list is a "member ID", or a user named twice two of them."""
    listed = [participant.user_id for participant in request.participants]
    others = set(listed) - {caller}
    return {group_conversation_id(caller, request.name, ids, request.random_id) for ids in (listed, others)}


def new_conversation(caller: str, request: CreateConversation, roles: dict[str, str]) -> Conversation:
    now = timestamp()
    is_group = request.category == "GROUP"
    return Conversation(
        conversation_id=request.conversation_id,
        creator_id=caller,
        category=request.category,
        # The name is "valid when category is 'GROUP'".
        name=request.name if is_group else "",
        announcement=request.announcement if is_group else "",
        code_id=str(uuid4()),
        created_at=now,
        participants=(
            Participant(caller, OWNER, now),
            *(Participant(user_id, role, now) for user_id, role in roles.items()),
        ),
    )


def timestamp() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
