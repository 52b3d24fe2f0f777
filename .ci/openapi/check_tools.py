"""Gives OpenAPI documents to the tools that people generate code with, or lint by, and compiles what comes of it.

A warning is an objection, unless docs/tools.md names it with its reason.

usage: check_tools.py NODE_MODULES DOCUMENT...
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import document as documents

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "target/ci/tools"
# What a page names in a row: | Redocly | `operation-4xx-response` | …
EXPLAINED = set(re.findall(r"^\| [^|]+ \| `([^`]+)` \|", (ROOT / "docs/tools.md").read_text(encoding="utf-8"), re.M))
SPECTRAL = OUT / "spectral.yaml"
IMPORTED = """
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import client
for module in pkgutil.walk_packages(client.__path__, "client."):
    importlib.import_module(module.name)
"""
TYPESCRIPT = ["--noEmit", "--strict", "--target", "es2022", "--module", "es2022", "--moduleResolution", "bundler"]


def check(modules: Path, path: Path) -> str:
    out = OUT / path.parent.name
    out.mkdir(parents=True, exist_ok=True)
    tool = lambda name: str(modules / ".bin" / name)

    types = out / "types.ts"
    run("openapi-typescript", tool("openapi-typescript"), path, "--output", types)
    run("tsc", tool("tsc"), *TYPESCRIPT, "--typeRoots", out / "none", types)

    models = out / "models.py"
    python("datamodel_code_generator", "--input", path, "--input-file-type", "openapi", "--output", models,
           "--output-model-type", "pydantic_v2.BaseModel", "--use-annotated", "--formatters", "builtin")
    run("its models", sys.executable, "-W", "error", models)

    client = out / "client"
    python("openapi_python_client", "generate", "--path", path, "--output-path", client, "--overwrite",
           "--meta", "none", "--config", out.parent / "client.yaml")
    run("its client", sys.executable, "-W", "error", "-c", IMPORTED, out)

    said = run("Redocly", tool("redocly"), "lint", "--format", "json", path, status=None)
    found = {problem["ruleId"] for problem in json.loads(said[said.index("{"):])["problems"]}
    said = run("Spectral", tool("spectral"), "lint", "--quiet", "--format", "json", "--ruleset", SPECTRAL, path, status=None)
    found |= {problem["code"] for problem in json.loads(said or "[]")}
    if found - EXPLAINED:
        raise documents.Objection(f"docs/tools.md does not explain {', '.join(sorted(found - EXPLAINED))}")
    return f"types, models and a client of it compile; {len(found)} warnings of linters, each explained"


def python(module: str, *arguments: object) -> None:
    said = run(module, sys.executable, "-W", "always", "-m", module, *arguments, stderr=subprocess.STDOUT)
    warnings = [line for line in said.splitlines() if re.search(r"warn(ing)?\b", line, re.I) and "warn(" not in line]
    new = [line for line in warnings if not any(explained in line for explained in EXPLAINED)]
    if new:
        raise documents.Objection(f"docs/tools.md does not explain what {module} says:\n" + "\n".join(new))


def run(what: str, *command: object, status: int | None = 0, stderr: int = subprocess.PIPE) -> str:
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment)
    if status is not None and done.returncode != status:
        raise documents.Objection(f"{what} ends with status {done.returncode}:\n{done.stdout}{done.stderr or ''}")
    return done.stdout


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    SPECTRAL.write_text('extends: ["spectral:oas"]\n')
    # Formatting what was generated is left out: it would take another tool.
    (OUT / "client.yaml").write_text("post_hooks: []\n")
    node_modules, *paths = sys.argv[1:]
    documents.main(lambda path: check(Path(node_modules).resolve(), path), paths)
