"""Serves OpenAPI documents with Prism's mock server and talks to it, on a free port of the loopback address.

Prism must load a document without an error or a warning, answer the document's own requests with the document's own
answers, and refuse what the document forbids.

usage: check_prism.py PRISM DOCUMENT...
"""

import json
import queue
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import document as documents

STARTS_WITHIN = 60
ANSWERS_WITHIN = 10
ENDS_WITHIN = 10
# Any other line that Prism prints while it starts is an error, a warning, or something that Node has to say.
HARMLESS = re.compile(r"\[CLI\]\s+\S+\s+(awaiting|info|start)\s")
READY = re.compile(r"Prism is listening on (http://127\.0\.0\.1:\d+)")
# The environment's proxies are not for the loopback address.
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def check(prism: str, path: Path) -> str:
    document = documents.read(path)
    answered = refused = 0
    with serving(prism, path) as url:
        for method, where, operation in documents.operations(document):
            answer = content(document, operation["responses"]["200"])
            answers = list(documents.examples(answer).values())
            for name, (target, body) in requests(document, where, operation).items():
                said = f"{method} {where} ({name})"
                expect(ask(method, url + target, body), 200, said, answers)
                answered += 1
                expect(ask(method, url + target, body, token=None), 401, f"{said} without a token")
                refused += 1
                for member in content(document, operation.get("requestBody")).get("required", []):
                    less = {key: value for key, value in body.items() if key != member}
                    expect(ask(method, url + target, less), 422, f"{said} without {member}")
                    refused += 1
    if not answered:
        raise documents.Objection("it has no example of a request")
    return f"served by Prism, {answered} examples answered, {refused} broken requests refused"


def content(document: dict[str, Any], node: Any) -> dict[str, Any]:
    """The JSON media type of a body or an answer, with the names that its schema requires."""
    media = documents.resolve(document, node or {}).get("content", {}).get("application/json", {})
    schema = documents.resolve(document, media.get("schema", {}))
    return {**media, "required": schema.get("required", [])}


def requests(document: dict[str, Any], where: str, operation: dict[str, Any]) -> dict[str, tuple[str, Any]]:
    """Target and body of the requests that the document gives as examples, by name."""
    for parameter in operation.get("parameters", []):
        parameter = documents.resolve(document, parameter)
        where = where.replace("{" + parameter["name"] + "}", str(*documents.examples(parameter).values()))
    if "requestBody" not in operation:
        return {"example": (where, None)}
    bodies = documents.examples(content(document, operation["requestBody"]))
    return {name: (where, body) for name, body in bodies.items()}


def expect(answer: tuple[int, str | None, Any], status: int, said: str, answers: list[Any] | None = None) -> None:
    found, violations, body = answer
    if found != status:
        raise documents.Objection(f"{said}: Prism answers {found} instead of {status}: {body}")
    if answers is None:
        return
    if violations:
        raise documents.Objection(f"{said}: Prism finds that its answer breaks the document: {violations}")
    if body not in answers:
        raise documents.Objection(f"{said}: Prism's answer is no example of the document: {body}")


def ask(method: str, url: str, body: Any, token: str | None = "token") -> tuple[int, str | None, Any]:
    """Status, what Prism says against it, and body of the answer."""
    request = urllib.request.Request(url, method=method)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        response = HTTP.open(request, timeout=ANSWERS_WITHIN)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        text = response.read().decode()
        return response.status, response.headers.get("sl-violations"), json.loads(text) if text else None


@contextmanager
def serving(prism: str, path: Path) -> Iterator[str]:
    """A mock server for the time of the block; its URL."""
    command = [prism, "mock", "--host", "127.0.0.1", "--port", "0", "--multiprocess", "false", str(path)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        yield started(process)
    finally:
        process.terminate()
        try:
            process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def started(process: subprocess.Popen) -> str:
    """Waits until the server listens; its URL."""
    lines: queue.Queue[str | None] = queue.Queue()

    def forward() -> None:
        # To the end, so that the server never waits for a reader.
        for line in process.stdout:
            lines.put(line.rstrip())
        lines.put(None)

    threading.Thread(target=forward, daemon=True).start()
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            line = lines.get(timeout=max(0, deadline - time.monotonic()))
        except queue.Empty:
            raise documents.Objection(f"Prism does not listen after {STARTS_WITHIN} s") from None
        if line is None:
            raise documents.Objection(f"Prism ended with status {process.wait()} instead of listening")
        if line and not HARMLESS.search(line):
            raise documents.Objection(f"Prism says: {line}")
        if ready := READY.search(line):
            return ready[1]


if __name__ == "__main__":
    program, *paths = sys.argv[1:]
    documents.main(lambda path: check(program, path), paths)
