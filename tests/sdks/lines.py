"""The part of an adapter that has nothing to do with its SDK: a JSON object a line, answered one by one."""

import inspect
import json
import sys


def answer(calls, error_of):
    """calls: a function for each call. error_of: what the SDK's user can read of something raised."""
    for line in sys.stdin.buffer:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], **_outcome(calls, error_of, request)}), flush=True)


def _outcome(calls, error_of, request):
    if request["call"] not in calls:
        return {"error": {"kind": "unsupported"}}
    call = calls[request["call"]]
    # Outside of the try: what the adapter itself does not take is no error of the SDK's.
    arguments = inspect.signature(call).bind(**request["arguments"])
    try:
        return {"result": call(*arguments.args, **arguments.kwargs)}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as raised:  # An SDK's own errors need not be Exceptions.
        return {"error": error_of(raised)}


# What stands for a name that has no value.
LEFT_OUT = {"null": None, "empty": ""}


def _each_of(members, *names):
    return [f"/{members}/*/{name}" for name in names]


# What the user of an SDK can read that returns an answer as it came.
EVERY_MEMBER = [
    "/type", "/conversation_id", "/creator_id", "/category", "/name", "/icon_url", "/announcement", "/created_at",
    "/code_id", "/code_url", "/mute_until", "/expire_in",
    *_each_of("participants", "type", "user_id", "role", "created_at"),
    *_each_of("participant_sessions", "type", "user_id", "session_id", "public_key"),
    *_each_of("circles", "circle_id", "conversation_id", "user_id", "created_at"),
]  # fmt: skip
