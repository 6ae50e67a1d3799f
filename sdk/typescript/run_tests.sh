#!/bin/bash
# Builds the TypeScript SDK and runs its tests against each supported version of the provider packages.
#
#   run_tests.sh [unit|live|types|all]
#
# "live" needs a started WhyOps server and is skipped, visibly, without WHYOPS_TEST_GATEWAY.
# Packages are installed once; a changed lock file installs them anew.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
what="${1:-all}"
passed=0 failed=0 skipped=0

packages() {
  local stamp
  stamp="$(cat package.json package-lock.json | cksum)"
  if [ "$(cat node_modules/.stamp 2>/dev/null)" != "$stamp" ]; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && printf '%s' "$stamp" >node_modules/.stamp
  fi
}

count() { # the number beside a word in the summary of node:test
  printf '%s\n' "$1" | grep -oE "^# $2 [0-9]+" | grep -oE '[0-9]+' || echo 0
}

run() { # name, test files
  local name="$1" output status
  shift
  mkdir -p reports
  output="$(NODE_NO_WARNINGS=1 node --test --test-concurrency=1 \
    --test-reporter=tap --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination="reports/$name.xml" "$@" 2>&1)"
  status=$?
  passed=$((passed + $(count "$output" pass)))
  failed=$((failed + $(count "$output" fail) + $(count "$output" cancelled)))
  skipped=$((skipped + $(count "$output" skipped)))
  printf '%s\n' "$output" | grep -E '# SKIP' | sed 's/^ *ok [0-9]* - /typescript sdk: skipped: /'
  if [ $status -ne 0 ]; then
    printf '%s\n' "$output" | grep -E -A 30 '^ *not ok'
    [ "$(count "$output" fail)$(count "$output" cancelled)" = 00 ] && failed=$((failed + 1))
  fi
  echo "typescript sdk: $name: $(count "$output" pass) passed, $(count "$output" fail) failed"
}

check() { # name, command
  local name="$1"
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  echo "typescript sdk: $name done"
}

if ! packages; then
  echo "typescript sdk: the packages could not be installed"
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
fi
check build npm run --silent build
case "$what" in
  types | all)
    check types npm run --silent types
    check lint npm run --silent lint
    ;;
esac
case "$what" in unit | all) run unit tests/*.test.mjs ;; esac
case "$what" in
  live | all)
    run live tests/live/*.test.mjs
    if [ -n "${WHYOPS_TEST_OUTCOMES:-}" ]; then
      # The clients print what they cannot parse; the cases know about it.
      for clients in oldest newest; do
        NODE_NO_WARNINGS=1 node conformance/run.mjs "$WHYOPS_TEST_OUTCOMES/typescript-$clients.json" "$clients" 2>/dev/null || failed=$((failed + 1))
      done
    fi
    ;;
esac
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
