#!/usr/bin/env bash
# Real clients and a real browser against a started server and the scripted provider.
# ./whyops test calls it; alone it needs a build and JAVA_HOME. Arguments choose parts: sdk browser,
# and bench for the browser's figures.
set -euo pipefail
cd "$(dirname "$0")/.."
source e2e/lib.sh

parts=${*:-sdk browser}
failed=()

sdk() {
  key=$(make_key)
  start_server sdk WHYOPS_BOOTSTRAP_API_KEY="$key" \
    WHYOPS_BOOTSTRAP_OPENAI_API_KEY="$fake_key" WHYOPS_BOOTSTRAP_OPENAI_BASE_URL="$fake_url/v1" \
    WHYOPS_BOOTSTRAP_ANTHROPIC_API_KEY="$fake_key" WHYOPS_BOOTSTRAP_ANTHROPIC_BASE_URL="$fake_url"
  export WHYOPS_TEST_GATEWAY=$gateway_url WHYOPS_TEST_DASHBOARD=$dashboard_url
  export WHYOPS_TEST_KEY=$key WHYOPS_TEST_READ_KEY=$key WHYOPS_TEST_PROVIDER=$fake_url WHYOPS_TEST_PROVIDER_KEY=$fake_key
  export WHYOPS_TEST_OUTCOMES=$PWD/e2e/target/conformance
  rm -rf "$WHYOPS_TEST_OUTCOMES"
  local runner
  for runner in sdk/*/run_tests.sh; do
    echo "--- $runner"
    bash "$runner" || failed+=("$runner")
  done
  echo "--- conformance"
  python3 e2e/conformance.py "$WHYOPS_TEST_OUTCOMES"/{python-oldest,python-newest,typescript-oldest,typescript-newest,java}.json || failed+=("conformance")
  unset WHYOPS_TEST_GATEWAY WHYOPS_TEST_DASHBOARD WHYOPS_TEST_KEY WHYOPS_TEST_READ_KEY WHYOPS_TEST_PROVIDER
  unset WHYOPS_TEST_PROVIDER_KEY WHYOPS_TEST_OUTCOMES
}

browser() {
  [ -d dashboard/tests/browser ] || return 0
  start_server browser
  export WHYOPS_TEST_DEAD_LETTER=$scratch/browser/data/dead-letter
  local code
  code=$(grep -o 'setup#code=[^ ]*' "$server_log" | head -n 1 | cut -d= -f2)
  export WHYOPS_TEST_GATEWAY=$gateway_url WHYOPS_TEST_DASHBOARD=$dashboard_url WHYOPS_TEST_SETUP_CODE=$code
  export WHYOPS_TEST_PROVIDER=$fake_url WHYOPS_TEST_PROVIDER_KEY=$fake_key
  # As an operator gets a link that sets a new password.
  export WHYOPS_TEST_RESET_COMMAND="env WHYOPS_DATA_DIR='$scratch/browser/data' WHYOPS_DASHBOARD_PORT=${dashboard_url##*:} \
    '$JAVA_HOME/bin/java' --enable-native-access=ALL-UNNAMED -jar '$PWD/server/target/whyops-server.jar' setup-code"
  echo "--- browser"
  (cd dashboard && npm run --silent test:browser) || failed+=("browser")
}

# Only when asked for, on a quiet machine: what the dashboard takes in the browser.
bench() {
  start_server bench
  local code
  code=$(grep -o 'setup#code=[^ ]*' "$server_log" | head -n 1 | cut -d= -f2)
  export WHYOPS_TEST_GATEWAY=$gateway_url WHYOPS_TEST_DASHBOARD=$dashboard_url WHYOPS_TEST_SETUP_CODE=$code
  export WHYOPS_TEST_PROVIDER=$fake_url WHYOPS_TEST_PROVIDER_KEY=$fake_key
  (cd dashboard && npm run --silent bench:browser) || failed+=("bench")
}

start_fake
for part in $parts; do "$part"; done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
