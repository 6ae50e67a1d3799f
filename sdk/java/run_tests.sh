#!/bin/bash
# Runs the Java SDK's tests: unit tests always, those against a started server with WHYOPS_TEST_GATEWAY.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
output="$(mvn -B -ntp -pl sdk/java -amd test 2>&1)"
status=$?
[ $status -eq 0 ] || printf '%s\n' "$output" | tail -n 120
python3 - "$status" <<'EOF'
import pathlib, re, sys
totals = [0, 0, 0]
for report in pathlib.Path("sdk/java").glob("*/target/surefire-reports/TEST-*.xml"):
    head = report.read_text(encoding="utf-8")[:4000]
    count = {name: int(re.search(rf'\b{name}="(\d+)"', head)[1]) for name in ("tests", "errors", "failures", "skipped")}
    bad = count["errors"] + count["failures"]
    totals = [totals[0] + count["tests"] - bad - count["skipped"], totals[1] + bad, totals[2] + count["skipped"]]
if sys.argv[1] != "0" and totals[1] == 0:
    totals[1] = 1
print("{} passed, {} failed, {} skipped".format(*totals))
EOF
exit $status
