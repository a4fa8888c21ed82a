#!/usr/bin/env bash
# Installs PostgreSQL, Chromium and fonts by apt where they are missing and where it may.
# Off CI a missing one is only said loudly; with CI=true it fails.
set -euo pipefail

has_postgres() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_chromium() { command -v chromium >/dev/null; }
has_fonts() { compgen -G '/usr/share/fonts/*/noto/*CJK*' >/dev/null && compgen -G '/usr/share/fonts/*/noto/*Arabic*' >/dev/null; }

wanted=()
has_postgres || wanted+=(postgresql)
has_chromium || wanted+=(chromium)
has_fonts || wanted+=(fonts-noto-core fonts-noto-cjk)
if [ ${#wanted[@]} -eq 0 ]; then
    echo "==> PostgreSQL, Chromium and fonts are there"
    exit 0
fi

apt=()
if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then
        apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        apt=(sudo -n env DEBIAN_FRONTEND=noninteractive apt-get)
    fi
fi
if [ ${#apt[@]} -gt 0 ]; then
    echo "==> Installing by apt: ${wanted[*]}"
    "${apt[@]}" update -qq || true
    # One at a time: a system that lacks one package (Ubuntu has no chromium as .deb) still gets the others.
    for package in "${wanted[@]}"; do
        "${apt[@]}" install -y -qq --no-install-recommends "$package" || true
    done
fi

missing=()
has_postgres || missing+=("PostgreSQL (sudo apt-get install postgresql)")
has_chromium || missing+=("Chromium (sudo apt-get install chromium)")
has_fonts || missing+=("fonts (sudo apt-get install fonts-noto-core fonts-noto-cjk)")
for one in "${missing[@]}"; do
    printf '\n################  MISSING: %s\n' "$one" >&2
done
if [ ${#missing[@]} -gt 0 ] && [ "${CI:-}" = true ]; then
    echo "CI runs every test, so a missing one fails." >&2
    exit 1
fi
