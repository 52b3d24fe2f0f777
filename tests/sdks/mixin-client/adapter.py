"""Speaks mixinspec's protocol for mixin-client."""

import functools
import importlib.metadata

from mixin_client import MixinBotConfig, MixinClient
from mixin_client.http import RequestError, RequestTimeoutError, sign_authentication_token

import lines


def hello(protocol, harness):
    return {
        "protocol": 1,
        "name": f"mixin-client {importlib.metadata.version('mixin-client')}",
        "capabilities": {
            # generate_unique_id is of another kind: any number of ids, and the SHA-256 of them in hexadecimal.
            "sign": True,
            "create_conversation": {
                "categories": ["CONTACT", "GROUP"],
                "options": ["name"],
                "left_out": ["null", "empty"],
                "members": lines.EVERY_MEMBER,
            },
        },
    }


def sign(keystore, method, path, body):
    return sign_authentication_token(
        user_id=keystore["app_id"],
        session_id=keystore["session_id"],
        private_key=bytes.fromhex(keystore["session_private_key"]),
        key_algorithm="eddsa",
        method=method,
        uri=path,
        bodystring=body,
    )


@functools.cache
def client_of(base_url, app_id, session_id, server_public_key, session_private_key):
    config = MixinBotConfig(app_id, session_id, server_public_key, session_private_key, api_host=base_url)
    return MixinClient(config)


def create_conversation(base_url, keystore, category, participants, left_out=None, **name):
    if left_out and category == "GROUP":
        name = {"name": lines.LEFT_OUT[left_out], **name}
    user_ids = [participant["user_id"] for participant in participants]
    create = client_of(base_url, **keystore).api.create_conversation
    # A list of users is a GROUP, one user is a CONTACT.
    answer = create(user_ids[0]) if category == "CONTACT" else create(user_ids, **name)
    # What its user gets is the whole answer, or an empty one; the conversation is in there.
    conversation = answer.get("data")
    return {} if conversation is None else conversation


def error_of(raised):
    # code is the API's code, HTTP's status, or 1 where nothing came back.
    if isinstance(raised, RequestError):
        transport = isinstance(raised, RequestTimeoutError) or raised.code == 1
        return {"kind": "transport" if transport else "api", "code": raised.code, "description": raised.message}
    return {"kind": "other", "description": f"{type(raised).__name__}: {raised}"}


lines.answer({"hello": hello, "sign": sign, "create_conversation": create_conversation}, error_of)
