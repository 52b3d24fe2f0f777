"""Loads OpenAPI documents in Schemathesis, lists their operations and makes cases of each; sends nothing.

A warning, be it Python's or Schemathesis's own, is an error. Every body made must be one that the document allows, by
another validator than Schemathesis's.

usage: check_schemathesis.py DOCUMENT...
"""

import sys
import warnings
from pathlib import Path

warnings.simplefilter("error")

import schemathesis
from hypothesis import Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema_rs import ValidationError
from openapi_schema_validator import OAS31Validator, oas31_format_checker
from schemathesis.core.errors import SchemathesisError

import document as documents

CASES = 50


def check(path: Path) -> str:
    document = documents.read(path)
    try:
        schema = schemathesis.openapi.from_path(path)
        schema.validate()
        loaded = {operation.label: operation for operation in (result.ok() for result in schema.get_all_operations())}
        complaints = schema.iter_schema_warnings()
    except (SchemathesisError, ValidationError, Warning) as error:
        raise documents.Objection(f"Schemathesis does not load it: {error}") from error
    if complaints:
        raise documents.Objection(f"Schemathesis warns: {complaints}")
    written = {f"{method} {path}": operation for method, path, operation in documents.operations(document)}
    if written.keys() != loaded.keys():
        raise documents.Objection(f"Schemathesis sees {sorted(loaded)} instead of {sorted(written)}")
    try:
        made = sum(make(document, written[label], operation) for label, operation in loaded.items())
    except (SchemathesisError, Unsatisfiable, Warning) as error:
        raise documents.Objection(f"Schemathesis makes no cases of it: {error}") from error
    return f"{', '.join(sorted(loaded))}: {made} cases made, all allowed"


def make(document, written, operation) -> int:
    """Makes cases of an operation and checks their bodies; the number of cases."""
    body = documents.resolve(document, written.get("requestBody"))
    validator = None
    if body:
        schema = documents.standalone(document, body["content"]["application/json"]["schema"])
        validator = OAS31Validator(schema, format_checker=oas31_format_checker)
    made = 0

    # The same cases every time, and nothing kept between runs.
    @settings(max_examples=CASES, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
    @given(operation.as_strategy())
    def cases(case):
        nonlocal made
        made += 1
        if not validator:
            return
        for error in validator.iter_errors(case.body):
            message = f"{operation.label}: a body made from its schema breaks it: {case.body}\n  {error.message}"
            raise documents.Objection(message)

    cases()
    if not made:
        raise documents.Objection(f"{operation.label}: no case could be made")
    return made


if __name__ == "__main__":
    documents.main(check, sys.argv[1:])
