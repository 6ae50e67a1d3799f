#!/usr/bin/env bash
# Changes the code of what guards, mutant by mutant, and tells which changes no unit test notices.
#
#   mutation.sh [GROUP ...]     vault limit auth journal framing gate; all of them without a name
#
# The mutants lie in server/target/mutation/GROUP/mutations.csv: those that say SURVIVED or
# NO_COVERAGE are the ones that a test is missing for, or that change nothing. Only tests that are
# quick enough for hundreds of runs take part: of the simulated disks a few fixed seeds, of the
# stores the people over SQLite, and nothing that is tagged long.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A classes=(
  [vault]='dev.whyops.vault.*'
  [limit]='dev.whyops.limit.*'
  [auth]='dev.whyops.auth.*'
  [journal]='dev.whyops.journal.*'
  [framing]='dev.whyops.proxy.ResponseFramer*,dev.whyops.provider.Sse*'
  [gate]='dev.whyops.proxy.EgressPolicy*,dev.whyops.proxy.BaseUrl*,dev.whyops.proxy.Cidr*'
)
declare -A tests=(
  [vault]='dev.whyops.vault.*Test'
  [limit]='dev.whyops.limit.*Test'
  [auth]='dev.whyops.auth.*Test,dev.whyops.store.SqlitePeopleTest'
  [journal]='dev.whyops.journal.*Test'
  [framing]='dev.whyops.proxy.ResponseFramerTest,dev.whyops.proxy.RecordedTailsTest,dev.whyops.provider.SseDecoderTest'
  [gate]='dev.whyops.proxy.EgressPolicyTest,dev.whyops.proxy.BaseUrlTest'
)

# Per cent of the mutants that have to be noticed: what is, less what chance may take.
declare -A least=([vault]=90 [limit]=95 [auth]=70 [journal]=83 [framing]=87 [gate]=92)

groups=("$@")
if [ $# -eq 0 ]; then groups=(vault limit auth journal framing gate); fi
found=server/target/mutation
mkdir -p "$found"
mvn -B -q -ntp -pl server -Pmutation test-compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/$found/classpath" -Dmdep.includeScope=test

failed=()
for group in "${groups[@]}"; do
  (
    cd server
    "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m \
      -cp "target/test-classes:target/classes:$(cat target/mutation/classpath)" \
      org.pitest.mutationtest.commandline.MutationCoverageReport \
      --targetClasses "${classes[$group]}" --targetTests "${tests[$group]}" --excludedTestClasses '*IT,*Fuzz' --excludedGroups long \
      --mutableCodePaths "$PWD/target/classes" --sourceDirs src/main/java --reportDir "target/mutation/$group" --outputFormats CSV \
      --timestampedReports=false --threads 2 --timeoutConst 8000 \
      --mutationThreshold "${least[$group]}" \
      --jvmArgs '-Xmx1g,--enable-native-access=ALL-UNNAMED,-Dwhyops.seeds=6' >"target/mutation/$group.log" 2>&1
  ) || failed+=("$group")
  printf '%s: %s\n' "$group" "$(grep -a '^>> Generated' "$found/$group.log" | tail -n 1)"
done
if [ ${#failed[@]} -gt 0 ]; then
  printf 'too few noticed: %s\n' "${failed[@]}"
  exit 1
fi
