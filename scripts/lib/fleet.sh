# shellcheck shell=bash
# The parts of a fleet on this machine, under the folder FLEET: nodes that are started again when they end, as systemd or
# a container would do, a bucket, and nginx in front. Each is a child of the shell that calls.

# Process ids of everything that was started here.
FLEET_CHILDREN=()

# start_bucket: exports the settings of a bucket that verifies signatures.
start_bucket() {
  local settings
  "$(DANQING_PROFILE=dev binary | xargs dirname)/fake-bucket" --folder "$FLEET/bucket" --origin "$DOMAIN" >"$FLEET/bucket.json" 2>"$FLEET/logs/bucket" &
  FLEET_CHILDREN+=($!)
  for _ in $(seq 100); do
    if [ -s "$FLEET/bucket.json" ]; then break; fi
    sleep 0.1
  done
  # shellcheck disable=SC2016 # for Node, not for the shell
  settings="$(node -e 'for (const [name, value] of Object.entries(JSON.parse(require("fs").readFileSync(0)))) console.log(`${name}=${value}`)' <"$FLEET/bucket.json")"
  if [ -z "$settings" ]; then die 'the bucket did not start' '对象存储启动失败'; fi
  while IFS= read -r line; do export "${line?}"; done <<<"$settings"
}

# start_node NAME ROLE PORT: its process id is in $FLEET/pids/NAME, anew after each restart.
start_node() {
  keep_running "$1" "$2" "$3" &
  FLEET_CHILDREN+=($!)
}

keep_running() {
  local name="$1" role="$2" port="$3" node=''
  trap 'kill -TERM "$node" 2>/dev/null || true; wait "$node" 2>/dev/null || true; exit 0' TERM
  while true; do
    DATA_DIR="$FLEET/$name" "$(binary)" serve --role "$role" --host 127.0.0.1 --port "$port" >>"$FLEET/logs/$name" 2>&1 &
    node=$!
    printf '%s\n' "$node" >"$FLEET/pids/$name"
    wait "$node" || true
    sleep 0.3
  done
}

# start_nginx PORT NODE_PORT…
start_nginx() {
  local listen="$1" port
  shift
  mkdir -p "$FLEET/nginx"
  {
    printf 'daemon off;\npid %s/nginx/pid;\nerror_log %s/logs/nginx warn;\nworker_processes 1;\n' "$FLEET" "$FLEET"
    printf 'worker_rlimit_nofile 8192;\nevents { worker_connections 4096; }\nhttp {\naccess_log off;\n'
    for part in client_body proxy fastcgi uwsgi scgi; do printf '%s_temp_path %s/nginx/%s;\n' "$part" "$FLEET" "$part"; done
    printf 'upstream danqing {\n'
    for port in "$@"; do printf 'server 127.0.0.1:%s max_fails=0;\n' "$port"; done
    printf 'keepalive 64;\n}\nserver {\nlisten 127.0.0.1:%s;\ninclude %s/deploy/nginx/danqing.conf;\n}\n}\n' "$listen" "$PWD"
  } >"$FLEET/nginx/nginx.conf"
  nginx -p "$FLEET/nginx" -c "$FLEET/nginx/nginx.conf" 2>>"$FLEET/logs/nginx" &
  FLEET_CHILDREN+=($!)
}

# Ends everything that was started here: nodes as a stop does, the others at once.
stop_fleet() {
  if [ "${#FLEET_CHILDREN[@]}" -eq 0 ]; then return 0; fi
  kill -TERM "${FLEET_CHILDREN[@]}" 2>/dev/null || true
  wait "${FLEET_CHILDREN[@]}" 2>/dev/null || true
  FLEET_CHILDREN=()
}

# Notes the packages of a fleet for install_packages.
need_fleet() {
  need_services
  need 'command -v curl' curl 'asks whether the nodes are ready' '检查节点是否就绪'
}

# The program, and the bucket of the tests, which is always their build.
build_fleet() {
  build_binary
  if [ "$(profile)" != dev ]; then DANQING_PROFILE=dev build_binary; fi
}
