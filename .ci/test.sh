# ./whyops test: sourced by the script, which has found the JDK. The fast part comes first.
# Every part prints its own outcome; the closing line counts the parts.

parts_passed=0
parts_failed=()

part() {
  local name=$1
  shift
  local began=$SECONDS
  say ""
  say "=== $name"
  if "$@"; then
    parts_passed=$((parts_passed + 1))
    say "=== $name: passed in $((SECONDS - began)) s"
  else
    parts_failed+=("$name")
    say "=== $name: FAILED after $((SECONDS - began)) s"
  fi
}

test_usage() {
  cat <<'EOF'
./whyops test [--fast] [--nightly | --release] [--report]

  (nothing)   everything of the pull-request schedule
  --fast      unit and contract tests only
  --nightly   all faults, more seeds
  --release   the long runs as well
  --report    the outcome of every case id of the last run
EOF
}

server_unit() { mvn -B -ntp -pl server -Dwhyops.schedule="$schedule" test 2>&1 | quiet_maven; }
server_integration() {
  rm -rf server/target/lib
  mvn -B -ntp -pl server -Dwhyops.schedule="$schedule" -DskipUnitTests=true verify 2>&1 | quiet_maven
}
quiet_maven() { grep -vE '^\[INFO\] *$|sun.misc.Unsafe|terminally deprecated|^WARNING: Please consider' || true; }

dashboard_unit() { (cd dashboard && npm run --silent check && npm test --silent); }

# The commit in two folders of different names: the same sources have to give the same bytes.
two_builds() {
  local scratch sums=() folder
  scratch=$(mktemp -d)
  for folder in one another; do
    mkdir "$scratch/$folder"
    git archive HEAD | tar -x -C "$scratch/$folder"
    if [ -d dashboard/dist ]; then cp -r dashboard/dist "$scratch/$folder/dashboard/"; fi
    (cd "$scratch/$folder" && maven -pl server -Dmaven.test.skip=true package) || return 1
    sums+=("$(sha256sum <"$scratch/$folder/server/target/whyops-server.jar")")
  done
  rm -rf "$scratch"
  say "twoBuildsAreEqual: ${sums[0]%% *}"
  [ "${sums[0]}" = "${sums[1]}" ]
}

end_to_end() { need_python && need_debian chromium=chromium && bash e2e/run.sh; }

test_all() {
  schedule=pr
  local fast=false report=false
  while [ $# -gt 0 ]; do
    case "$1" in
      --fast) fast=true ;;
      --nightly) schedule=nightly ;;
      --release) schedule=release ;;
      --report) report=true ;;
      --help | -h) test_usage; return ;;
      *) test_usage >&2; fail "unknown option $1" ;;
    esac
    shift
  done
  need_maven
  rm -rf server/target/{surefire,failsafe}-reports sdk/java/*/target/surefire-reports sdk/*/reports dashboard/reports
  build_dashboard
  part "server: unit and contract tests" server_unit
  if [ -f dashboard/package.json ]; then part "dashboard: types, lint, unit tests" dashboard_unit; fi
  if [ "$fast" = false ]; then
    part "server: integration tests" server_integration
    build_server
    part "libraries: checksums and licences" python3 .ci/libraries.py
    part "container, compose and unit files" python3 .ci/deploy_files.py
    if [ "$schedule" != pr ]; then part "two builds of the commit are equal" two_builds; fi
    if [ "$schedule" = release ]; then
      part "mutants of what guards" .ci/mutation.sh
      part "fuzz targets, a minute each" .ci/fuzz.sh 60
    fi
    if [ -x e2e/run.sh ]; then part "end to end: SDKs and browser against a started server" end_to_end; fi
  fi
  say ""
  local name
  for name in "${parts_failed[@]}"; do say "failed: $name"; done
  say "parts: $parts_passed passed, ${#parts_failed[@]} failed"
  if [ "$report" = true ]; then python3 .ci/report.py; fi
  [ ${#parts_failed[@]} -eq 0 ]
}
