"""Gives each check beside this file documents with a fault, and expects its objection.

usage: check_checks.py PRISM DOCUMENT
"""

import copy
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import yaml

import document as documents

POST = ("paths", "/conversations", "post")
BODY = (*POST, "requestBody", "content", "application/json")
MISSING = object()


class Fault(NamedTuple):
    """A member that gets another value, or is taken out; the check that objects, and a part of what it says."""

    at: tuple[str, ...]
    value: Any
    check: str
    objection: str


FAULTS = [
    Fault(("info", "title"), MISSING, "validator", "not valid OpenAPI 3.1"),
    Fault(("components", "schemas", "Conversation", "type"), "thing", "validator", "not valid OpenAPI 3.1"),
    Fault((*BODY, "examples", "group", "value", "category"), "PARTY", "validator", "breaks its schema"),
    Fault((*BODY, "schema", "$ref"), "#/components/schemas/None", "schemathesis", "Schemathesis warns"),
    Fault((*POST, "parameters"), [{"in": "query"}], "schemathesis", "does not load it"),
    Fault(("components", "schemas", "ConversationCategory", "enum"), [], "schemathesis", "makes no cases of it"),
    Fault(("paths",), {}, "prism", "Prism says"),
    Fault((*BODY, "examples", "group", "value", "category"), "PARTY", "prism", "422 instead of 200"),
    Fault(("components", "schemas", "Conversation", "properties", "type", "const"), "other", "prism", "breaks"),
    Fault(("security",), [], "prism", "200 instead of 401"),
    Fault(("info", "license"), MISSING, "tools", "does not explain info-license"),
    Fault(("components", "schemas", "Conversation", "properties", "type"), {"$ref": "#/none"}, "tools", "ends with status"),
]


def main(prism: str, path: Path) -> None:
    document = documents.read(path)
    failed = False
    for fault in FAULTS:
        with tempfile.TemporaryDirectory() as directory:
            faulty = Path(directory, "openapi.yaml")
            faulty.write_text(yaml.safe_dump(spoilt(document, fault), sort_keys=False), encoding="utf-8")
            script = Path(__file__).with_name(f"check_{fault.check}.py")
            programs = {"prism": [prism], "tools": [Path(prism).parent.parent]}
            arguments = [*programs.get(fault.check, []), faulty]
            result = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)
        if result.returncode != 1 or fault.objection not in result.stderr:
            failed = True
            what = f"{'/'.join(fault.at)} = {'nothing' if fault.value is MISSING else fault.value}"
            print(f"{what}: check_{fault.check} does not object ({fault.objection}):", file=sys.stderr)
            print(result.stdout + result.stderr, file=sys.stderr)
    if failed:
        sys.exit(1)
    print(f"{len(FAULTS)} faults, each objected to")


def spoilt(document: dict[str, Any], fault: Fault) -> dict[str, Any]:
    document = copy.deepcopy(document)
    node = document
    for name in fault.at[:-1]:
        node = node[name]
    if fault.value is MISSING:
        del node[fault.at[-1]]
    else:
        node[fault.at[-1]] = fault.value
    return document


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
