"""Server of Mixin Messenger's POST /conversations and GET /conversations/:id."""

import argparse
import socket
import sqlite3

import uvicorn

from .app import Api, build_app
from .conversations import Conversations
from .credentials import Authenticator, SignedTokens, fixed_caller, opaque_tokens
from .editions import EDITIONS, Edition
from .files import load_accounts, load_opaque_tokens
from .ids import checked_uuid
from .store import ConversationStore, UsedTokens, open_database

HOST = "127.0.0.1"


class AnnouncingServer(uvicorn.Server):
    """Says where it listens as soon as it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"listening on http://{HOST}:{port}", flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 (the default) takes a free one")
    parser.add_argument("--edition", choices=sorted(EDITIONS), default="2026")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--accounts", metavar="FILE", help="sessions that sign their tokens")
    who.add_argument("--tokens", metavar="FILE", help="opaque tokens and their users")
    who.add_argument("--caller", metavar="UUID", help="every request comes from this user")
    return parser.parse_args()


def authenticator(options: argparse.Namespace, edition: Edition, database: sqlite3.Connection) -> Authenticator:
    if options.caller is not None:
        return fixed_caller(checked_uuid(options.caller))
    if options.tokens is not None:
        return opaque_tokens(load_opaque_tokens(options.tokens))
    used = UsedTokens(database) if edition.tokens_are_single_use else None
    return SignedTokens(load_accounts(options.accounts), used)


def main() -> None:
    options = parse_options()
    edition = EDITIONS[options.edition]
    database = open_database()
    conversations = Conversations(ConversationStore(database))
    config = uvicorn.Config(
        build_app(Api(edition, authenticator(options, edition, database), conversations)),
        host=HOST,
        port=options.port,
        ws="none",
        lifespan="off",
        log_level="warning",  # no access log: stdout has the announcement only
        timeout_keep_alive=75,
        timeout_graceful_shutdown=0.3,  # type: ignore[arg-type]  # seconds; asyncio takes fractions
    )
    AnnouncingServer(config).run()


if __name__ == "__main__":
    main()
