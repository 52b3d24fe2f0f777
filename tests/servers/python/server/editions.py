"""What differs between the documentation of 2018 and that of 2026."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    # Members of a creation that the edition does not know, and so ignores.
    unknown_members: frozenset[str]
    # "The signed authorization token cannot be reused" stands on the page of 2026 only.
    tokens_are_single_use: bool
    # expire_in, participant_sessions and circles came after 2018.
    has_later_members: bool


EDITIONS = {
    "2018": Edition(frozenset({"random_id"}), tokens_are_single_use=False, has_later_members=False),
    "2026": Edition(frozenset(), tokens_are_single_use=True, has_later_members=True),
}
