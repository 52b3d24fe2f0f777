"""Makes a book of README.md and docs/ in target/book/html, and fails where a link leads nowhere.

    python3 .ci/book/build.py

Needs mkdocs (.ci/requirements.txt). A link to a page of the book leads to it, one to another file of the repository to a
copy of the file; one to a folder becomes text.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "target" / "book"
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changes.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "vectors/README.md": "vectors.md",
    "tests/servers/README.md": "servers.md",
}
FENCE = re.compile(r"^(```.*?^```$)", re.M | re.S)
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")


def main():
    pages = PAGES | {f"docs/{page.name}": page.name for page in sorted((ROOT / "docs").glob("*.md"))}
    source = BOOK / "source"
    shutil.rmtree(BOOK, ignore_errors=True)
    source.mkdir(parents=True)
    lost = []
    for path, name in pages.items():
        parts = FENCE.split((ROOT / path).read_text(encoding="utf-8"))
        # What stands between fences is code.
        parts[::2] = [LINK.sub(lambda link: led(path, link, pages, source, lost), part) for part in parts[::2]]
        (source / name).write_text("".join(parts), encoding="utf-8")
    for link in lost:
        print(link, file=sys.stderr)
    here = Path(__file__).parent
    shutil.copy(here / "book.css", source)
    mkdocs = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", here / "mkdocs.yml"]
    built = subprocess.run(mkdocs)
    return 1 if lost or built.returncode else 0


def led(page, link, pages, source, lost):
    """The link as it stands in the book."""
    text, target = link.groups()
    path, _, anchor = target.partition("#")
    if "://" in target or not path:
        return link.group()
    path = os.path.normpath(os.path.join(os.path.dirname(page), path))
    at = ROOT / path
    if path in pages:
        return f"[{text}]({pages[path]}{'#' + anchor if anchor else ''})"
    if at.is_file():
        copy = source / "files" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        # A page that is not in the book is shown as it is written.
        shutil.copy(at, copy.with_suffix(".txt") if copy.suffix == ".md" else copy)
        return f"[{text}](files/{path[:-3] + '.txt' if path.endswith('.md') else path})"
    if f"{path}/README.md" in pages:
        return f"[{text}]({pages[f'{path}/README.md']})"
    if not at.is_dir():
        lost.append(f"{page}: {target} leads nowhere")
    return text


if __name__ == "__main__":
    sys.exit(main())
