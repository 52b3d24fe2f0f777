"""Builds the vectors as packages, and uses them from the built files as somebody else would.

usage: check_packages.py NODE_MODULES    (with typescript and @types/node)
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "target/packages"

# Its types agree with the schemas in their members, in which of them may be left out, and in the values of enumerations.
USED_FROM_PYTHON = """
import hashlib, typing, uuid
import mixinspec_vectors as package

files = typing.get_args(package.Name)
classes = dict(zip(files, [package.UniqueVector, package.GroupVector, package.CreationVector, package.AnswerVector,
                           package.PublishedVector], strict=True))
for name in files:
    vectors, typed, said = package.vectors(name), classes[name], package.schema(name)["$defs"]["vector"]
    assert len(vectors) == package.document(name)["count"] > 0, name
    assert typed.__required_keys__ == set(said["required"]), (name, typed.__required_keys__ ^ set(said["required"]))
    assert typed.__annotations__.keys() == said["properties"].keys(), name
    for member, hint in typing.get_type_hints(typed).items():
        values = typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()
        assert set(values) == set(said["properties"][member].get("enum", ())), (name, member)

for v in package.vectors("unique-conversation-id"):
    digest = hashlib.md5("".join(sorted([v["user_id"], v["other_user_id"]])).encode()).digest()
    assert v["result"] != "valid" or v["expected"] == str(uuid.UUID(bytes=digest, version=3)), v
print(f"from Python: {len(files)} files")
"""

USED_FROM_NODE = """
import { document, schema, vectors } from "mixinspec-vectors";

const files = ["unique-conversation-id", "group-conversation-id", "create-conversation", "answers", "published"];
for (const name of files) {
  if (vectors(name).length !== document(name).count) throw new Error(name);
  if (!schema(name).$defs.vector) throw new Error(name);
}
console.log(`from Node: ${files.length} files`);
"""

# Prints the members of each interface with whether they may be left out, and checks how the types are used.
TYPES = """
import ts from "typescript";

const program = ts.createProgram(["use.ts"], {
  strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, types: ["node"],
});
const checker = program.getTypeChecker();
const problems = ts.getPreEmitDiagnostics(program).map((it) => ts.flattenDiagnosticMessageText(it.messageText, "\\n"));
if (problems.length) throw new Error(problems.join("\\n"));
const declared = program.getSourceFiles().find((file) => file.fileName.endsWith("mixinspec-vectors/index.d.ts"));
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(declared));
const files = checker.getDeclaredTypeOfSymbol(exported.find((it) => it.name === "Vectors"));
const members = (type) => Object.fromEntries(type.getProperties().map((it) => {
  const values = checker.getTypeOfSymbol(it);
  const texts = values.isUnion() && values.types.every((one) => one.isStringLiteral());
  return [it.name, [!!(it.flags & ts.SymbolFlags.Optional), texts ? values.types.map((one) => one.value).sort() : []]];
}));
console.log(JSON.stringify(Object.fromEntries(files.getProperties().map((file) =>
  [file.name, members(checker.getTypeOfSymbol(file))]))));
"""

USE = """
import { vectors } from "mixinspec-vectors";

for (const v of vectors("unique-conversation-id")) {
  const id: string = v.near_misses["unsorted"] ?? v.expected;
  // @ts-expect-error: no vector has such a member
  v.no_such_member;
  if (v.result === "valid") console.log(id, v.origins?.length);
}
// @ts-expect-error: there is no such file
vectors("no-such-file");
"""


def main() -> None:
    modules = Path(sys.argv[1]).resolve()
    run([ROOT / "vectors/packages/build", BUILT])
    (wheel,), (archive,) = BUILT.glob("*.whl"), BUILT.glob("*.tgz")
    version = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    for built in (wheel, archive):
        assert f"-{version}" in built.name, f"{built.name} is not version {version}, as Cargo.toml says"

    site = BUILT / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check",
           "--root-user-action=ignore"]
    run([*pip, "--target", site, wheel])
    run([sys.executable, "-c", USED_FROM_PYTHON], env={**os.environ, "PYTHONPATH": str(site)})

    project = BUILT / "project"
    project.mkdir()
    (project / "package.json").write_text('{"private": true, "type": "module"}')
    run(["npm", "install", "--silent", "--no-audit", "--no-fund", archive], cwd=project)
    run(["node", "--input-type=module", "--eval", USED_FROM_NODE], cwd=project)
    for name in ("typescript", "@types", "undici-types"):
        (project / "node_modules" / name).symlink_to(modules / name)
    (project / "use.ts").write_text(USE)
    said = run(["node", "--input-type=module", "--eval", TYPES], cwd=project, stdout=subprocess.PIPE)
    compare(json.loads(said.stdout))
    print("from TypeScript: the types are those of the schemas")


def compare(interfaces: dict[str, dict[str, tuple[bool, list[str]]]]) -> None:
    for name, members in interfaces.items():
        schema = json.loads((ROOT / f"vectors/schemas/{name}.schema.json").read_text())["$defs"]["vector"]
        required, properties = schema["required"], schema["properties"]
        said = {key: [key not in required, sorted(value.get("enum", []))] for key, value in properties.items()}
        assert members == said, f"{name}: {members} is not {said}"


def run(command: list[object], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


main()
