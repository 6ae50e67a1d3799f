# ./whyops bench --events N: sourced by the script, after the build.

# Fills DIR with N events of 30 days through the store's own write path (0: what is there), seals
# the days, asks what the dashboard asks and writes times beside budgets.
bench_events() {
  local events=${1:?--events needs a number} data="" out=""
  shift
  while [ $# -gt 0 ]; do
    case "$1" in
      --data) data=${2:?--data needs a folder}; shift 2 ;;
      --out) out=${2:?--out needs a file}; shift 2 ;;
      *) fail "usage: ./whyops bench --events N [--data DIR] [--out FILE]" ;;
    esac
  done
  local scratch
  scratch=$(mktemp -d)
  data=${data:-$scratch/data}
  out=${out:-bench/results/events-$(date +%Y-%m-%d).md}
  local libraries="server/target/whyops-server.jar:server/target/lib/*"
  "$JAVA_HOME/bin/javac" -nowarn -proc:none -d "$scratch/classes" -cp "$libraries" \
    bench/src/events/java/dev/whyops/bench/*.java
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xmx1g \
    -cp "$scratch/classes:$libraries" dev.whyops.bench.EventsBench "$data" "$events" "$scratch/result.md"
  {
    printf '# Events at size, %s\n\n' "$(date -u +%Y-%m-%dT%H:%MZ)"
    printf 'Command: `./whyops bench --events %s`. Commit %s. %s cores, load %s.\n\n' "$events" \
      "$(git rev-parse --short HEAD)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
    cat "$scratch/result.md"
  } >"$out"
  rm -rf "$scratch"
  say "Written: $out"
}
