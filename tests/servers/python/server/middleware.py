"""What concerns every request, whatever its path."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


def echo_request_id(app: ASGIApp) -> ASGIApp:
    """The official apps refuse any answer, success or refusal, without their request's id."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        request_id = Headers(scope=scope).get("X-Request-Id")

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start" and request_id is not None:
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        await app(scope, receive, send_with_id)

    return wrapped
