"""Computes the vectors again, with nothing but Python's standard library: no code is shared with the program.

    python3 tests/python/check_vectors.py vectors

Prints what does not hold, a line each, and how many vectors it computed; the status is 1 where something does not hold.
"""

import base64
import hashlib
import json
import pathlib
import re
import sys
import uuid

UUID_FORMS = re.compile(
    r"(?:urn:uuid:)?H{8}-H{4}-H{4}-H{4}-H{12}|H{32}|\{H{8}-H{4}-H{4}-H{4}-H{12}\}".replace("H", "[0-9A-Fa-f]")
)


def stamped(text):
    """Version 3 and the variant on the MD5 of a text."""
    return str(uuid.UUID(bytes=hashlib.md5(text.encode("utf-8")).digest(), version=3))


def unique(a, b):
    """Python orders strings by code points, as the spec does."""
    return stamped(min(a, b) + max(a, b))


def group(owner, name, participants, random):
    """None where there is no id."""
    if not UUID_FORMS.fullmatch(random):
        return None
    made = unique(unique(owner, name), str(uuid.UUID(random)))
    for participant in sorted(participants):
        made = unique(made, participant)
    return made


def in_domain(*ids):
    return all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made) for made in ids)


def unique_vector(vector):
    a, b = vector["user_id"], vector["other_user_id"]
    yield "expected", vector["expected"], unique(a, b)
    yield "expected, swapped", vector["expected"], unique(b, a)
    yield "result", vector["result"], "valid" if in_domain(a, b) else "acceptable"
    yield "near misses that are right", sum(wrong == unique(a, b) for wrong in vector["near_misses"].values()), 0
    if "unsorted" in vector["near_misses"]:
        yield "unsorted", vector["near_misses"]["unsorted"], stamped(a + b)


def group_vector(vector):
    participants, random = vector["participants"], vector["random"]
    made = group(vector["owner"], vector["name"], participants, random)
    inside = in_domain(vector["owner"], random.lower(), *participants)
    yield "expected", vector["expected"], made
    yield "result", vector["result"], "invalid" if made is None else "valid" if inside else "acceptable"
    yield "near misses that are right", sum(wrong == made for wrong in vector["near_misses"].values()), 0


def published_vector(vector):
    arguments, function = vector["arguments"], vector["function"]
    if function == "group_conversation_id":
        made = group(*arguments)
    elif function == "unique_conversation_id":
        made = unique(*arguments)
    elif function == "unique_uuid":
        made = unique(unique(arguments[0], arguments[1]), arguments[2])
    else:
        made = stamped("".join(arguments))
    yield "expected", vector["expected"], made


def http_vector(vector):
    request, derived, altered = vector["request"], vector["derived"], vector.get("altered", {})
    yield "outcome", vector["expected"]["outcome"], OUTCOMES[vector["result"]]
    if "body_base64" in request:
        base64.b64decode(request["body_base64"], validate=True)
    if derived in ("any", "as-is"):
        return
    body = json.loads(request["body"]) if "body" in request else lossy(request["body_base64"])
    users = [participant["user_id"].lower() for participant in body["participants"]]
    caller, given = vector["caller"]["user_id"], body["conversation_id"].lower()
    if derived == "unique_conversation_id":
        made = unique(caller, users[0])
    else:
        made = group(caller, body.get("name") or "", users, body["random_id"])
    for at, digit in ((14, altered.get("version")), (19, altered.get("variant"))):
        if digit:
            made = made[:at] + digit + made[at + 1 :]
    if "near_miss" in altered:
        yield f"a near miss is the right id {made}", given == made, False
    else:
        yield "conversation_id", given, made
    named = {user for user in users if in_domain(user) and user != caller}
    yield "users that the vector does not list", sorted(named - set(vector["users"])), []


def answer_vector(vector):
    answer, expected = vector["answer"], vector["expected"]
    body = answer.get("body")
    arrives = answer["ending"] == "whole" and 200 <= answer["status"] < 300 and isinstance(body, dict)
    error = body.get("error") if arrives else None
    if error:
        made = {"outcome": "refused", "code": error["code"], "description": error["description"]}
    else:
        made = {"outcome": "accepted" if arrives and "data" in body else "failed"}
    yield "expected", expected, made
    yield "result", vector["result"], "valid" if made["outcome"] == "accepted" else "invalid"
    for follows in vector.get("set", []):
        yield f"a member at {follows['at']}", reaches(body, follows["at"]), True


def reaches(value, pointer):
    for name in pointer.split("/")[1:]:
        try:
            value = value[int(name)] if isinstance(value, list) else value[name]
        except (KeyError, IndexError, ValueError):
            return False
    return True


def lossy(encoded):
    return json.loads(base64.b64decode(encoded).decode("utf-8", "replace"))


OUTCOMES = {"valid": "accepted", "invalid": "refused", "acceptable": "either"}
FILES = {
    "unique-conversation-id.json": unique_vector,
    "group-conversation-id.json": group_vector,
    "create-conversation.json": http_vector,
    "answers.json": answer_vector,
    "published.json": published_vector,
}


def main(folder):
    wrong = 0
    for name, check in FILES.items():
        document = json.loads((pathlib.Path(folder) / name).read_text("utf-8"))
        ids = [vector["id"] for vector in document["vectors"]]
        findings = [f"{one}: the id stands there twice" for one in sorted(set(ids)) if ids.count(one) > 1]
        for vector in document["vectors"]:
            for what, says, made in check(vector):
                if says != made:
                    findings.append(f"{vector['id']}: {what}: {says!r} in the file, {made!r} here")
        for finding in findings:
            print(f"{name}: {finding}")
        wrong += len(findings)
        print(f"{name}: {len(ids)} vectors computed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
