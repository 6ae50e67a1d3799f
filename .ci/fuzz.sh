#!/usr/bin/env bash
# Runs the fuzz targets of the server's tests under Jazzer, one after the other.
#
#   fuzz.sh [SECONDS [TARGET ...]]     60 seconds each, all targets (the classes named …Fuzz)
#
# What it finds lies in server/target/fuzz/; an input that broke something goes, with its mending,
# into server/src/test/resources/fuzz/TARGET/, where every build replays it.
#
# Jazzer's hooks stay out of libraries: its hook of Unsafe, which asks for a method handle that only
# its own agent sets up, ends Netty's buffers as they are loaded.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
[ $# -eq 0 ] || shift
found=server/target/fuzz
mkdir -p "$found"

mvn -B -q -ntp -pl server -Pfuzz test-compile dependency:build-classpath \
  -Dmdep.outputFile="$PWD/$found/classpath" -Dmdep.includeScope=test
classpath="server/target/test-classes:server/target/classes:$(cat "$found/classpath")"

failed=()
runs=0
while read -r file; do
  class=${file#server/src/test/java/}
  class=${class%.java}
  target=${class##*/}
  if [ $# -gt 0 ] && [[ " $* " != *" $target "* ]]; then continue; fi
  mkdir -p "$found/$target"
  echo "--- $target, $seconds s"
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+EnableDynamicAgentLoading --enable-native-access=ALL-UNNAMED \
    --sun-misc-unsafe-memory-access=allow -Xmx768m -cp "$classpath" com.code_intelligence.jazzer.Jazzer \
    --target_class="${class//\//.}" --instrumentation_includes='dev.whyops.**' --custom_hook_includes='dev.whyops.**' \
    --reproducer_path="$found" -artifact_prefix="$found/$target-" \
    -max_total_time="$seconds" -rss_limit_mb=3000 -print_final_stats=1 \
    "$found/$target" "server/src/test/resources/fuzz/$target" >"$found/$target.log" 2>&1 ||
    failed+=("$target")
  grep -E 'number_of_executed_units|^== Java Exception|^Caused by|DONE' "$found/$target.log" || true
  count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$found/$target.log" | tail -n 1)
  runs=$((runs + ${count:-0}))
done < <(find server/src/test/java -name '*Fuzz.java' | sort)

echo "--- $runs runs, ${#failed[@]} targets broken"
if [ ${#failed[@]} -gt 0 ]; then
  printf 'broken: %s\n' "${failed[@]}"
  exit 1
fi
