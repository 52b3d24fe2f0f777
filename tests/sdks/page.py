"""Prints docs/sdks.md from the reports of the runs: reports in, text out, the same text for the same verdicts."""

import json
import re
import textwrap

CELLS = {"pass": "holds", "fail": "**fails**", "warn": "*warning*", "inconclusive": "undecided", "not_applicable": "·"}
AREAS = {"derivation": "The ids that it derives", "client": "What it sends and reads"}
# As much of a line as a reader needs; the command below it shows the rest.
WIDTH = 400


def printed(reports, reasons):
    """Both by the name of the SDK's folder; reasons: those of its known failures, by requirement or case."""
    return "\n".join([*introduction(reports), *table(reports), *sections(reports, reasons)]) + "\n"


def introduction(reports):
    editions = sorted({report["edition"] for report in reports.values()})
    text = f"""
        Each SDK is installed from its registry by a lock file, and judged through an adapter that only translates
        ([protocol](sdk-protocol.md), [adapters](../tests/sdks)). `tests/sdks/judge` does it all again and prints this
        page from the reports of the runs. Edition {' and '.join(editions)}. A dot: it does not apply, mostly because the
        SDK has no such function; what it has is in its adapter's answer to `hello`. ID-1, ID-2: what is another id in
        each run.
        """
    return ["# What published SDKs do", "", *textwrap.wrap(" ".join(text.split()), 118), ""]


def table(reports):
    lines = []
    for area, title in AREAS.items():
        rows = requirements(reports, area)
        if not rows:
            continue
        lines += [
            f"## {title}",
            "",
            f"| requirement | level | {' | '.join(title_of(report) for report in reports.values())} |",
            f"|---|---|{'---|' * len(reports)}",
        ]
        for identifier, (level, found) in rows.items():
            cells = [cell(name, found.get(name)) for name in reports]
            lines.append(f"| {identifier} | {level} | {' | '.join(cells)} |")
        lines.append("")
    return lines


def requirements(reports, area):
    """By id: the level, and by the SDK's folder what was found."""
    rows = {}
    for name, report in reports.items():
        for requirement in report["requirements"]:
            if requirement["area"] == area:
                rows.setdefault(requirement["id"], (requirement["level"], {}))[1][name] = requirement
    return rows


def cell(name, requirement):
    if requirement is None:
        return "·"
    verdict = requirement["verdict"]
    text = CELLS.get(verdict, verdict)
    return f"[{text}](#{anchor(name, requirement)})" if requirement["failures"] else text


def heading(name, requirement):
    return f"{name}: {requirement['id']}"


def anchor(name, requirement):
    """What a heading becomes in an address."""
    return re.sub(r"[^\w -]", "", heading(name, requirement)).lower().replace(" ", "-")


def title_of(report):
    """The name that the adapter gives; the report has its command behind it."""
    return report["subject"].split(" (")[0]


def sections(reports, reasons):
    lines = []
    for name, report in reports.items():
        lines += [f"## {title_of(report)}", ""]
        broken = [requirement for requirement in report["requirements"] if requirement["failures"]]
        undecided = [requirement for requirement in report["requirements"] if requirement["verdict"] == "inconclusive"]
        gate = f"[known failures](../tests/sdks/{name}/known-failures.yaml)"
        lines += [f"{count(len(broken), 'requirement')} broken ({gate}).", ""]
        for requirement in broken:
            lines += finding(name, requirement, reasons[name])
        for requirement in undecided:
            lines += [f"Undecided: {requirement['id']}: {steady(requirement.get('reason') or '')}", ""]
        for note in report.get("notes", []):
            lines += [f"Note: {steady(note)}", ""]
    return lines[:-1]


def finding(name, requirement, reasons):
    failure = requirement["failures"][0]
    others = len(requirement["failing_cases"]) - 1
    more = "more than " if requirement["more_cases"] else ""
    reason = reasons.get(requirement["id"]) or reasons.get(failure["case"])
    lines = [
        f"### {heading(name, requirement)}",
        "",
        f"{requirement['level'].capitalize()}: {requirement['statement']}",
        *(["", f"This SDK {reason}."] if reason else []),
        "",
        "```",
        *example(failure),
        f"again     tests/sdks/judge {name} --replay {failure['case']}",
        "```",
        "",
    ]
    return lines + ([f"{more}{count(others, 'other case')} fail too.".capitalize(), ""] if others > 0 else [])


def example(failure):
    own = ids_of_its_own(failure)
    for call in failure.get("calls", []):
        yield line("call", called(call["request"]), own)
        if call.get("answer"):
            yield line("answer", answered(call["answer"]), own)
    for exchange in failure["exchanges"]:
        path = re.sub(r"^[a-z]+://[^/]*", "", exchange["url"])
        status = exchange["status"] if exchange["status"] is not None else exchange["transport_error"] or "no answer"
        yield line("request", f"{exchange['method']} {path} {exchange['request_body']}", own)
        yield line("response", f"{status} {exchange['response_body']}", own)
    yield line("expected", failure["expected"], own)
    yield line("actual", failure["actual"], own)


def called(request):
    """A call without what is another in each run and says nothing: the server's address and the keystore."""
    request = json.loads(request)
    arguments = {name: value for name, value in request["arguments"].items() if name not in ("base_url", "keystore")}
    return f"{request['call']} {compact(arguments)}"


def answered(answer):
    answer = json.loads(answer)
    return f"error {compact(answer['error'])}" if "error" in answer else compact(answer["result"])


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def ids_of_its_own(failure):
    """The ids that an SDK makes at random, or derives from such ones: each has a name instead."""
    if not failure["exchanges"]:
        return {}
    asked, answers = (" ".join(call[part] or "" for call in failure.get("calls", [])) for part in ("request", "answer"))
    sent, got = (" ".join(each[f"{part}_body"] for each in failure["exchanges"]) for part in ("request", "response"))
    # That of a CONTACT is derived from its users alone.
    made = [] if '"category":"CONTACT"' in asked else UUID.findall(sent)
    made += [found for found in UUID.findall(answers) if found not in sent + got]
    own = dict.fromkeys(found for found in made if found not in asked)
    return {found: f"ID-{number}" for number, found in enumerate(own, start=1)}


def line(label, text, own):
    for found, name in own.items():
        text = text.replace(found, name)
    text = " ".join(steady(text).split("\n"))
    width = WIDTH if label in ("call", "request", "expected", "actual") else WIDTH // 2
    text = text if len(text) <= width else f"{text[:width]}… ({len(text)} characters)"
    return f"{label:9} {text}".rstrip()


def steady(text):
    """Without what is another in each run: tokens, ports, times. And without anything that cannot be seen."""
    text = re.sub(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+", "TOKEN", text)
    text = re.sub(r"(127\.0\.0\.1):\d+", r"\1:PORT", text)
    text = re.sub(r"\b1\d{9}\b", "SECONDS", text)
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def count(number, noun):
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"
