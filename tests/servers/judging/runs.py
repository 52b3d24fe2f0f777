"""One run: a server is started, mixinspec judges it, and the server is ended."""

import contextlib
import json
import os
import re
import select
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

from .install import HERE, PLACE, TOKENS, USERS

# The run's id is pinned, so that the same ids come up each time.
PINNED = ["--seed", "1", "--run-id", "servers", "--quiet"]
# Cases run side by side: some mistakes show only there.
FAST = ["--fail-fast"]
START = 20  # seconds
MEMORY = 4 * 1024 * 1024  # KiB: a mistake must not take the machine with it


@dataclass(frozen=True)
class Setting:
    """How a server is started and judged: by which edition, and who is who by what."""

    edition: str
    who: str  # accounts, tokens or caller

    def __str__(self):
        return self.edition if self.who == "accounts" else f"{self.edition}-{self.who}"

    def of_server(self):
        callers = PLACE / "callers"
        chosen = {
            "accounts": ["--accounts", callers / self.edition / "accounts.json"],
            "tokens": ["--tokens", callers / "tokens.json"],
            "caller": ["--caller", USERS["caller"]],
        }
        return ["--port", "0", "--edition", self.edition, *map(str, chosen[self.who])]

    def of_program(self):
        callers = PLACE / "callers"
        chosen = {
            "accounts": [f"--keystore={callers / self.edition / who}.json" for who in USERS],
            "tokens": [f"--bearer-file={callers / who}.token" for who in TOKENS]
            + [f"--caller={user}" for user in USERS.values()],
            "caller": ["--no-auth", "--caller", USERS["caller"]],
        }
        return ["--edition", self.edition, *chosen[self.who]]


@dataclass
class Outcome:
    status: str  # held, failed, undecided, or error: a mistake of ours
    requirement: str = ""
    case: str = ""
    expected: str = ""
    actual: str = ""
    said: str = ""  # why there is no verdict
    warnings: list = field(default_factory=list)
    seconds: float = 0.0
    # No creation is accepted: the run ends there, says so, and is not green (exit status 3).
    serves_nobody: bool = False

    def is_warned(self):
        """Nothing fails, and a recommendation is broken which the server as it is follows."""
        return self.status == "held" and bool(self.warnings)

    def as_json(self):
        return {name: value for name, value in asdict(self).items() if value}


class DoesNotStart(Exception):
    pass


def python_server(folder=HERE / "python"):
    # Its modules are looked for in the folder that it starts in.
    return folder, [sys.executable, "-m", "server"]


SERVERS = {
    "python": python_server(),
    "go": (PLACE / "go", [PLACE / "go" / "conversations"]),
    "node": (PLACE / "node", ["node", "src/main.js"]),
}


usual_warnings = {}  # by setting: what the Python server as it is is warned of


@contextlib.contextmanager
def started(server, setting):
    """Gives the address of a server that listens, and ends it."""
    folder, command = server
    environment = {**os.environ, "PYTHONPATH": str(PLACE / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    limited = ["sh", "-c", f'ulimit -v {MEMORY}; exec "$@"', "sh"] if command[0] == sys.executable else []
    errors = PLACE / "errors" / f"{os.getpid()}-{time.monotonic_ns()}.txt"
    errors.parent.mkdir(parents=True, exist_ok=True)
    with open(errors, "wb") as sink:
        process = subprocess.Popen(
            [*limited, *map(str, command), *setting.of_server()],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=sink,
        )
    try:
        yield address(process, errors)
    finally:
        process.terminate()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        errors.unlink()


def address(process, errors):
    if select.select([process.stdout], [], [], START)[0]:
        line = process.stdout.readline().decode()
        if re.fullmatch(r"listening on http://[^/:]+:[0-9]+\s*", line):
            return line.removeprefix("listening on ").strip()
    process.kill()
    said = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise DoesNotStart(said[-1] if said else f"nothing said in {START} s")


def judged(program, server, setting, limit, more=()):
    """What came of a run. `limit`: seconds."""
    begun = time.monotonic()
    try:
        with started(server, setting) as url:
            outcome = run(program, url, setting, limit, more)
    except DoesNotStart as why:
        outcome = Outcome("error", said=f"the server does not start: {why}")
    outcome.seconds = round(time.monotonic() - begun, 1)
    return outcome


def found_or_not(program, server, setting, limit, more=()):
    """The same, when nothing is asked but whether a must fails. A warning ends a fast run, too: those that the server
    as it is gets are left out, and another one is decided by a whole run."""
    if setting not in usual_warnings:
        usual_warnings[setting] = judged(program, SERVERS["python"], setting, limit, more).warnings
    left_out = [f"--skip={requirement}" for requirement in usual_warnings[setting]]
    fast = judged(program, server, setting, limit, [*FAST, *left_out, *more])
    if fast.status != "undecided" or fast.serves_nobody:
        return fast
    whole = judged(program, server, setting, limit, more)
    whole.warnings = [each for each in whole.warnings if each not in usual_warnings[setting]]
    return whole


def run(program, url, setting, limit, more):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MIXINSPEC_")}
    command = [program, "run", url, *setting.of_program(), *PINNED, *more, "--report", "json=-", "--github", "off"]
    try:
        finished = subprocess.run(
            list(map(str, command)), env={**environment, "NO_COLOR": "1"}, capture_output=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return Outcome("undecided", said=f"no end after {limit} s")
    if finished.returncode not in (0, 1, 3):
        return Outcome("error", said=finished.stderr.decode(errors="replace").strip()[-500:])
    if not finished.stdout:
        return Outcome("undecided", said=f"no report: {finished.stderr.decode(errors='replace').strip()[-500:]}")
    report = json.loads(finished.stdout)
    outcome = Outcome({0: "held", 1: "failed", 3: "undecided"}[finished.returncode])
    outcome.warnings = [each["id"] for each in report["requirements"] if each["verdict"] == "warn"]
    wanted = {"failed": "fail", "undecided": "inconclusive"}.get(outcome.status)
    found = [each for each in report["requirements"] if each["level"] == "must" and each["verdict"] == wanted]
    if found:
        outcome.requirement = found[0]["id"]
        outcome.said = found[0].get("reason") or ""
        for failure in found[0]["failures"][:1]:
            outcome.case, outcome.expected, outcome.actual = (failure[key] for key in ("case", "expected", "actual"))
    elif outcome.status == "undecided":
        outcome.serves_nobody = not any(each["verdict"] in ("pass", "warn") for each in report["requirements"])
    elif outcome.status == "failed":
        outcome.requirement = next((each["id"] for each in report["readings"] if each["verdict"] == "fail"), "?")
    return outcome
