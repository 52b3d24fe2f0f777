"""Speaks mixinspec's protocol for mixinsdk."""

import base64
import functools
import importlib.metadata

from cryptography.hazmat.primitives.asymmetric import ed25519
from mixinsdk.clients.client_http import HttpClient_WithAppConfig
from mixinsdk.clients.config import AppConfig
from mixinsdk.types.errors import RequestError, RequestTimeout
from mixinsdk.utils import get_conversation_id_of_two_users

import lines


def hello(protocol, harness):
    return {
        "protocol": 1,
        "name": f"mixinsdk {importlib.metadata.version('mixinsdk')}",
        "capabilities": {
            "unique_conversation_id": True,
            "keys": ["ed25519", "rsa"],
            # It signs what it sends; what signs is private.
            "create_conversation": {
                "categories": ["CONTACT", "GROUP"],
                # create_group makes a random id of version 4; nothing takes a random_id, and create's list of
                # participants is documented with user ids alone.
                "options": ["name"],
                "left_out": ["null", "empty"],
                "members": lines.EVERY_MEMBER,
            },
        },
    }


def unique_conversation_id(user_id, other_user_id):
    return get_conversation_id_of_two_users(user_id, other_user_id)


def base64url(data):
    return base64.urlsafe_b64encode(data).decode()


def private_key(key):
    """An RSA key in PEM; or seed and public key, which follows from the seed."""
    if key.startswith("-----"):
        return key
    seed = bytes.fromhex(key)
    return base64url(seed + ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


@functools.cache
def client_of(base_url, app_id, session_id, server_public_key, session_private_key):
    """It takes a keystore of the older form."""
    keystore = {
        "pin": "",
        "client_id": app_id,
        "session_id": session_id,
        "pin_token": base64url(bytes.fromhex(server_public_key)),
        "private_key": private_key(session_private_key),
    }
    return HttpClient_WithAppConfig(AppConfig.from_payload(keystore), api_base=base_url)


def create_conversation(base_url, keystore, category, participants, name=None, left_out=None):
    conversations = client_of(base_url, **keystore).api.conversation
    user_ids = [participant["user_id"] for participant in participants]
    if category == "CONTACT":
        answer = conversations.create_single(keystore["app_id"], user_ids[0])
    else:
        # Without a name is with None.
        answer = conversations.create_group(user_ids, name or lines.LEFT_OUT.get(left_out))
    # What its user gets is the whole answer, or an empty one; the conversation is in there.
    conversation = answer.get("data")
    return {} if conversation is None else conversation


def error_of(raised):
    # Its own errors are no Exceptions. status_code is the API's code, HTTP's status, or 1 where nothing came back; the
    # message begins with it.
    if isinstance(raised, RequestError):
        transport = isinstance(raised, RequestTimeout) or raised.status_code == 1
        return {"kind": "transport" if transport else "api", "code": raised.status_code, "description": raised.message}
    return {"kind": "other", "description": f"{type(raised).__name__}: {raised}"}


lines.answer(
    {
        "hello": hello,
        "unique_conversation_id": unique_conversation_id,
        "create_conversation": create_conversation,
    },
    error_of,
)
