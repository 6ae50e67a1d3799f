#!/bin/bash
# Runs the Python SDK's tests against each supported set of provider packages.
#
#   run_tests.sh [unit|live|integrations|lint|all]
#
# "live" needs a started WhyOps server and is skipped, visibly, without WHYOPS_TEST_GATEWAY.
# Virtual environments live in .venv/<set> and are made once; a changed requirements file remakes one.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
what="${1:-all}"
sets="${WHYOPS_PYTHON_SETS:-oldest newest}"
passed=0 failed=0 skipped=0

venv() { # set -> makes .venv/set when its requirements changed
  local dir=".venv/$1" file="requirements/$1.txt" stamp
  stamp="$(cat "$file" pyproject.toml | cksum)"
  if [ "$(cat "$dir/stamp" 2>/dev/null)" != "$stamp" ]; then
    rm -rf "$dir"
    python3 -m venv "$dir" &&
      "$dir/bin/python" -m pip install -q --disable-pip-version-check -r "$file" -e . || return 1
    printf '%s' "$stamp" >"$dir/stamp"
  fi
}

count() { # the number before a word in pytest's last line
  printf '%s' "$1" | grep -oE "[0-9]+ $2" | grep -oE '[0-9]+' || echo 0
}

run() { # set, arguments of pytest
  local set="$1" output status last
  shift
  output="$(".venv/$set/bin/python" -m pytest -p no:cacheprovider -W ignore -rs \
    --junitxml "reports/$set-$(basename "$1" .py).xml" "$@" 2>&1)"
  status=$?
  last="$(printf '%s\n' "$output" | grep -E '[0-9]+ (passed|failed|skipped|error)' | tail -1)"
  passed=$((passed + $(count "$last" passed)))
  failed=$((failed + $(count "$last" failed) + $(count "$last" error)))
  skipped=$((skipped + $(count "$last" skipped)))
  if [ $status -ne 0 ]; then
    printf '%s\n' "$output"
    [ "$(count "$last" failed)$(count "$last" error)" = 00 ] && failed=$((failed + 1))
  fi
  echo "python sdk: $set: $*: ${last:-no result}"
}

conform() { # set -> what its clients gave, straight and through the gateway
  [ -n "${WHYOPS_TEST_OUTCOMES:-}" ] || return 0
  ".venv/$1/bin/python" -W ignore conformance/run.py "$WHYOPS_TEST_OUTCOMES/python-$1.json" || failed=$((failed + 1))
}

check() { # set, name, command
  local name="$2" tool=".venv/$1/bin/$3"
  shift 3
  if "$tool" "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
  echo "python sdk: $name done"
}

case "$what" in unit | live | lint | all) ;; *) sets="" ;; esac
for set in $sets; do
  venv "$set" || { echo "python sdk: the environment of $set could not be made"; failed=$((failed + 1)); continue; }
  case "$what" in
    unit | all)
      # What differs between the sets is the provider's clients.
      if [ "$set" = newest ]; then run "$set" tests/unit; else run "$set" tests/unit/test_proxy.py; fi
      ;;
  esac
  case "$what" in
    live | all)
      if [ -n "${WHYOPS_TEST_GATEWAY:-}" ]; then
        run "$set" tests/live
        conform "$set"
      else
        echo "python sdk: $set: tests/live skipped: WHYOPS_TEST_GATEWAY is not set"
        skipped=$((skipped + 1))
      fi
      ;;
  esac
done
case "$what" in
  live | all)
    if [ -n "${WHYOPS_TEST_GATEWAY:-}" ]; then
      if venv opentelemetry; then run opentelemetry tests/opentelemetry; else failed=$((failed + 1)); fi
    else
      echo "python sdk: tests/opentelemetry skipped: WHYOPS_TEST_GATEWAY is not set"
      skipped=$((skipped + 1))
    fi
    ;;
esac
case "$what" in
  integrations | all)
    for set in frameworks llamaindex; do
      venv "$set" || { echo "python sdk: the environment of $set could not be made"; failed=$((failed + 1)); continue; }
      case "$set" in
        llamaindex) run "$set" tests/integrations/test_llamaindex.py tests/integrations/test_examples.py ;;
        *) run "$set" tests/integrations --ignore tests/integrations/test_llamaindex.py ;;
      esac
    done
    ;;
esac
case "$what" in
  lint | all)
    if [ -x .venv/newest/bin/ruff ]; then
      check newest lint ruff check -q .
      check newest format ruff format -q --check .
      check newest types mypy --no-error-summary
    fi
    ;;
esac
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
