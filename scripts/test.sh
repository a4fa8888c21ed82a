#!/usr/bin/env bash
# Runs the named parts of the test suite in order and says at the end which failed.
# usage: scripts/test.sh lint types fast postgres journeys
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/.venv/bin:$PATH" RIGHTSPLAN_DATA
RIGHTSPLAN_DATA=$(mktemp -d "${TMPDIR:-/tmp}/rightsplan-test-XXXXXX")
trap 'rm -rf "$RIGHTSPLAN_DATA"' EXIT
unset DATABASE_URL

lint() {
    ruff check . && ruff format --check .
}
types() {
    mypy && lint-imports
}
fast() {
    pytest -n "${WORKERS:-2}" --ignore=tests/journeys "$@"
}
postgres() {
    scripts/with_postgres.sh pytest -n "${WORKERS:-2}" -m database --ignore=tests/journeys
}
journeys() {
    pytest tests/journeys
}
# Off CI a test that cannot run here is skipped, loudly; system_packages.sh has failed already with CI=true.
can_run() {
    case $1 in
        postgres) command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ;;
        journeys) command -v chromium >/dev/null ;;
    esac
}

failed=()
for part in "$@"; do
    printf '\n==> %s\n' "$part"
    if ! can_run "$part" && [ "${CI:-}" != true ]; then
        printf '################  SKIPPED: %s (see MISSING above; make test says how to get it)\n' "$part" >&2
        continue
    fi
    start=$SECONDS
    if ( set -e; "$part" ); then
        printf -- '--- %s passed in %d s\n' "$part" $((SECONDS - start))
    else
        printf -- '--- %s FAILED after %d s\n' "$part" $((SECONDS - start)) >&2
        failed+=("$part")
    fi
done
if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFAILED: %s\n' "${failed[*]}" >&2
    exit 1
fi
printf '\nEverything passed: %s\n' "$*"
