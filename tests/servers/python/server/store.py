"""What the server remembers, in a throw-away SQLite database."""

import sqlite3
from dataclasses import astuple, dataclass

_SCHEMA = """
CREATE TABLE conversations (
    conversation_id TEXT PRIMARY KEY,
    creator_id TEXT NOT NULL,
    category TEXT NOT NULL,
    name TEXT NOT NULL,
    announcement TEXT NOT NULL,
    code_id TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
);
CREATE TABLE participants (
    conversation_id TEXT NOT NULL REFERENCES conversations,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (conversation_id, user_id)
);
CREATE TABLE used_tokens (digest BLOB PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX used_tokens_by_expiry ON used_tokens (expires_at);
"""


@dataclass(frozen=True)
class Participant:
    user_id: str
    role: str
    created_at: str


@dataclass(frozen=True)
class Conversation:
    conversation_id: str
    creator_id: str
    category: str
    name: str
    announcement: str
    code_id: str
    created_at: str
    participants: tuple[Participant, ...]

    def has(self, user_id: str) -> bool:
        return any(participant.user_id == user_id for participant in self.participants)


def open_database() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(_SCHEMA)
    return database


class ConversationStore:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def find(self, conversation_id: str) -> Conversation | None:
        key = (conversation_id,)
        row = self._database.execute("SELECT * FROM conversations WHERE conversation_id = ?", key).fetchone()
        if row is None:
            return None
        participants = self._database.execute(
            "SELECT user_id, role, created_at FROM participants WHERE conversation_id = ? ORDER BY rowid", key
        )
        return Conversation(*row, participants=tuple(Participant(*columns) for columns in participants))

    def add(self, conversation: Conversation) -> None:
        """Adds it whole, or not at all if there is one with its id."""
        with self._database:
            added = self._database.execute(
                "INSERT INTO conversations VALUES (:conversation_id, :creator_id, :category, :name,"
                " :announcement, :code_id, :created_at) ON CONFLICT (conversation_id) DO NOTHING",
                vars(conversation),
            )
            if added.rowcount == 1:
                self._add_participants(conversation)

    def _add_participants(self, conversation: Conversation) -> None:
        self._database.executemany(
            "INSERT INTO participants VALUES (?, ?, ?, ?)",
            ((conversation.conversation_id, *astuple(participant)) for participant in conversation.participants),
        )


class UsedTokens:
    """The digests of tokens that were accepted, until they expire anyway."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def add(self, digest: bytes, expires_at: float, now: float) -> bool:
        """False if it was there already."""
        with self._database:
            self._database.execute("DELETE FROM used_tokens WHERE expires_at <= ?", (now,))
            added = self._database.execute(
                "INSERT INTO used_tokens (digest, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (digest, expires_at),
            )
        return added.rowcount == 1
