"""Mutants of a module: one small change of its syntax each, made in the text where the node stands."""

import ast
from dataclasses import dataclass

from operators import changes


@dataclass(frozen=True)
class Mutant:
    name: str  # file:line:operator:nth
    file: str
    source: str
    start: int  # in bytes, like the positions of ast
    end: int
    replacement: str

    @property
    def operator(self):
        return self.name.split(":")[2]

    def text(self):
        data = self.source.encode()
        return (data[: self.start] + self.replacement.encode() + data[self.end :]).decode()

    def says(self):
        """What stood there, and what stands there now."""
        before = " ".join(self.source.encode()[self.start : self.end].decode().split())
        return f"{before} -> {' '.join(self.replacement.split()) or '(nothing)'}"


def mutants(path, file):
    """All that still are Python, and are not the module as it was."""
    source = path.read_text(encoding="utf-8")
    starts = line_starts(source)
    tree = ast.parse(source)
    original = ast.dump(tree)
    count, texts, found = {}, set(), []
    for operator, node, replacement in changes(tree, source):
        start, end = span(node, starts)
        line = node.lineno if hasattr(node, "lineno") else node[0]
        place = (line, operator)
        count[place] = count.get(place, 0) + 1
        mutant = Mutant(f"{file}:{line}:{operator}:{count[place]}", file, source, start, end, replacement)
        if mutant.text() in texts or not is_another(mutant.text(), original):
            continue
        texts.add(mutant.text())
        found.append(mutant)
    return found


def is_another(text, original):
    try:
        return ast.dump(ast.parse(text)) != original
    except SyntaxError:
        return False


def line_starts(source):
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def span(node, starts):
    """Of a node, or of (line, column, end line, end column)."""
    if isinstance(node, tuple):
        line, column, end_line, end_column = node
    else:
        line, column, end_line, end_column = node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
    return starts[line - 1] + column, starts[end_line - 1] + end_column
