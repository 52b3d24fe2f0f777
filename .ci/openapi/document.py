"""An OpenAPI document as plain data, for the checks beside this file. It judges nothing."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Objection(Exception):
    """What is wrong with a document, fit to stand after its path."""


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def resolve(document: dict[str, Any], node: Any) -> Any:
    """What the node refers to, if it is a reference, else the node."""
    while isinstance(node, dict) and "$ref" in node:
        pointer = node["$ref"]
        node = document
        for name in pointer.removeprefix("#/").split("/"):
            node = node[name.replace("~1", "/").replace("~0", "~")]
    return node


def standalone(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what it refers to, so that a JSON Schema validator can take it alone."""
    return {**schema, "components": document["components"]}


def examples(holder: dict[str, Any]) -> dict[str, Any]:
    """The examples of a media type or parameter by name."""
    named = {name: example["value"] for name, example in holder.get("examples", {}).items()}
    return {**named, "example": holder["example"]} if "example" in holder else named


def main(check: Callable[[Path], str], arguments: list[str]) -> None:
    """Checks every document; ends with status 1 if one is objected to."""
    objected = False
    if not arguments:
        sys.exit("no document to check")
    for argument in arguments:
        try:
            print(f"{argument}: {check(Path(argument))}", flush=True)
        except Objection as objection:
            objected = True
            print(f"{argument}: {objection}", file=sys.stderr, flush=True)
    sys.exit(1 if objected else 0)
