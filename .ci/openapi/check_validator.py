"""Judges OpenAPI documents by openapi-spec-validator, and their examples by openapi-schema-validator.

usage: check_validator.py DOCUMENT...
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator, oas31_format_checker
from openapi_spec_validator import OpenAPIV31SpecValidator

import document as documents


def check(path: Path) -> str:
    document = documents.read(path)
    errors = [f"{error.json_path}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
    if errors:
        raise documents.Objection("not valid OpenAPI 3.1\n  " + "\n  ".join(errors))
    counted = 0
    for pointer, holder in holders(document, "#"):
        schema = documents.standalone(document, holder["schema"])
        validator = OAS31Validator(schema, format_checker=oas31_format_checker)
        for name, value in documents.examples(holder).items():
            counted += 1
            for error in validator.iter_errors(value):
                message = f"the example {name} of {pointer} breaks its schema\n  {error.json_path}: {error.message}"
                raise documents.Objection(message)
    if not counted:
        raise documents.Objection("it has no examples")
    return f"valid OpenAPI 3.1, {counted} examples match their schemas"


def holders(node: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The media types and parameters that have both a schema and examples."""
    if isinstance(node, list):
        node = {str(index): member for index, member in enumerate(node)}
    if not isinstance(node, dict):
        return
    if "schema" in node and ("example" in node or "examples" in node):
        yield pointer, node
    for name, member in node.items():
        yield from holders(member, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")


if __name__ == "__main__":
    documents.main(check, sys.argv[1:])
