# Starts and stops what the end-to-end tests talk to: the scripted provider and a real server.
# Sourced; needs JAVA_HOME and the built jar. Ends only processes that it started, by id.

scratch=$(mktemp -d)
started=()

stop_all() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap stop_all EXIT

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# A key of the right form (CRC-32 in base62); it opens only servers that are started with it.
make_key() {
  python3 - <<'EOF'
import random, zlib
alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
body = "whyops_test_" + "".join(random.choice(alphabet) for _ in range(30))
n, check = zlib.crc32(body.encode()), ""
for _ in range(6):
    n, digit = divmod(n, 62)
    check = alphabet[digit] + check
print(body + check)
EOF
}

await() { # url, seconds
  local until=$((SECONDS + $2))
  while [ $SECONDS -lt $until ]; do
    if curl -fs -o /dev/null "$1"; then return 0; fi
    sleep 0.1
  done
  echo "no answer from $1 within $2 s" >&2
  tail -n 20 "$scratch"/*.log >&2 || true
  return 1
}

# Sets fake_url and fake_key.
start_fake() {
  local port
  port=$(free_port)
  fake_key=sk-scripted-$port
  fake_url=http://127.0.0.1:$port
  "$JAVA_HOME/bin/java" -Xmx256m -cp "server/target/whyops-server.jar:server/target/lib/*" \
    dev.whyops.fake.FakeLlm --port "$port" --key "$fake_key" --log heads --now 2026-03-01T12:00:00Z >"$scratch/fake.log" 2>&1 &
  started+=($!)
  await_port "$port"
}

await_port() {
  python3 - "$1" <<'EOF'
import socket, sys, time
for _ in range(200):
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1).close()
        break
    except OSError:
        time.sleep(0.1)
else:
    sys.exit("nothing listens on " + sys.argv[1])
EOF
}

# start_server NAME [VARIABLE=VALUE …]: sets gateway_url, dashboard_url and server_log.
start_server() {
  local name=$1 gateway dashboard
  shift
  gateway=$(free_port)
  dashboard=$(free_port)
  gateway_url=http://127.0.0.1:$gateway
  dashboard_url=http://127.0.0.1:$dashboard
  server_log=$scratch/$name.log
  mkdir -p "$scratch/$name"
  env WHYOPS_EGRESS_ALLOW=127.0.0.1/32 WHYOPS_DATA_DIR="$scratch/$name/data" WHYOPS_PORT="$gateway" \
    WHYOPS_DASHBOARD_PORT="$dashboard" "$@" \
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -Xmx512m -jar server/target/whyops-server.jar start \
    >"$server_log" 2>&1 &
  started+=($!)
  await "$gateway_url/readyz" 60
  await "$dashboard_url/readyz" 10
}
