"""Requests, good and bad, to compare the answers of two servers by. They are about what a client can see, not about
what is right."""

import json
from urllib.parse import quote

from corpus_tokens import token_requests
from corpus_values import FREE, JUNK, NAMES, NO_JSON
from probes import conversation_id, group_id


def record(client):
    """Everything that the client's credentials allow."""
    creations(client)
    members(client)
    ids(client)
    bodies(client)
    paths(client)
    if len(client.signers or client.tokens or ()) > 1:
        several(client)
    if client.signers is not None:
        token_requests(client)
    elif client.tokens is not None:
        opaque(client)
    return client.recorded


def group(client, label, size=2, **changes):
    participants = [{"user_id": client.id(f"{label} {index}")} for index in range(size)]
    body = {
        "category": "GROUP",
        "conversation_id": client.id(f"group {label}"),
        "participants": participants,
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


def contact(client, label, **changes):
    peer = client.id(f"peer {label}")
    participants = [{"user_id": peer}]
    body = {"category": "CONTACT", "conversation_id": conversation_id(client.users["caller"], peer)}
    return {**body, "participants": participants, **changes}


def derived(client, label, name, size=3, counted=None, random_id=None, **changes):
    """A group whose id follows from its members, or from others than those that are listed."""
    random_id = random_id or client.id(f"random {label}")
    body = group(client, label, size, name=name, random_id=random_id)
    hashed = [each["user_id"] for each in body["participants"]] if counted is None else counted
    body["conversation_id"] = group_id(client.users["caller"], name, hashed, random_id.lower())
    return {**body, **changes}


def create_and_read(client, label, body, **how):
    client.post(f"create {label}", body, **how)
    client.get(f"read {label}", body["conversation_id"], **how)


def creations(client):
    me = client.users["caller"]
    for size in (0, 1, 2, 3, 7, 8, 9, 10, 11, 31, 50, 51, 64, 100, 128, 200, 255, 256, 257, 300):
        create_and_read(client, f"a group of {size}", group(client, f"of {size}", size))
    for number in range(8):
        create_and_read(client, f"contact {number}", contact(client, f"number {number}"))
    for number, name in enumerate(NAMES):
        create_and_read(client, f"named {number}", group(client, f"named {number}", 1, name=name))
        create_and_read(client, f"derived {number}", derived(client, f"derived {number}", name, number % 5))
    create_and_read(client, "derived from many", derived(client, "many", "many", 24))
    same = [client.id("the same")[:8] + client.id(f"end {index}")[8:] for index in range(5)]
    listed = [{"user_id": each, "role": "ADMIN" if index == 2 else ""} for index, each in enumerate(same)]
    create_and_read(client, "derived from ids alike", derived(client, "alike", "8DZ", 0, same, participants=listed))
    roles = [{"user_id": client.id(f"role {index}"), "role": "ADMIN" if index % 2 else ""} for index in range(60)]
    create_and_read(client, "with roles", group(client, "with roles", participants=roles))
    again = group(client, "again", participants=roles[:4], name="again", announcement="news")
    create_and_read(client, "again first", again)
    client.post("again the same", again)
    client.post(
        "again with others", {**again, "participants": roles[10:14], "name": "other", "announcement": "other"}
    )
    client.post("again with nobody", {**again, "participants": [], "name": ""})
    client.post("again as a contact", {**contact(client, "again"), "conversation_id": again["conversation_id"]})
    client.get("read again at the end", again["conversation_id"])
    twice = contact(client, "twice")
    for label in ("contact first", "contact again"):
        create_and_read(client, label, twice)
    client.post("group over contact", group(client, "over", conversation_id=twice["conversation_id"]))
    client.get("contact after group over it", twice["conversation_id"])
    twin = [{"user_id": client.id("twin"), "role": "ADMIN"}, {"user_id": client.id("twin"), "role": ""}]
    create_and_read(client, "named twice", group(client, "named twice", participants=twin))
    for role in ("", "ADMIN"):
        own = [{"user_id": me, "role": role}, {"user_id": client.id("other")}]
        create_and_read(client, f"caller named {role}", group(client, f"caller named {role}", participants=own))
    for label, counted in (("owner", [me]), ("nobody", []), ("a stranger", [client.id("stranger")])):
        create_and_read(client, f"derived from {label}", derived(client, f"from {label}", "n", 2, counted))
    listed = [{"user_id": client.id("listed")}, {"user_id": me}]
    for label, counted in (("owner", [each["user_id"] for each in listed]), ("others", [client.id("listed")])):
        body = derived(client, f"listing the owner, {label}", "n", 0, counted, participants=listed)
        create_and_read(client, f"derived, the owner is listed, of {label}", body)
    upper = client.id("upper random").upper()
    create_and_read(client, "random id in upper case", derived(client, "upper random", "n", 2, random_id=upper))
    client.together("at one time", [("caller", group(client, "at one time"))] * 6)
    create_and_read(client, "a large one with a name", group(client, "large", 60, name="large"))
    client.post("in chunks", group(client, "in chunks"), chunked=True)
    for place in (35, 20, 8, 14, 19):
        near = client.id("group of 2")
        near = near[:place] + ("8" if near[place] != "8" else "9") + near[place + 1 :]
        create_and_read(client, f"a group of another digit {place}", group(client, f"{place}", conversation_id=near))
    client.get("the first of all", client.id("group of 1"))
    client.get("one of the first that were named", client.id("group named 7"))


def members(client):
    for member in ("category", "conversation_id", "participants", "name", "announcement", "random_id", "unknown"):
        for number, value in enumerate(JUNK):
            body = group(client, f"{member} {number}", 1, **{member: value})
            client.post(f"{member} is {value!r:.40}", body)
            if member in ("name", "random_id", "announcement"):
                client.post(
                    f"contact's {member} is {value!r:.40}", contact(client, f"{member} {number}", **{member: value})
                )
        client.post(f"{member} is missing", group(client, f"missing {member}", **{member: ...}))
    for member in ("user_id", "role", "action", "created_at", "type"):
        for number, value in enumerate(
            [*JUNK, "OWNER", "Admin", "ADMIN", "ADD", "REMOVE", "JOIN", "EXIT", "ROLE", "Add"]
        ):
            entry = {"user_id": client.id(f"{member} {number}"), member: value}
            for place, listed in (
                ("first", [entry]),
                ("third", [{"user_id": client.id(str(n))} for n in (1, 2)] + [entry]),
            ):
                body = group(client, f"{place} {member} {number}", participants=listed)
                client.post(f"{place} {member} is {value!r:.40}", body)
                client.get(f"read, {place} {member} is {value!r:.40}", body["conversation_id"])
    for number, value in enumerate(JUNK):
        listed = [{"user_id": client.id("sparse")}, value]
        client.post(f"participant is {value!r:.40}", group(client, f"participant {number}", participants=listed))
    for text in ("Group", "group", "GROUP ", " GROUP", "GROUPS", "CHANNEL", "contact", "SYSTEM"):
        client.post(f"category is {text!r}", group(client, text, category=text))
    alone = {"user_id": client.id("alone"), "action": "ADD", "role": ""}
    client.post("a lone participant", group(client, "lone", participants=alone))
    client.post("no list", {**group(client, "flat", participants=...), **alone})
    for text in ("x" * 1023, "x" * 1024, "x" * 1025):
        create_and_read(
            client, f"announcement of {len(text)}", group(client, f"announced {len(text)}", announcement=text)
        )
    for label, value in (("in a list", ["GROUP"]), ("in an object", {"GROUP": True})):
        client.post(f"category {label}", group(client, f"category {label}", category=value))
    for label, body in (("list", [alone]), ("one", alone)):
        client.post(f"participants as a text, {label}", group(client, f"text {label}", participants=json.dumps(body)))
    year_one = [{"user_id": client.id("year one"), "role": "", "created_at": "0001-01-01T00:00:00Z"}]
    create_and_read(client, "the year one", group(client, "year one", participants=year_one))
    for name in ("creator_id", "user_id", "owner_id", "caller"):
        create_and_read(
            client, f"{name} in the body", group(client, f"{name} in the body", **{name: client.id("else")})
        )
    sent_by_sdks = {"name": "", "announcement": "", "random_id": "", "icon_base64": "x y", "duration": 0}
    create_and_read(client, "contact as of Go", contact(client, "as of Go", **sent_by_sdks))
    create_and_read(client, "nulls as of Dart", group(client, "as of Dart", **dict.fromkeys(sent_by_sdks)))
    create_and_read(
        client, "contact of flutter", contact(client, "flutter", random_id=client.id("random"), name="Bob")
    )


def ids(client):
    me, good = client.users["caller"], client.id("good id")
    spelled = {
        "upper case": good.upper(),
        "a space after": good + " ",
        "a space before": " " + good,
        "a line feed": good + "\n",
        "text after": good + "x",
        "text before": "x" + good,
        "braces": "{" + good + "}",
        "urn": "urn:uuid:" + good,
        "no hyphens": good.replace("-", ""),
        "hyphens moved": "-".join((good[:4], good[4:].replace("-", "", 1))),
        "a digit less": good[:-1],
        "a digit more": good + "0",
        "another letter": good[:-1] + "g",
        "other digits": good[:-1] + "１",
        "nil": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
        "all f": "f" * 8 + "-ffff" * 3 + "-" + "f" * 12,
        "36 x": "x" * 36,
        "version 1": good[:14] + "1" + good[15:],
        "version 0": good[:14] + "0" + good[15:],
        "variant c": good[:19] + "c" + good[20:],
    }
    for label, text in spelled.items():
        client.post(f"conversation_id with {label}", group(client, label, conversation_id=text))
        client.post(f"first user_id with {label}", group(client, f"1 {label}", participants=[{"user_id": text}]))
        listed = [{"user_id": client.id(f"{label} {index}")} for index in range(3)] + [{"user_id": text}]
        client.post(f"fourth user_id with {label}", group(client, f"4 {label}", participants=listed))
        client.post(f"random_id with {label}", group(client, f"random {label}", random_id=text))
    for label, text in spelled.items():
        client.get(f"path with {label}", quote(text, safe="-{}:"))
    peer = client.id("peer of wrong ids")
    right = conversation_id(me, peer)
    wrong = {
        "of upper case": conversation_id(me.upper(), peer.upper()),
        "in the other order": conversation_id(me, peer, reverse=True),
        "any": client.id("any"),
        "of the peer": conversation_id(peer, peer),
        "version 4": right[:14] + "4" + right[15:],
        "variant c": right[:19] + "c" + right[20:],
        "last digit": right[:-1] + "x1"[right[-1] != "1"],
        "first digit": "x1"[right[0] != "1"] + right[1:],
    }
    for label, text in wrong.items():
        client.post(
            f"contact id {label}",
            {"category": "CONTACT", "conversation_id": text, "participants": [{"user_id": peer}]},
        )
    # Near the caller's: whatever compares a part of an id, or numbers, has another order for one of them.
    for number, (place, digit) in enumerate((each, digit) for each in (9, 20, 35) for digit in "0f"):
        near = me[:place] + digit + me[place + 1 :]
        body = {
            "category": "CONTACT",
            "conversation_id": conversation_id(me, near),
            "participants": [{"user_id": near}],
        }
        client.post(f"contact of ids alike, {number}", body)
    base = {"category": "CONTACT", "conversation_id": right}
    other = {"user_id": client.id("a third")}
    for label, listed in {
        "nobody": [],
        "the peer and the caller": [{"user_id": peer}, {"user_id": me}],
        "two": [{"user_id": peer}, other],
        "the caller": [{"user_id": me}],
        "two, the other way": [other, {"user_id": peer}],
        "the peer twice": [{"user_id": peer}] * 2,
    }.items():
        client.post(f"contact with {label}", {**base, "participants": listed})
    client.get("contact after the refused ones", right)
    itself = {"category": "CONTACT", "conversation_id": conversation_id(me, me), "participants": [{"user_id": me}]}
    client.post("contact with oneself", itself)


def bodies(client):
    for number, body in enumerate(NO_JSON):
        client.post(f"no JSON {number}: {body[:20]!r}", body)
    for number, value in enumerate(FREE):
        text = encoded(group(client, f"free {number}", 1))[:-1] + b',"free":' + value + b"}"
        client.post(f"free member {number}: {value[:20]!r}", text)
    whole = encoded(group(client, "whole"))
    for label, body in {
        "spaces": b"\r\n\t " + whole + b" \n",
        "a mark": b"\xef\xbb\xbf" + whole,
        "twice": whole * 2,
        "text after": whole + b"x",
        "UTF-16": whole.decode().encode("utf-16"),
        "zero after": whole + b"\0",
        "in a list": b"[" + whole + b"]",
        "in a text": json.dumps(whole.decode()).encode(),
        "cut": whole[:-1],
        "capitals": whole.replace(b'"category"', b'"Category"'),
        "camel": whole.replace(b"user_id", b"userId"),
        "capitals in the list": whole.replace(b"user_id", b"User_Id"),
        "escapes": whole.replace(b"GROUP", b"\\u0047ROUP"),
        "half a pair": whole.replace(b"{", b'{"name":"\\ud83d",', 1),
        "category twice": whole.replace(b"{", b'{"category":"CONTACT",', 1),
    }.items():
        client.post(f"body with {label}", body)
    for content_type in (
        "application/json; charset=utf-8",
        "text/plain",
        "",
        None,
        "application/x-www-form-urlencoded",
    ):
        body = group(client, f"type {content_type}")
        client.post(f"Content-Type {content_type}", body, headers={"Content-Type": content_type})
    for value in (None, "x", "a" * 300):
        body = group(client, f"request id {value}")
        client.post(f"X-Request-Id {value!r:.10}", body, headers={"X-Request-Id": value})
        client.post(f"X-Request-Id {value!r:.10} when refused", b"{", headers={"X-Request-Id": value})


def encoded(body):
    from probes import encoded as compact

    return compact(body)


def paths(client):
    known = client.id("group of 1")
    for path in (
        "/",
        "/conversations/",
        f"/conversations/{known}/",
        "/me",
        "//conversations",
        f"/conversations/{known}/x",
        "/%ff",
    ):
        for method in ("GET", "POST"):
            client.call(f"{method} {path}", method, path)
    for method in ("PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "FOO", "GET"):
        client.call(f"{method} of all", method, "/conversations")
        if method != "GET":
            client.call(f"{method} of one", method, f"/conversations/{known}")
    for query in ("?", "?a", "?a=%20b&c", "?access_token=x"):
        client.get(f"with query {query}", known + query)
    client.get("in upper case", known.upper())
    client.get("with an escaped hyphen", known.replace("-", "%2D"))
    client.get("one that is not there", client.id("not there"))
    client.get("one that is no id", "x")


def several(client):
    """What the peer sees, and what the peer's requests do."""
    me, peer = client.users["caller"], client.users["peer"]
    pair = conversation_id(me, peer)
    client.get("pair, before", pair, who="peer")
    for who, other in (("caller", peer), ("peer", me), ("caller", peer)):
        number = len(client.recorded)
        body = {"category": "CONTACT", "conversation_id": pair, "participants": [{"user_id": other}]}
        client.post(f"pair {number} by {who}", body, who=who)
        client.get(f"read pair {number} by {who}", pair, who=who)
        client.get(f"read pair {number} by the other", pair, who="peer" if who == "caller" else "caller")
    everybody = [(who, group(client, f"at one time, {who} {number}")) for number in range(4) for who in client.users]
    client.together("by both at one time", everybody)
    private = contact(client, "of others")
    client.post("contact of others", private)
    client.get("contact of others, read by the peer", private["conversation_id"], who="peer")
    over = group(client, "over the contact of others", conversation_id=private["conversation_id"])
    client.post("group over the contact of others", over, who="peer")
    inside = [{"user_id": peer}, {"user_id": client.id("in 1"), "role": "ADMIN"}, {"user_id": client.id("in 2")}]
    for label, listed in (("member", inside), ("outsider", inside[1:]), ("outsider of many", [])):
        extra = [{"user_id": client.id(f"many {index}")} for index in range(20)] if not listed else []
        body = group(client, f"of a {label}", participants=listed + extra, name=label, announcement="news")
        conversation = body["conversation_id"]
        client.post(f"{label}: created", body)
        tried = {
            "reads": None,
            "the same": body,
            "other list": {**body, "participants": [{"user_id": me}, {"user_id": client.id("new")}]},
            "other name": {**body, "name": "other", "announcement": "other"},
            "no list": {**body, "participants": [], "name": ""},
            "owner demoted": {
                **body,
                "participants": [{"user_id": me, "role": ""}, {"user_id": client.id("in 1"), "role": ""}],
            },
            "promoted": {**body, "participants": [{"user_id": client.id("in 2"), "role": "ADMIN"}]},
            "again": body,
            "with random_id": {**body, "random_id": client.id("some random id")},
            "as a contact": {
                "category": "CONTACT",
                "conversation_id": conversation,
                "participants": [{"user_id": me}],
            },
        }
        for what, request in tried.items():
            if request is not None:
                client.post(f"{label}: {what}", request, who="peer")
            client.get(f"{label} reads after {what}", conversation, who="peer")
            client.get(f"owner reads after {label}: {what}", conversation)


def opaque(client):
    known = client.id("group of 1")
    good = client.tokens["caller"]
    for name in ("access_token", "token"):
        client.get(f"token in the query as {name}", f"{known}?{name}={good}", credential="")
    for label, value in {
        "none": "",
        "no scheme": good,
        "small letters": f"bearer {good}",
        "capitals": f"BEARER {good}",
        "two spaces": f"Bearer  {good}",
        "Basic": f"Basic {good}",
        "Token": f"Token {good}",
        "empty": "Bearer ",
        "another": "Bearer x",
        "longer": f"Bearer {good}x",
        "shorter": f"Bearer {good[:-1]}",
        "in capitals": f"Bearer {good.upper()}",
        "and more": f"Bearer {good} x",
        "comma": f"Bearer {good},",
        "tab": f"Bearer\t{good}",
        "of the peer": f"Bearer {client.tokens['peer']}",
    }.items():
        client.get(f"credential: {label}", known, credential=value)
        client.post(f"creating with credential: {label}", group(client, f"credential {label}"), credential=value)
