"""The operators of the mutator: each gives (its name, the node that is replaced, the text in its place)."""

import ast

COMPARISONS = {
    ast.Eq: ["!="],
    ast.NotEq: ["=="],
    ast.Lt: ["<=", ">="],
    ast.LtE: ["<", ">"],
    ast.Gt: [">=", "<="],
    ast.GtE: [">", "<"],
    ast.Is: ["is not"],
    ast.IsNot: ["is"],
    ast.In: ["not in"],
    ast.NotIn: ["in"],
}
ARITHMETIC = {ast.Add: "-", ast.Sub: "+", ast.Mult: "+", ast.Div: "*", ast.Mod: "+", ast.BitOr: "&", ast.BitAnd: "|"}
# A method or function, and one that is taken for it.
NEIGHBOURS = {
    "lower": ["upper", "strip"],
    "fullmatch": ["match", "search"],
    "removeprefix": ["removesuffix"],
    "any": ["all"],
    "all": ["any"],
    "sorted": ["list"],
    "isfinite": ["isnan"],
    "setdefault": ["get"],
    "get": ["pop"],
    "getlist": ["get"],
    "urlsafe_b64decode": ["b64decode"],
    "urlsafe_b64encode": ["b64encode"],
    "rstrip": ["lstrip", "strip"],
    "hexdigest": ["digest"],
    "sha256": ["sha512", "md5"],
    "md5": ["sha1"],
    "SHA512": ["SHA256", "SHA384"],
    "tuple": ["set"],
    "set": ["list"],
    "float": ["int"],
    "fetchone": ["fetchall"],
}
DOCUMENTATION = {"help", "metavar", "prog", "description"}  # of the command line: no client sees it


def changes(tree, source):
    for parent in ast.walk(tree):
        for child in ast.iter_child_nodes(parent):
            child.parent = parent
    for node in ast.walk(tree):
        if not is_annotation(node):
            for operator in OPERATORS:
                yield from operator(node, source)


def is_annotation(node):
    """Of a function: types are nothing to Python. Those of a class are read by pydantic and by dataclasses."""
    while hasattr(node, "parent"):
        parent = node.parent
        if isinstance(parent, ast.arg) and parent.annotation is node:
            return True
        if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and parent.returns is node:
            return True
        if isinstance(parent, ast.AnnAssign) and parent.annotation is node and not is_class_body(parent):
            return True
        node = parent
    return False


def is_class_body(node):
    return isinstance(node.parent, ast.ClassDef)


def is_docstring(node):
    return isinstance(node.parent, ast.Expr)


def text(node, source):
    return ast.get_source_segment(source, node)


def comparisons(node, source):
    if isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        for index, comparison in enumerate(node.ops):
            for other in COMPARISONS.get(type(comparison), []):
                left, right = operands[index], operands[index + 1]
                between = (left.end_lineno, left.end_col_offset, right.lineno, right.col_offset)
                # Parentheses around an operand stand between the two: such a one is left as it is.
                if not set(segment(source, between)) & set("()"):
                    yield "comparison", between, f" {other} "


def segment(source, place):
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    line, column, end_line, end_column = place
    if line == end_line:
        return lines[line - 1][column:end_column].decode()
    return b"".join(
        [lines[line - 1][column:], *lines[line : end_line - 1], lines[end_line - 1][:end_column]]
    ).decode()


def booleans(node, source):
    if isinstance(node, ast.BoolOp):
        word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        values = [f"({text(value, source)})" for value in node.values]
        yield "boolean", node, "(" + f" {other} ".join(values) + ")"
        for index in range(len(values)):
            yield "operand-removed", node, "(" + f" {word} ".join(values[:index] + values[index + 1 :]) + ")"


def conditions(node, source):
    if isinstance(node, (ast.If, ast.While, ast.IfExp)) or (isinstance(node, ast.comprehension) and node.ifs):
        for test in node.ifs if isinstance(node, ast.comprehension) else [node.test]:
            yield "condition-negated", test, f"(not ({text(test, source)}))"
            yield "condition-true", test, "True"
            yield "condition-false", test, "False"
    if isinstance(node, ast.IfExp):
        body, test, other = (text(each, source) for each in (node.body, node.test, node.orelse))
        yield "branches-swapped", node, f"({other} if {test} else {body})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not-removed", node, f"({text(node.operand, source)})"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "minus-removed", node, text(node.operand, source)


def numbers(node, source):
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "boolean-constant", node, str(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        for value in (node.value + 1, node.value - 1, 0):
            yield "number", node, f"({value})"
    elif isinstance(node, ast.Constant) and node.value is None and not isinstance(node.parent, ast.Return):
        yield "none", node, '""'


def texts(node, source):
    if not isinstance(node, ast.Constant) or not isinstance(node.value, (str, bytes)) or is_docstring(node):
        return
    if isinstance(node.parent, (ast.JoinedStr, ast.FormattedValue)):
        return  # a part of an f-string has no text of its own
    if isinstance(node.parent, ast.keyword) and node.parent.arg in DOCUMENTATION:
        return
    value = node.value
    statement = isinstance(value, str) and any(word in value for word in ("SELECT", "INSERT", "DELETE", "CREATE"))
    if isinstance(value, str) and " " in value.strip() and not statement:
        return  # words for people
    empty, mark = (b"", b"X") if isinstance(value, bytes) else ("", "X")
    yield "text-emptied", node, repr(empty) if value else repr(mark)
    yield "text-changed", node, repr(value + mark)
    if value.swapcase() != value and not statement:
        yield "text-in-another-case", node, repr(value.swapcase())
    words = value.split()
    for index in range(len(words) if 1 < len(words) < 40 else 0):
        space = b" " if isinstance(value, bytes) else " "
        yield "word-removed", node, repr(space.join(words[:index] + words[index + 1 :]))


def arithmetic(node, source):
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        left, right = text(node.left, source), text(node.right, source)
        yield "arithmetic", node, f"(({left}) {ARITHMETIC[type(node.op)]} ({right}))"
        yield "left-alone", node, f"({left})"
        yield "right-alone", node, f"({right})"
    if isinstance(node, ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield (
            "arithmetic",
            node,
            f"{text(node.target, source)} {ARITHMETIC[type(node.op)]}= {text(node.value, source)}",
        )


def statements(node, source):
    removable = (ast.Expr, ast.AugAssign, ast.Raise, ast.Delete, ast.For, ast.If, ast.With)
    kept = isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name)  # without a name all else fails
    if (isinstance(node, removable) or kept) and not (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ):
        yield "statement-removed", node, "pass"
    if isinstance(node, (ast.With, ast.Try)):
        first, last = node.body[0], node.body[-1]
        inner = segment(source, (first.lineno, 0, last.end_lineno, last.end_col_offset))
        shift = first.col_offset - node.col_offset
        lines = [line[shift:] for line in inner.split("\n")]
        yield "block-unwrapped", node, "\n".join(lines).lstrip()
    if isinstance(node, ast.Return) and node.value is not None:
        yield "returned-none", node, "return None"
    if isinstance(node, (ast.For, ast.AsyncFor)):
        yield "loop-without-first", node.iter, f"list({text(node.iter, source)})[1:]"
        yield "loop-without-last", node.iter, f"list({text(node.iter, source)})[:-1]"
        yield "loop-once", node.iter, f"list({text(node.iter, source)})[:1]"
    if (
        isinstance(node, ast.Assign)
        and not isinstance(node.value, ast.Constant)
        and not isinstance(node.parent, ast.Module)
    ):
        yield "assigned-none", node.value, "None"


def handlers(node, source):
    if isinstance(node, ast.ExceptHandler):
        if node.type is not None and text(node.type, source) != "Exception":
            yield "except-widened", node.type, "Exception"
            yield "except-narrowed", node.type, "ZeroDivisionError"
        last = node.body[-1]
        whole = (node.body[0].lineno, node.body[0].col_offset, last.end_lineno, last.end_col_offset)
        yield "except-ignored", whole, "pass"
    if isinstance(node, ast.Raise) and node.exc is not None and text(node.exc, source).startswith("Refusal("):
        yield "raised-another", node.exc, "ValueError()"


def definitions(node, source):
    if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
        for decorator in node.decorator_list:
            place = (decorator.lineno, decorator.col_offset - 1, decorator.end_lineno, decorator.end_col_offset)
            yield "decorator-removed", place, ""
    if isinstance(node, ast.ClassDef) and node.bases:
        yield "base-removed", node.bases[0], "object"
    if isinstance(node, ast.arguments):
        for default in [*node.defaults, *(each for each in node.kw_defaults if each is not None)]:
            yield (
                "default-changed",
                default,
                '"X"' if isinstance(default, ast.Constant) and default.value == "" else "None",
            )


def calls(node, source):
    if not isinstance(node, ast.Call):
        return
    function = text(node.func, source)
    arguments = [text(each, source) for each in node.args]
    keywords = [text(each, source) for each in node.keywords]
    if all(each is not None for each in keywords):
        for index in range(len(arguments) if function not in needed_whole(node) else 0):
            left = arguments[:index] + arguments[index + 1 :] + keywords
            yield "argument-removed", node, f"{function}({', '.join(left)})"
        for index in range(len(keywords)):
            if node.keywords[index].arg not in DOCUMENTATION:
                left = arguments + keywords[:index] + keywords[index + 1 :]
                yield "argument-removed", node, f"{function}({', '.join(left)})"
        if len(arguments) == 2 and arguments[0] != arguments[1]:
            yield "arguments-swapped", node, f"{function}({', '.join([*reversed(arguments), *keywords])})"
    is_class = function.rpartition(".")[2][:1].isupper()
    if len(arguments) == 1 and not keywords and not is_class:
        yield "call-unwrapped", node, f"({arguments[0]})"
    if isinstance(node.func, ast.Attribute) and not node.args and not node.keywords:
        yield "call-unwrapped", node, f"({text(node.func.value, source)})"
    name = (
        node.func.attr
        if isinstance(node.func, ast.Attribute)
        else node.func.id
        if isinstance(node.func, ast.Name)
        else ""
    )
    for other in NEIGHBOURS.get(name, []):
        yield "call-of-another", node.func, function[: len(function) - len(name)] + other


def needed_whole(node):
    """The functions and classes of this module: without one of their arguments, a call of them cannot but fail."""
    while hasattr(node, "parent"):
        node = node.parent
    return {
        each.name for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    } | {
        each.asname or each.name
        for statement in node.body
        if isinstance(statement, ast.ImportFrom) and statement.level
        for each in statement.names
    }


def collections(node, source):
    if isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values))
        if all(key is not None for key, _ in pairs):
            written = [f"{text(key, source)}: {text(value, source)}" for key, value in pairs]
            for index in range(len(written)):
                yield "entry-removed", node, "{" + ", ".join(written[:index] + written[index + 1 :]) + "}"
    is_value = isinstance(getattr(node, "ctx", ast.Load()), ast.Load)
    if isinstance(node, (ast.List, ast.Set, ast.Tuple)) and len(node.elts) > 1 and is_value:
        marks = {ast.List: "[]", ast.Set: "{}", ast.Tuple: "()"}[type(node)]
        # The types within Annotated and Literal stand without parentheses.
        marks = ("", "") if isinstance(node.parent, ast.Subscript) else marks
        written = [text(each, source) for each in node.elts]
        for index in range(len(written)):
            left = written[:index] + written[index + 1 :]
            comma = "," if isinstance(node, ast.Tuple) and len(left) == 1 and marks[0] else ""
            yield "element-removed", node, marks[0] + ", ".join(left) + comma + marks[1]
    if isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        for comprehension in node.generators:
            yield "loop-without-last", comprehension.iter, f"list({text(comprehension.iter, source)})[:-1]"
            yield "loop-without-first", comprehension.iter, f"list({text(comprehension.iter, source)})[1:]"
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
        yield "slice-removed", node, f"({text(node.value, source)})"


OPERATORS = [
    comparisons,
    booleans,
    conditions,
    numbers,
    texts,
    arithmetic,
    statements,
    handlers,
    definitions,
    calls,
    collections,
]
