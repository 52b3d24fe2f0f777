"""JSON by the grammar of RFC 8259 and nothing else, for bodies and for the parts of a token."""

import json

# Longer integers than this would lose time (and, past 4300 digits, fail) in int().
_MAX_INTEGER_DIGITS = 18


def _parse_integer(text: str) -> int | float:
    return int(text) if len(text) <= _MAX_INTEGER_DIGITS else float(text)


def _refuse_constant(text: str) -> None:
    # The json module takes NaN and Infinity, which are no JSON.
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_parse_integer, parse_constant=_refuse_constant)


def parse_object(data: bytes) -> dict:
    """The JSON object that the bytes are; ValueError if they are anything else."""
    try:
        # Always UTF-8 and never a byte order mark (RFC 8259, 8.1); json.loads would guess UTF-16 and -32.
        value = _DECODER.decode(data.decode("utf-8"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value
