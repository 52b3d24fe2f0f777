"""Named changes of the Python server: legal freedoms and mistakes, each a few exact replacements."""

import shutil
import tomllib
from dataclasses import dataclass

from .install import EDITIONS, HERE, PLACE
from .runs import Setting

FOLDER = HERE / "python" / "patches"
SERVER = HERE / "python" / "server"


class BadPatch(Exception):
    pass


@dataclass(frozen=True)
class Patch:
    name: str
    says: str
    kind: str
    editions: tuple
    who: str
    changes: tuple  # of (file, find, replace)
    sources: tuple = ()  # of (document, words), of a legal one

    def settings(self):
        return [Setting(edition, self.who) for edition in self.editions]

    def texts(self):
        """The changed files by name; each `find` must stand in its file exactly once."""
        texts = {}
        for file, find, replace in self.changes:
            text = texts.get(file) or (SERVER / file).read_text(encoding="utf-8")
            if text.count(find) != 1:
                raise BadPatch(f"{self.name}: in {file}, this stands {text.count(find)} times and not once:\n{find}")
            texts[file] = text.replace(find, replace)
        return texts


def load(what):
    """All patches of a folder (legal or mistakes), by name."""
    patches = {}
    for path in sorted((FOLDER / what).glob("*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in document["patch"]:
            patch = read(entry, document["kind"], f"{path.name}: {entry.get('name')}", legal=what == "legal")
            if patch.name in patches:
                raise BadPatch(f"{patch.name} is the name of two patches")
            patches[patch.name] = patch
    return patches


def read(entry, kind, where, legal):
    allowed = {"name", "says", "editions", "who", "source", "change"}
    unknown = set(entry) - allowed
    sources = tuple((source["document"], source["words"]) for source in entry.get("source", []))
    editions = tuple(entry.get("editions", EDITIONS))
    if unknown or bool(sources) != legal or not set(editions) <= set(EDITIONS) or not entry.get("change"):
        raise BadPatch(f"{where}: unknown keys {sorted(unknown)}, no change, or wrong editions or sources")
    changes = tuple((each["file"], each["find"], each["replace"]) for each in entry["change"])
    return Patch(entry["name"], entry["says"], kind, editions, entry.get("who", "accounts"), changes, sources)


def apply(patch, folder):
    """Copies the server into the folder and changes it there."""
    texts = patch.texts()
    copy_server(folder)
    for file, text in texts.items():
        compile(text, file, "exec")  # a patch that is no Python is a mistake of the patch
        (folder / "server" / file).write_text(text, encoding="utf-8")


def copy_server(folder):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SERVER, folder / "server", ignore=shutil.ignore_patterns("__pycache__"))


def place_of(key):
    return PLACE / "patched" / key
