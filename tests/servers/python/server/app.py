"""The two endpoints in HTTP."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from .answers import conversation_answer
from .conversations import Conversations
from .credentials import Authenticator, IncomingRequest
from .editions import Edition
from .errors import REFUSAL_STATUS, Error, Refusal, error_object
from .middleware import echo_request_id
from .schemas import parse_creation
from .store import Conversation
from .strict_json import parse_object

# Room for 256 members and for the icon in base64 that the apps send along.
MAX_BODY_SIZE = 1024 * 1024


class Api:
    """The handlers. They never await between looking a conversation up and adding it, and the database
    is in memory: one thread is both fast enough and enough to keep requests apart."""

    def __init__(self, edition: Edition, authenticate: Authenticator, conversations: Conversations) -> None:
        self._edition = edition
        self._authenticate = authenticate
        self._conversations = conversations

    async def create(self, request: Request) -> Response:
        incoming = await incoming_request(request)
        caller = self._authenticate(incoming)
        members = parse_body(incoming.body)
        for name in self._edition.unknown_members:
            members.pop(name, None)
        return self._answer(self._conversations.create(caller, parse_creation(members)))

    async def read(self, request: Request) -> Response:
        caller = self._authenticate(await incoming_request(request))
        return self._answer(self._conversations.read(caller, request.path_params["conversation_id"]))

    def _answer(self, conversation: Conversation) -> Response:
        return JSONResponse({"data": conversation_answer(conversation, self._edition)})


async def incoming_request(request: Request) -> IncomingRequest:
    return IncomingRequest(
        method=request.method,
        target=request_target(request),
        authorization=request.headers.getlist("Authorization"),
        body=await read_body(request),
    )


def request_target(request: Request) -> str:
    """Path and query as they were sent, before any percent-decoding: this is what clients sign."""
    path = request.scope["raw_path"].decode("latin-1")
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


async def read_body(request: Request) -> bytes:
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        # What is too much is still read, so that the client gets to see the answer, but it is not kept.
        body += chunk if size <= MAX_BODY_SIZE else b""
    if size > MAX_BODY_SIZE:
        raise Refusal(Error.UNREADABLE_BODY)
    return bytes(body)


def parse_body(body: bytes) -> dict:
    # Content-Type is not looked at: the body is JSON or it is refused.
    try:
        return parse_object(body)
    except ValueError:
        raise Refusal(Error.UNREADABLE_BODY) from None


async def on_refusal(request: Request, refusal: Refusal) -> Response:
    return JSONResponse(error_object(REFUSAL_STATUS, refusal), REFUSAL_STATUS)


async def on_unknown_endpoint(request: Request, error: HTTPException) -> Response:
    """Unknown paths and methods alike: the documentation has no code for a method."""
    # To CONNECT, any 2xx would say that a tunnel stands (RFC 9110, 9.3.6).
    status = 404 if request.method == "CONNECT" else REFUSAL_STATUS
    return JSONResponse(error_object(REFUSAL_STATUS, Refusal(Error.NOT_FOUND)), status)


async def on_own_mistake(request: Request, error: Exception) -> Response:
    return JSONResponse(error_object(500, Refusal(Error.INTERNAL)), 500)


def build_app(api: Api) -> ASGIApp:
    app = Starlette(
        routes=[
            Route("/conversations", api.create, methods=["POST"]),
            Route("/conversations/{conversation_id}", api.read, methods=["GET"]),
        ],
        exception_handlers={
            Refusal: on_refusal,
            HTTPException: on_unknown_endpoint,
            ClientDisconnect: on_unknown_endpoint,  # nobody will read the answer
            Exception: on_own_mistake,
        },
    )
    app.router.redirect_slashes = False  # a token is signed for one path only
    # Around the whole of it, so that even a 500 carries the id of its request.
    return echo_request_id(app)
