"""Conversations as the documentation shows them."""

from .editions import Edition
from .store import Conversation, Participant

CODE_URL = "https://mixin.one/codes/"

# What was added since 2018. The iOS app needs circles and expire_in; no endpoint fills them here.
LATER_MEMBERS = {"expire_in": 0, "participant_sessions": [], "circles": []}


def conversation_answer(conversation: Conversation, edition: Edition) -> dict:
    members = {
        "type": "conversation",
        "conversation_id": conversation.conversation_id,
        "creator_id": conversation.creator_id,
        "category": conversation.category,
        "name": conversation.name,
        "icon_url": "",
        "announcement": conversation.announcement,
        "created_at": conversation.created_at,
        # For a CONTACT too: one SDK cannot read "", and a link has to be absolute.
        "code_id": conversation.code_id,
        "code_url": CODE_URL + conversation.code_id,
        # Muted until a time that has passed: not muted.
        "mute_until": conversation.created_at,
        "participants": [participant_answer(participant) for participant in conversation.participants],
    }
    return members | LATER_MEMBERS if edition.has_later_members else members


def participant_answer(participant: Participant) -> dict:
    return {
        "type": "participant",
        "user_id": participant.user_id,
        "role": participant.role,
        "created_at": participant.created_at,
    }
