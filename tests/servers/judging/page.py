"""Prints docs/mutants.md from what came of the runs: the same text for the same outcomes."""

import subprocess
import sys
import textwrap

from . import patches
from .install import ROOT
from .runs import SERVERS

PAGE = ROOT / "docs" / "mutants.md"
INTRODUCTION = """
    Three servers ([tests/servers](../tests/servers/README.md)) were written from the public documentation by people
    who did not know what mixinspec checks. Here is what it says of them, of the Python one with each of its legal
    freedoms, with each of many mistakes, and with each small change of its syntax that a client can see. A mistake or
    mutant is found when the exit status is 1; beside it stands the requirement that fails first. Where what it breaks is
    a recommendation (a should), the exit status is 0, and it is told by a warning.
    `tests/servers/judge all` makes this page.
    """


def write_or_compare(campaign, check):
    text = printed(campaign)
    if not check:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print(
            "\ndocs/mutants.md is not what these runs give; after a change: tests/servers/judge all", file=sys.stderr
        )
        subprocess.run(["diff", "-u", PAGE, "-"], input=text, text=True)
        return 1
    return 0


def printed(campaign):
    lines = ["# What is found in servers by other hands", "", *wrapped(INTRODUCTION)]
    for part in (servers, legal, mistakes, mutants, survivors):
        lines += ["", *part(campaign)]
    return "\n".join(lines) + "\n"


def wrapped(text):
    return textwrap.wrap(" ".join(text.split()), 118)


def of(campaign, section):
    return {key: outcome for (each, key), outcome in campaign.outcomes.items() if each == section}


def table(head, rows):
    return [
        "| " + " | ".join(head) + " |",
        "|---" * len(head) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def servers(campaign):
    outcomes = of(campaign, "servers")
    settings = sorted({key.partition("@")[2] for key in outcomes})
    rows = [[name, *(held(outcomes.get(f"{name}@{setting}")) for setting in settings)] for name in SERVERS]
    note = "Callers with signed tokens in each edition; with opaque tokens; and one caller without any."
    return ["## The servers as they are", "", note, "", *table(["server", *settings], rows)]


def held(outcome):
    if outcome is None:
        return "·"
    if outcome.status != "held":
        return f"**{outcome.requirement or outcome.status}**"
    return "holds" + (f", warned of {', '.join(outcome.warnings)}" if outcome.warnings else "")


def legal(campaign):
    rows = []
    for kind, runs in by_kind(campaign, "legal").items():
        blamed = sorted(
            f"{key}: {outcome.requirement or outcome.status}" for key, outcome in runs if outcome.status != "held"
        )
        rows.append([kind, str(len(runs)), "<br>".join(blamed) or "none"])
    return ["## Legal freedoms", "", *table(["kind", "runs", "blamed"], rows)]


def by_kind(campaign, section):
    """Of patches: the runs of each kind."""
    found = {}
    for patch in patches.load(section).values():
        for key, outcome in sorted(of(campaign, section).items()):
            if key.partition("@")[0] == patch.name:
                found.setdefault(patch.kind, []).append((key, outcome))
    return dict(sorted(found.items()))


def mistakes(campaign):
    rows = []
    for kind, runs in by_kind(campaign, "mistakes").items():
        found = sum(outcome.status == "failed" for _, outcome in runs)
        warned = sum(outcome.is_warned() for _, outcome in runs)
        rows.append([kind, *map(str, (len(runs), found, warned, len(runs) - found - warned))])
    lines = ["## Mistakes", "", *table(["kind", "runs", "found", "warned of", "not found"], rows)]
    outcomes = of(campaign, "mistakes")
    rows = {}
    for patch in patches.load("mistakes").values():
        cells = {setting.edition: cell(campaign, outcomes, f"{patch.name}@{setting}") for setting in patch.settings()}
        row = [patch.name, escaped(patch.says), cells.get("2018", "·"), cells.get("2026", "·")]
        rows.setdefault(patch.kind, []).append(row)
    for kind, of_kind in sorted(rows.items()):
        lines += ["", f"### {kind.capitalize()}", "", *table(["mistake", "what", "2018", "2026"], sorted(of_kind))]
    return lines


def cell(campaign, outcomes, key):
    outcome = outcomes.get(key)
    if outcome is None:
        return "not run"
    if outcome.is_warned():
        return f"warned of {', '.join(outcome.warnings)}"
    if outcome.status == "failed":
        return outcome.requirement
    if campaign.reason("mistakes", key) is not None:
        return "not found: [why](#what-is-not-found-and-why)"
    return {"held": "**survives**"}.get(outcome.status, f"**{outcome.status}**")


def escaped(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")


def mutants(campaign):
    outcomes = of(campaign, "mutants")
    known = len(campaign.known_mutants)
    tried = "All" if len(outcomes) == known else f"{len(outcomes)} of {known}, chosen by chance,"
    note = f"""{tried} were tried. Not seen: no request of the corpus is answered in another way. Serves nobody: no
        creation is accepted, so that the run is not green (exit status 3)."""
    lines = ["## Mutants", "", *wrapped(note), ""]
    for place, word in ((0, "file"), (2, "operator")):
        groups = {}
        for key, outcome in outcomes.items():
            groups.setdefault(key.split(":")[place], []).append(outcome)
        rows = [[name, *counted(of_group)] for name, of_group in sorted(groups.items())]
        rows.append(["all", *counted(list(outcomes.values()))])
        head = [word, "mutants", "do not start", "not seen", "serve nobody", "found", "warned of", "not found"]
        lines += [*table(head, rows), ""]
    first = {}
    for section in ("mistakes", "mutants"):
        for outcome in of(campaign, section).values():
            if outcome.status == "failed":
                first.setdefault(outcome.requirement, {"mistakes": 0, "mutants": 0})[section] += 1
    rows = [[name, str(each["mistakes"]), str(each["mutants"])] for name, each in sorted(first.items())]
    return [*lines, "What fails first:", "", *table(["requirement", "of mistakes", "of mutants"], rows)]


def counted(outcomes):
    statuses = [status(outcome) for outcome in outcomes]
    told = [statuses.count(each) for each in ("no start", "unseen", "serves nobody", "failed", "warned")]
    return [str(number) for number in (len(statuses), *told, len(statuses) - sum(told))]


def status(outcome):
    if outcome.serves_nobody:
        return "serves nobody"
    return "warned" if outcome.is_warned() else outcome.status


def reason_of(campaign, section, key):
    reason = campaign.reason(section, key)
    return "**no reason**" if reason is None else escaped(reason)


def survivors(campaign):
    rows = []
    for section in ("mistakes", "mutants"):
        names = {mutant.name: mutant for mutant in campaign.known_mutants} if section == "mutants" else {}
        for key, outcome in sorted(of(campaign, section).items()):
            if campaign.verdict(section, key) not in ("ok", "warned", "error"):
                what = f"{key}: {names[key].says()}" if key in names else key
                rows.append([escaped(what), outcome.status, reason_of(campaign, section, key)])
    return [
        "## What is not found, and why",
        "",
        *(table(["what", "outcome", "reason"], rows) if rows else ["Nothing."]),
    ]
