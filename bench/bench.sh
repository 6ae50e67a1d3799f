# ./whyops bench: sourced by the script, after the build.

bench_usage() {
  cat <<'EOT'
./whyops bench [--quick] [--only PART,…] [--rounds N] [--seconds N] [--long N] [--peers] [--out FILE]

Measures the gateway against a direct connection, nginx and haproxy, the legs interleaved in rounds,
and writes bench/results/DATE.md: the budgets first, each met or missed, then all rows. Close other
programs. Everything runs on loopback; a full run takes 20 to 25 minutes, --quick about 8.
  --only PART,…  only these parts; what the other parts found today stays in the file:
                 start plain latency first-token streams minute minute-streams sustained ladder idle
                 bodies journal ingest
  --rounds N     rounds of every row that compares legs (5; quick 2)
  --seconds N    seconds of one run (2; quick 1)
  --long N       seconds of the rows that ask what holds for a minute (60; quick 15)
  --peers        installs Portkey (npm) and LiteLLM (Python) and measures them too
  --out FILE     writes there

./whyops bench --events N [--data DIR] [--out FILE]
fills DIR with N events of 30 days (0: takes what is there) and times what the dashboard asks.
EOT
}

# Pinned, by name, into an ignored folder; the peers' own defaults otherwise. What cannot be had is
# told in the results.
install_peers() {
  need_node
  need_python
  mkdir -p .cache/peers
  (
    cd .cache/peers
    [ -e package.json ] || echo '{"private": true}' >package.json
    timeout 300 npm install --no-audit --no-fund --loglevel=error \
      @portkey-ai/gateway@1.15.2 @hono/node-server@1.13.5 hono@4.9.7 || say "Portkey was not installed"
    if [ ! -x venv/bin/litellm ]; then
      { python3 -m venv venv && timeout 600 venv/bin/pip install -q 'litellm[proxy]==1.108.7'; } ||
        say "LiteLLM was not installed"
    fi
    go_peer Bifrost github.com/maximhq/bifrost/transports >absent
    go_peer GoModel github.com/enterpilot/gomodel >>absent
  )
}

go_peer() {
  if ! command -v go >/dev/null; then
    echo "$1: no Go toolchain here"
  elif ! timeout 60 go list -m "$2@latest" >/dev/null 2>&1; then
    echo "$1: the Go module proxy does not serve its module here"
  else
    echo "$1: its module can be had, but the bench has no leg for it"
  fi
}

bench_header() {
  printf '# Bench of %s\n\n' "$(date -u +%Y-%m-%dT%H:%MZ)"
  # shellcheck disable=SC2016
  printf 'Command: `./whyops bench %s`. Commit %s. %s cores, %s.\n' "$*" "$(git rev-parse --short HEAD)" \
    "$(nproc)" "$(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //')"
  # shellcheck disable=SC2016
  printf '%s; %s; %s; %s. Java flags of the server: `%s`. Open files: %s.\n' \
    "$("$JAVA_HOME/bin/java" -version 2>&1 | head -1)" "$(nginx -v 2>&1)" \
    "$(haproxy -v 2>/dev/null | head -1)" "$(wrk -v 2>&1 | head -1 | sed 's/ *Copyright.*//')" \
    "${flags[*]//$home\//}" "$(ulimit -n)"
  printf 'wrk, the mock provider and all legs share the cores. Legs are compared within a round; medians of the rounds.\n'
}

bench_all() {
  if [ "${1:-}" = --events ]; then
    source "$home/bench/events.sh"
    bench_events "${@:2}"
    return
  fi
  local given="$*" args=() out=""
  while [ $# -gt 0 ]; do
    case "$1" in
      --help | -h) bench_usage; return ;;
      --out) out=${2:?--out needs a file}; shift ;;
      --peers) args+=("$1"); install_peers ;;
      *) args+=("$1") ;;
    esac
    shift
  done
  need_debian wrk=wrk nginx=nginx-light haproxy=haproxy
  if newer_than bench/target/.built bench/src bench/pom.xml pom.xml; then
    maven -o -pl bench package || maven -pl bench package
    touch bench/target/.built
  fi
  ulimit -n "$(ulimit -Hn)"
  local flags scratch status=0
  mapfile -t flags < <(java_flags)
  if [ -e server/target/whyops.aot ]; then flags+=(-XX:AOTCache="$home/server/target/whyops.aot"); fi
  mkdir -p bench/target/scratch # not in the temporary folder, which may be no disk
  scratch=$(mktemp -d "$home/bench/target/scratch/XXXXXX")
  bench_header "$given" >"$scratch/header.md"
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xmx1g ${out:+-Dwhyops.out="$out"} \
    -Dwhyops.home="$home" -Dwhyops.scratch="$scratch" -Dwhyops.header="$scratch/header.md" \
    -Dwhyops.commit="$(git rev-parse --short HEAD)" -Dwhyops.java.flags="${flags[*]}" \
    -cp "$home/bench/target/whyops-bench.jar:$home/bench/target/lib/*" dev.whyops.bench.Bench \
    ${args[@]+"${args[@]}"} || status=$?
  if [ $status -eq 1 ]; then
    for log in "$scratch"/*.log; do
      printf '%s\n' "$(basename "$log")" >&2
      tail -n 3 "$log" >&2
    done
  fi
  rm -rf "$scratch"
  [ $status -eq 0 ] || fail "the bench did not run to its end"
}
