"""Prints docs/sdks.md from the reports of the runs: reports in, text out, the same text for the same verdicts."""

import re

CELLS = {"pass": "holds", "fail": "**fails**", "warn": "*warning*", "inconclusive": "undecided", "not_applicable": "·"}
AREAS = {"derivation": "The ids that it derives", "client": "What it sends and reads"}
# As much of a line as a reader needs; the command below it shows the rest.
WIDTH = 400


def printed(reports, reasons):
    """Both by the name of the SDK's folder; reasons: those of its known failures, by requirement or case."""
    return "\n".join([*introduction(reports), *table(reports), *sections(reports, reasons)]) + "\n"


def introduction(reports):
    editions = sorted({report["edition"] for report in reports.values()})
    return [
        "# What published SDKs do",
        "",
        "Each SDK is installed from its registry by a lock file, and judged through an adapter that only translates",
        "([protocol](sdk-protocol.md), [adapters](../tests/sdks)). `tests/sdks/judge` does it all again and prints this page",
        f"from the runs' reports. Edition {' and '.join(editions)}. A dot: it does not apply, mostly because the SDK has no such",
        "function; what an SDK has is in its adapter's answer to `hello`.",
        "",
    ]


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
    elsewhere = f"; {more}{count(others, 'other case')} fail too" if others > 0 else ""
    reason = reasons.get(requirement["id"]) or reasons.get(failure["case"])
    lines = [
        f"### {heading(name, requirement)}",
        "",
        f"{requirement['level'].capitalize()}: {requirement['statement']}",
        *([f"This SDK: {reason}."] if reason else []),
        "",
        "```",
    ]
    for call in failure.get("calls", []):
        lines += [f"call      {line(call['request'])}"]
        lines += [f"answer    {line(call['answer'])}"] if call.get("answer") else []
    for exchange in failure["exchanges"]:
        lines += sent_and_got(exchange)
    lines += [
        f"expected  {line(failure['expected'])}",
        f"actual    {line(failure['actual'])}",
        f"again     tests/sdks/judge {name} --replay {failure['case']}",
        "```",
        "",
        f"Case `{failure['case']}`{elsewhere}.",
        "",
    ]
    return lines


def sent_and_got(exchange):
    status = exchange["status"] if exchange["status"] is not None else exchange["transport_error"] or "no answer"
    yield line(f"request   {exchange['method']} {path_of(exchange['url'])} {exchange['request_body']}")
    yield line(f"response  {status} {exchange['response_body']}")


def path_of(url):
    return re.sub(r"^[a-z]+://[^/]*", "", url)


def line(text):
    text = " ".join(steady(text).split("\n"))
    return text if len(text) <= WIDTH else f"{text[:WIDTH]}… ({len(text)} characters)"


def steady(text):
    """Without what is another in each run: tokens, ports, times."""
    text = re.sub(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+", "TOKEN", text)
    text = re.sub(r"(127\.0\.0\.1):\d+", r"\1:PORT", text)
    # And nothing that cannot be seen.
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def count(number, noun):
    return f"{number or 'No'} {noun}{'' if number == 1 else 's'}"
