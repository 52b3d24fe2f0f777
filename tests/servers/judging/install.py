"""Puts the servers, and what they need to be called, into target/servers: each by its lock file."""

import atexit
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
PLACE = ROOT / "target" / "servers"
RELEASE = ROOT / "target" / "release" / "mixinspec"

EDITIONS = ["2018", "2026"]
# The two users of a run: opaque tokens, which need no secret, and who sends them.
USERS = {
    "caller": "8dcf823d-9eb3-4da2-8734-f0aad50c0da6",
    "peer": "e8e5b807-fa8b-455a-8dfa-b189d28310ff",
}
TOKENS = {"caller": "opaque-4fb5d3c2a6e14b1f", "peer": "opaque-b0c9471e8d2f4a63"}

PYTHON_FILES = ["requirements.in", "requirements.txt"]
NODE_FILES = ["package.json", "package-lock.json"]
# Makes the lock file of Python's packages for every platform, which pip cannot.
UV = "uv==0.13.9"


def build_program():
    subprocess.run(["cargo", "build", "--release", "--locked", "--quiet"], cwd=ROOT, check=True)
    return RELEASE


def copied(program):
    """As it is now: a run takes long, and the same program has to judge from beginning to end."""
    PLACE.mkdir(parents=True, exist_ok=True)
    copy = PLACE / f"mixinspec-{os.getpid()}"
    shutil.copy2(program, copy)
    atexit.register(copy.unlink)
    return copy


def install_python():
    packages = PLACE / "python"
    files = [HERE / "python" / name for name in PYTHON_FILES]
    if is_marked(packages, files):
        return
    wanted, locked = (file.read_text(encoding="utf-8").splitlines() for file in files)
    installed = all(f"{line} \\" in locked for line in wanted if "==" in line)
    shutil.rmtree(packages, ignore_errors=True)
    installed = installed and pip_install(packages, "--require-hashes", "--requirement", files[1])
    finish("python", installed, packages, files)


def install_node():
    place = PLACE / "node"
    files = [HERE / "node" / name for name in NODE_FILES]
    if not is_marked(place, files):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        for file in files:
            shutil.copy(file, place)
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--prefix", place]
        finish("node", subprocess.run(npm).returncode == 0, place, files)
    # Beside its packages: that is where an import of a module looks for them.
    shutil.rmtree(place / "src", ignore_errors=True)
    shutil.copytree(HERE / "node" / "src", place / "src")


def install_go():
    (PLACE / "go").mkdir(parents=True, exist_ok=True)
    # Without the mark of a repository, which a source archive does not have.
    build = ["go", "build", "-buildvcs=false", "-o", PLACE / "go" / "conversations", "."]
    subprocess.run(build, cwd=HERE / "go", check=True)


def lock(name):
    if name == "node":
        npm = ["npm", "update", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*npm, "--omit-lockfile-registry-resolved", "--prefix", HERE / "node"], check=True)
        return
    if not (PLACE / "uv").exists() and not pip_install(PLACE / "uv", UV):
        sys.exit(f"failed to install {UV}")
    uv = ["pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    files = ["--no-emit-index-url", "requirements.in", "--output-file", "requirements.txt"]
    said = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "tests/servers/judge lock python"}
    subprocess.run([PLACE / "uv" / "bin" / "uv", *uv, *files], cwd=HERE / "python", env=said, check=True)


def is_marked(place, files):
    """Whether these very lock files have filled the place."""
    marks = [place / file.name for file in files]
    return all(mark.exists() and mark.read_bytes() == file.read_bytes() for mark, file in zip(marks, files))


def finish(name, installed, place, files):
    if not installed:
        shutil.rmtree(place, ignore_errors=True)
        sys.exit(
            f"failed to install {name} by its lock file; after a change of a version: tests/servers/judge lock {name}"
        )
    for file in files:
        shutil.copy(file, place)


def pip_install(target, *what):
    # Into a folder of its own: a virtual environment would need a package that Debian's Python comes without.
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--no-deps", "--only-binary", ":all:"]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return subprocess.run([*pip, "--target", target, *what], env={**os.environ, **quiet}).returncode == 0


def make_callers(program):
    """Keystores with the accounts files that fit them, and opaque tokens: made once, of no use anywhere else."""
    place = PLACE / "callers"
    for edition in EDITIONS:
        if not (place / edition / "accounts.json").exists():
            write_keystores(program, place / edition, edition)
            accounts = [account(place / edition / f"{who}.json") for who in USERS]
            (place / edition / "accounts.json").write_text(json.dumps(accounts), encoding="utf-8")
    entries = {TOKENS[who]: user for who, user in USERS.items()}
    (place / "tokens.json").write_text(json.dumps(entries), encoding="utf-8")
    for who, token in TOKENS.items():
        (place / f"{who}.token").write_text(token, encoding="utf-8")


def write_keystores(program, place, edition):
    place.mkdir(parents=True, exist_ok=True)
    command = [program, "serve", "--edition", edition, "--port", "0", "--write-keystores", place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            # It has written them before it says where it listens.
            if not select.select([process.stdout], [], [], 30)[0]:
                sys.exit("mixinspec serve does not start")
            deadline = time.monotonic() + 5
            while not all((place / f"{who}.json").exists() for who in USERS) and time.monotonic() < deadline:
                time.sleep(0.05)
        finally:
            process.terminate()


def account(keystore):
    """What a server knows of a keystore: the user, the session, and the public part of the key."""
    use_packages()
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    keys = json.loads(keystore.read_text(encoding="utf-8"))
    if "session_private_key" in keys:
        seed = bytes.fromhex(keys["session_private_key"])[:32]
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw().hex()
    else:
        private = serialization.load_pem_private_key(keys["private_key"].encode(), None)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = private.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    user = keys.get("app_id") or keys["client_id"]
    return {"user_id": user, "session_id": keys["session_id"], "public_key": public}


def use_packages():
    """Those of the Python server: they can sign, too."""
    if str(PLACE / "python") not in sys.path:
        sys.path.append(str(PLACE / "python"))
