"""Mutants of the Python server: which of them a client can tell from the original, and what finds these."""

import hashlib
import json
import sys
import threading

from .install import HERE, PLACE, TOKENS, USERS, use_packages
from .patches import SERVER, copy_server
from .runs import DoesNotStart, Outcome, Setting, found_or_not, python_server, started

sys.path.insert(0, str(HERE / "python"))
import corpus  # noqa: E402
import mutate  # noqa: E402
import probes  # noqa: E402

# In this order: a mutant that is seen and found in one is not tried in the next.
SETTINGS = [
    Setting("2026", "accounts"),
    Setting("2018", "accounts"),
    Setting("2026", "tokens"),
    Setting("2026", "caller"),
]
# Only these modules do anything else for other credentials.
OF_CREDENTIALS = {"server/__main__.py", "server/credentials.py", "server/files.py"}
SEEN = PLACE / "seen.json"

original = {}  # by setting: what the server answers
lock = threading.Lock()


def load():
    return [mutant for path in sorted(SERVER.glob("*.py")) for mutant in mutate.mutants(path, "server/" + path.name)]


def record(server, setting, expected=None, words=False):
    """What the server answers to the corpus, up to the first difference from what is expected. `words`: with those of
    its errors."""
    use_packages()
    signers = tokens = None
    if setting.who == "accounts":
        keystores = PLACE / "callers" / setting.edition
        signers = {who: probes.Signer(json.loads((keystores / f"{who}.json").read_text("utf-8"))) for who in USERS}
    elif setting.who == "tokens":
        tokens = TOKENS
    with started(server, setting) as address:
        return corpus.record(probes.Client(address, USERS, signers, tokens, expected, words))


def record_original(words=False):
    """Twice: what is not the same each time cannot tell a mutant."""
    for setting in SETTINGS:
        original[setting] = record(python_server(), setting, None, words)
        try:
            record(python_server(), setting, original[setting], words)
        except probes.Different as label:
            raise SystemExit(f"{setting}: not the same each time: {label}") from None


def judged(mutant, folder, program, limit, more):
    """The outcome where it is first found, or else warned of, or else tried last. unseen: no client can tell."""
    copy_server(folder)
    (folder / mutant.file).write_text(mutant.text(), encoding="utf-8")
    outcome = Outcome("unseen")
    for setting in SETTINGS:
        if setting.who != "accounts" and mutant.file not in OF_CREDENTIALS:
            continue
        label = seen(mutant.name, folder, setting)
        if label == "":
            continue
        if label == "does not start":
            return Outcome("no start", said=setting_of(setting))
        latest = found_or_not(program, python_server(folder), setting, limit, more)
        latest.said = f"{setting_of(setting)}: a client sees it by: {label}; {latest.said}".rstrip("; ")
        if not outcome.is_warned() or latest.status == "failed" or latest.serves_nobody:
            outcome = latest
        if outcome.status == "failed" or outcome.serves_nobody:
            break
    return outcome


def setting_of(setting):
    return f"{setting.edition} {setting.who}"


def seen(name, folder, setting, words=False):
    """The request by which a client sees the change, or "". Remembered as long as server and corpus are the same."""
    digest = hashlib.sha256()
    corpus_files = [
        HERE / "python" / f"{module}.py" for module in ("corpus", "corpus_tokens", "corpus_values", "probes")
    ]
    for path in [*sorted(SERVER.glob("*.py")), *sorted((folder / "server").glob("*.py")), *corpus_files]:
        digest.update(path.read_bytes())
    key = f"{name} {setting} {digest.hexdigest()[:16]}{' words' * words}"
    with lock:
        known = json.loads(SEEN.read_text("utf-8")) if SEEN.exists() else {}
    if key not in known:
        label = ""
        try:
            record(python_server(folder), setting, original[setting], words)
        except probes.Different as different:
            label = str(different)
        except DoesNotStart:
            label = "does not start"
        with lock:
            known = json.loads(SEEN.read_text("utf-8")) if SEEN.exists() else {}
            SEEN.write_text(json.dumps({**known, key: label}), encoding="utf-8")
        return label
    return known[key]
