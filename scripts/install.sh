#!/usr/bin/env bash
# Makes .venv and installs one of the two locked requirement files and the project into it.
# usage: scripts/install.sh run|dev
# Quick when nothing changed: a stamp holds the hash of what was installed.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:?usage: scripts/install.sh run|dev}
venv=.venv
step() { printf '\n==> %s\n' "$*"; }
fail() { printf '\nMISSING: %s\n' "$1" >&2; printf 'REMEDY:  %s\n' "$2" >&2; exit 1; }

# 1. A Python that is new enough: $PYTHON if given, else the first that fits.
find_python() {
    local name
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}
python=$(find_python) || fail "Python 3.11 or later" \
    "sudo apt-get install python3 python3-pip python3-venv   (or name one: make PYTHON=/path/to/python3.12 ...)"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# 2. What is there already?
stamp_of() {
    { printf '%s\n' "$version"; cat "requirements/$1.txt" pyproject.toml; } | "$python" -c \
        'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}
is_installed() {
    [ -x "$venv/bin/rightsplan" ] && "$venv/bin/python" -c '' 2>/dev/null &&
        [ "$(cat "$venv/.installed-$1" 2>/dev/null)" = "$(stamp_of "$1")" ]
}
if is_installed "$kind" || { [ "$kind" = run ] && is_installed dev; }; then
    step "Packages are installed (requirements/$kind.txt has not changed)"
else
    # 3. The environment. Debian splits ensurepip off; then the system's pip installs into an environment without one.
    have=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
    pip=("$venv/bin/python" -m pip)
    if [ "$have" != "$version" ]; then
        step "Making the environment $venv with Python $version"
        rm -rf "$venv"
        if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            "$python" -m venv "$venv"
        else
            "$python" -c 'import venv' 2>/dev/null || fail "Python's module venv" "sudo apt-get install python3-venv"
            "$python" -m venv --without-pip "$venv"
        fi
    fi
    if ! "${pip[@]}" --version >/dev/null 2>&1; then
        "$python" -m pip --version >/dev/null 2>&1 ||
            fail "pip for $python" "sudo apt-get install python3-pip python3-venv"
        pip=("$python" -m pip --python "$venv/bin/python")
        "${pip[@]}" list >/dev/null 2>&1 ||
            fail "a pip that can install into an environment (22.3 or later)" "sudo apt-get install python3-venv"
    fi

    step "Installing the packages of requirements/$kind.txt, each checked against its hash (some minutes the first time)"
    "${pip[@]}" install --disable-pip-version-check --require-hashes --only-binary :all: -r "requirements/$kind.txt" ||
        fail "a package (see pip's message above)" \
            "Check the network and run the same command again: what was downloaded is kept."
    step "Installing the project itself"
    "${pip[@]}" install --disable-pip-version-check --quiet --no-index --no-deps --no-build-isolation --editable .
    stamp_of "$kind" >"$venv/.installed-$kind"
fi

# 4. Translations, which are kept as text and compiled here.
"$venv/bin/python" scripts/messages.py compile
