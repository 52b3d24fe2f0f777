"""What is tried, one server after another, and what came of it against what should."""

import concurrent.futures
import contextlib
import fnmatch
import hashlib
import json
import shutil
import sys
import time
import tomllib
from dataclasses import dataclass

from . import mutants as mutation
from . import patches
from .install import EDITIONS, HERE, PLACE
from .patches import BadPatch  # noqa: F401  (for the caller)
from .runs import SERVERS, Outcome, Setting, found_or_not, judged, python_server

RESULTS = PLACE / "results.json"
REASONS = HERE / "python" / "survivors.toml"
WARNINGS = HERE / "warnings.toml"
SAMPLE = {"legal": 8, "mistakes": 12, "mutants": 10}
SAMPLE_SECONDS = 120
# Of a mutant: no client can tell it from the original, or it is no server.
UNTOLD = ("unseen", "no start")
GOOD = ("ok", "warned", "excused")


@dataclass(frozen=True)
class Trial:
    section: str  # servers, legal, mistakes or mutants
    name: str
    setting: Setting | None  # None: that of a mutant is found by what a client sees
    subject: object = None  # the patch or mutant

    @property
    def key(self):
        return f"{self.name}@{self.setting}" if self.setting else self.name

    def names(self):
        return (self.name, self.key)

    def should(self):
        return "held" if self.section in ("servers", "legal") else "failed"

    def is_good(self, outcome):
        if self.should() == "held":
            return outcome.status == "held"
        return is_found(self.section, outcome) or outcome.is_warned()


class Campaign:
    def __init__(self, options):
        self.options = options
        self.outcomes = {}  # by section and key
        self.reasons = tomllib.loads(REASONS.read_text(encoding="utf-8"))
        self.warnings = tomllib.loads(WARNINGS.read_text(encoding="utf-8"))
        self.known_mutants = []
        self.skipped = 0
        self.deadline = None

    def trials(self, section, found):
        """Those that are wanted by name and edition, and by what came of them last."""
        names, edition = self.options.names, self.options.edition
        last = kept_results().get(section, {}) if self.options.again else {}
        for trial in found:
            named = not names or any(fnmatch.fnmatchcase(name, pattern) for name in trial.names() for pattern in names)
            if not named or not (edition is None or trial.setting is None or trial.setting.edition == edition):
                continue
            if trial.key not in last or not trial.is_good(Outcome(**last[trial.key])):
                yield trial

    def run(self, trials):
        trials = list(trials)
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool, ended_early(pool):
            waiting = {pool.submit(self.perform, trial): trial for trial in trials}
            for number, done in enumerate(concurrent.futures.as_completed(waiting), start=1):
                trial, outcome = waiting[done], done.result()
                if outcome is None:
                    self.skipped += 1
                    continue
                self.outcomes[trial.section, trial.key] = outcome
                if number % 100 == 0:
                    self.keep_results()
                print(
                    f"{number:4}/{len(trials)} {line(trial, outcome, self.verdict(trial.section, trial.key))}",
                    flush=True,
                )

    def perform(self, trial):
        if self.deadline is not None and time.monotonic() > self.deadline:
            return None
        limit, more = self.options.limit, self.options.more
        if trial.section == "servers":
            return judged(self.options.program, SERVERS[trial.name], trial.setting, limit, more)
        folder = patches.place_of(f"{trial.section}-{trial.key}".replace("/", "-").replace(":", "-"))
        try:
            if trial.section == "mutants":
                return mutation.judged(trial.subject, folder, self.options.program, limit, more)
            patches.apply(trial.subject, folder)
            if self.options.what == "seen":
                label = mutation.seen(trial.name, folder, trial.setting, words=True)
                return Outcome("failed" if label else "unseen", requirement=label)
            way = judged if trial.section == "legal" else found_or_not
            return way(self.options.program, python_server(folder), trial.setting, limit, more)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def verdict(self, section, key):
        """ok, warned (what is broken is a recommendation), excused (by a reason), or what is wrong with it."""
        outcome, reason = self.outcomes[section, key], self.reason(section, key)
        # One for several may be of those of them that survive.
        is_for_it = key in self.reasons.get(section, {})
        if outcome.status == "error":
            return "error"
        if section == "servers" and outcome.status == "held":
            unlike = set(outcome.warnings) ^ self.expected_warnings(key)
            return f"warned without a reason, or not warned: {', '.join(sorted(unlike))}" if unlike else "ok"
        if section in ("servers", "legal"):
            return "ok" if outcome.status == "held" else "blamed" if outcome.status == "failed" else "undecided"
        if self.options.what == "seen":
            return "ok" if outcome.status == "failed" else "unseen"
        if is_found(section, outcome):
            return "a reason, but no survivor" if is_for_it else "ok"
        if outcome.is_warned():
            return "a reason, but a warning says it" if is_for_it else "warned"
        return "excused" if reason is not None else {"held": "survives"}.get(outcome.status, outcome.status)

    def expected_warnings(self, key):
        """Of a server in an edition, whoever calls."""
        name, _, setting = key.partition("@")
        return set(self.warnings.get(name, {}).get(setting.partition("-")[0], {}))

    def reason(self, section, key):
        """That of a mutant may be one of several with the same reason: its key has `*` in it then."""
        reasons = self.reasons.get(section, {})
        return reasons.get(key) or next((reasons[each] for each in reasons if fnmatch.fnmatchcase(key, each)), None)

    def wrong(self):
        found = [(section, key, self.verdict(section, key)) for section, key in self.outcomes]
        return [each for each in found if each[2] not in GOOD]

    def stray_reasons(self):
        """Of what does not exist: only a run of everything can tell."""
        if self.options.what != "all" or self.options.edition or self.options.names:
            return []
        tried = {}
        for section, key in self.outcomes:
            tried.setdefault(section, []).append(key)
        given = [(section, key) for section in self.reasons for key in self.reasons[section]]
        return [(section, key) for section, key in given if not fnmatch.filter(tried.get(section, []), key)]

    def keep_results(self):
        if self.options.what == "seen":
            return
        kept = kept_results()
        for (section, key), outcome in self.outcomes.items():
            kept.setdefault(section, {})[key] = outcome.as_json()
        RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False), encoding="utf-8")

    def take_results(self):
        """Those of earlier runs, of what there still is."""
        kept = kept_results()
        self.known_mutants = mutation.load()
        trials = [*server_trials(), *patched("legal"), *patched("mistakes"), *mutant_trials(self.known_mutants)]
        for trial in trials:
            if trial.key in kept.get(trial.section, {}):
                self.outcomes[trial.section, trial.key] = Outcome(**kept[trial.section][trial.key])

    def finish(self):
        self.keep_results()
        print()
        for section in dict.fromkeys(section for section, _ in self.outcomes):
            keys = [key for each, key in self.outcomes if each == section]
            counted = {}
            for key in keys:
                verdict = self.verdict(section, key)
                status = self.outcomes[section, key].status
                counted[f"{verdict} ({status})"] = counted.get(f"{verdict} ({status})", 0) + 1
            print(
                f"{section}: {len(keys)} runs; "
                + ", ".join(f"{count} {what}" for what, count in sorted(counted.items()))
            )
        for section, key, verdict in sorted(self.wrong()):
            print(f"{verdict}: {section} {key}{details(self.outcomes[section, key])}")
        for section, key in self.stray_reasons():
            print(f"a reason for what does not exist: {section} {key}")
        if self.skipped:
            print(f"{self.skipped} not tried for lack of time")

    def exit_status(self):
        if any(outcome.status == "error" for outcome in self.outcomes.values()):
            return 2
        return 1 if self.wrong() or self.stray_reasons() else 0


def is_found(section, outcome):
    """Found, or no server that anybody takes for one."""
    return outcome.status in ("failed", *UNTOLD) or (section == "mutants" and outcome.serves_nobody)


def kept_results():
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


@contextlib.contextmanager
def ended_early(pool):
    """Who stops us waits for the servers that run, so that these are ended, and for no others."""
    try:
        yield
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise


def line(trial, outcome, verdict):
    word = {"held": "held", "failed": "found" if trial.should() == "failed" else "blamed"}.get(
        outcome.status, outcome.status
    )
    by = outcome.requirement or outcome.said
    warned = f"warnings: {', '.join(outcome.warnings)}" if outcome.status == "held" and outcome.warnings else ""
    mark = " " if verdict in GOOD else "!"
    return f"{mark} {trial.section} {trial.key}: {word} {by} {warned}".rstrip()


def details(outcome):
    lines = [("requirement", outcome.requirement), ("case", outcome.case), ("expected", outcome.expected)]
    lines += [("actual", outcome.actual), ("said", outcome.said)]
    return "".join(f"\n    {label:12} {text[:600]}" for label, text in lines if text)


def patched(section):
    for patch in patches.load(section).values():
        for setting in patch.settings():
            yield Trial(section, patch.name, setting, patch)


def server_trials():
    settings = [Setting(edition, who) for edition in EDITIONS for who in ("accounts", "tokens", "caller")]
    return [Trial("servers", name, setting) for name in SERVERS for setting in settings]


def mutant_trials(found):
    return [Trial("mutants", mutant.name, None, mutant) for mutant in found]


def servers(campaign):
    campaign.run(campaign.trials("servers", server_trials()))


def legal(campaign):
    campaign.run(campaign.trials("legal", patched("legal")))


def mistakes(campaign):
    campaign.run(campaign.trials("mistakes", patched("mistakes")))


def seen(campaign):
    """Which mistakes the corpus tells from the original: a change that no client can see is no mistake."""
    mutation.record_original(words=True)
    campaign.run(campaign.trials("mistakes", patched("mistakes")))


def mutants(campaign):
    campaign.known_mutants = mutation.load()
    found = in_order_of_chance(campaign.trials("mutants", mutant_trials(campaign.known_mutants)), campaign.options.seed)
    if campaign.options.sample is not None:
        found = found[: campaign.options.sample]
    mutation.record_original()
    campaign.run(found)


def sample(campaign):
    """The same ones each time: a new patch takes the place of one at the most."""
    campaign.deadline = time.monotonic() + SAMPLE_SECONDS
    for section in ("legal", "mistakes"):
        campaign.run(in_order_of_chance(list(patched(section)), 1)[: SAMPLE[section]])
    mutation.record_original()
    waiting = in_order_of_chance(mutant_trials(mutation.load()), 1)
    # Most of those that nobody sees, or that do not start, are told soon: they do not count.
    judged_ones = 0
    while waiting and judged_ones < SAMPLE["mutants"] and time.monotonic() < campaign.deadline:
        some, waiting = waiting[: campaign.options.jobs], waiting[campaign.options.jobs :]
        campaign.run(some)
        statuses = [campaign.outcomes["mutants", trial.key].status for trial in some]
        judged_ones += sum(status not in ("unseen", "no start") for status in statuses)


def in_order_of_chance(trials, seed):
    return sorted(trials, key=lambda trial: hashlib.sha256(f"{seed} {trial.key}".encode()).digest())


def check_patches():
    """Every patch applies and is still Python; and no two mutants have one name."""
    status = 0
    for section in ("legal", "mistakes"):
        found = patches.load(section)
        for patch in found.values():
            try:
                for file, text in patch.texts().items():
                    compile(text, file, "exec")
            except (BadPatch, SyntaxError) as bad:
                print(f"{patch.name}: {bad}", file=sys.stderr)
                status = 2
        print(f"{section}: {len(found)} patches")
    print(f"mutants: {len(mutation.load())}")
    return status
