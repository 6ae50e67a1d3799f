# ./whyops bench: sourced by the script, after the build.

bench_usage() {
  cat <<'EOF'
./whyops bench [--rounds N] [--seconds N] [--peers] [--out FILE]

Measures the gateway against a direct connection, nginx and haproxy, the legs
interleaved in rounds, and writes bench/results/DATE.md. Close other programs.
  --rounds N    rounds of every row (5)
  --seconds N   seconds of one run (4)
  --peers       installs Portkey (npm) and LiteLLM (Python) and measures them too
EOF
}

# Pinned, by name, into an ignored folder; the peers' own defaults otherwise.
install_peers() {
  need_node
  need_python
  mkdir -p .cache/peers
  (
    cd .cache/peers
    [ -e package.json ] || echo '{"private": true}' >package.json
    npm install --no-audit --no-fund --loglevel=error @portkey-ai/gateway@1.15.2 @hono/node-server@1.13.5 hono@4.9.7
    [ -x venv/bin/litellm ] || { python3 -m venv venv && venv/bin/pip install -q 'litellm[proxy]==1.108.7'; }
  )
}

bench_all() {
  local rounds=5 seconds=4 out=""
  while [ $# -gt 0 ]; do
    case "$1" in
      --rounds) rounds=$2; shift 2 ;;
      --seconds) seconds=$2; shift 2 ;;
      --out) out=$2; shift 2 ;;
      --peers) install_peers; shift ;;
      --help | -h) bench_usage; return ;;
      *) bench_usage >&2; fail "unknown option $1" ;;
    esac
  done
  need_debian wrk=wrk nginx=nginx-light haproxy=haproxy
  if newer_than bench/target/.built bench/src bench/pom.xml pom.xml; then
    maven -pl bench package
    touch bench/target/.built
  fi
  ulimit -n "$(ulimit -Hn)"
  local flags scratch result
  mapfile -t flags < <(java_flags)
  if [ -e server/target/whyops.aot ]; then flags+=(-XX:AOTCache="$home/server/target/whyops.aot"); fi
  scratch=$(mktemp -d)
  result=$scratch/result.md
  out=${out:-bench/results/$(date +%Y-%m-%d).md}
  local status=0
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Dwhyops.java.flags="${flags[*]}" -Dwhyops.peers="$home/.cache/peers" \
    -cp "$home/bench/target/whyops-bench.jar:$home/bench/target/lib/*" dev.whyops.bench.Bench \
    server/target/whyops-server.jar "$scratch" "$result" "$rounds" "$seconds" || status=$?
  if [ $status -ne 0 ]; then
    tail -n 5 "$scratch"/*.log >&2
    rm -rf "$scratch"
    fail "the bench did not finish"
  fi
  {
    printf '# Bench of %s\n\n' "$(date -u +%Y-%m-%dT%H:%MZ)"
    printf 'Command: `./whyops bench --rounds %s --seconds %s`. Commit %s. %s cores, %s.\n' "$rounds" "$seconds" \
      "$(git rev-parse --short HEAD)" "$(nproc)" "$(grep -m1 'model name' /proc/cpuinfo | sed 's/.*: //')"
    printf '%s; %s; %s. Java flags: `%s`.\n' "$("$JAVA_HOME/bin/java" -version 2>&1 | head -1)" \
      "$(nginx -v 2>&1)" "$(haproxy -v 2>/dev/null | head -1)" "${flags[*]//$home\//}"
    printf 'wrk, the mock provider and all legs share the cores; medians of the rounds.\n\n'
    cat "$result"
  } >"$out"
  rm -rf "$scratch"
  say "Written: $out"
}
