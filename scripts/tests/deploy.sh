#!/usr/bin/env bash
# What stands around the program in docker-compose.yml, run by hand in a bare folder, since a container engine may not be at
# hand: the maker of secrets, the program with settings from files, nginx without and with a certificate. Needs the tests' build
# of the program and their PostgreSQL (scripts/test.sh has both); prints `N passed, N failed`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. scripts/lib/say.sh
. scripts/lib/ports.sh
. scripts/lib/backend.sh
. scripts/lib/cases.sh
. scripts/lib/deploy.sh
PROJECT="$PWD"
PROGRAM="$(DANQING_PROFILE=dev binary | xargs realpath)"

# compose FILE ARGUMENT…: as in a fresh clone, whatever the settings of this one are.
compose() { env -i PATH="$PATH" HOME="$PWD" "$DEPLOY_TOOLS/docker-compose" --project-directory "$PWD" --file "$PROJECT/$1" "${@:2}"; }

test_the_dockerfile_has_no_known_fault() { "$DEPLOY_TOOLS/hadolint" "$PROJECT/deploy/Dockerfile"; }

test_the_compose_files_are_valid_and_give_nothing_away() {
  compose docker-compose.yml config --format json >single.json
  compose docker-compose.dev.yml config --quiet
  cp "$PROJECT/deploy/fleet.env" .env
  compose docker-compose.yml config --format json >fleet.json
  node "$PROJECT/scripts/tests/compose.mjs" single.json fleet.json "$PROJECT/.env.example"
  compose docker-compose.dev.yml config --format json >dev.json
  refuses grep -E '"published"' <(node -e 'const { services } = JSON.parse(require("fs").readFileSync("dev.json"));
    console.log(Object.values(services).flatMap((service) => service.ports ?? []).filter((port) => port.host_ip !== "127.0.0.1"))')
}

# make_secrets NAME=VALUE…: into the folder `secrets`.
make_secrets() { env "$@" sh "$PROJECT/deploy/make-secrets.sh" secrets; }

# Everything about the files: name, mode and content.
fingerprint() { find secrets -printf '%p %M\n' -type f -exec sha256sum {} + | sort; }

test_secrets_are_made_once_and_kept() {
  make_secrets >said
  same "$(wc -l <said)" 12
  same "$(wc -c <secrets/app/jwt_secret)" 65
  same "$(cat secrets/app/database_url)" "postgresql://danqing:$(cat secrets/database/password)@database:5432/danqing"
  same "$(sort -u secrets/app/*_secret secrets/app/encryption_key secrets/*/password | wc -l)" 5
  grep -q "\"secretKey\":\"$(cat secrets/app/s3_secret_access_key)\"" secrets/s3/s3.json
  local before
  before="$(fingerprint)"
  make_secrets POSTGRES_PASSWORD=another
  same "$(fingerprint)" "$before"
  rm -f secrets/app/metrics_token
  same "$(make_secrets)" 'made secrets/app/metrics_token'
}

test_secrets_are_for_their_reader_only() {
  make_secrets >said
  same "$(find secrets -mindepth 1 -type d ! -perm 500)" ''
  same "$(find secrets -type f ! -perm 400)" ''
  if [ "$(id -u)" -eq 0 ]; then
    same "$(find secrets/app ! -user 10001) $(find secrets/database ! -user 70)" ' '
    chmod 711 .
    same "$(setpriv --reuid 10001 --regid 10001 --clear-groups cat secrets/app/jwt_secret)" "$(cat secrets/app/jwt_secret)"
    refuses setpriv --reuid 10001 --regid 10001 --clear-groups cat secrets/database/password
  fi
}

test_a_password_that_does_not_fit_into_an_address_is_refused() {
  refuses make_secrets 'POSTGRES_PASSWORD=a b@c'
  refuses test -e secrets/app/database_url
  make_secrets POSTGRES_PASSWORD=mine POSTGRES_USER=me POSTGRES_DB=studio >said
  same "$(cat secrets/app/database_url)" postgresql://me:mine@database:5432/studio
}

# Runs the rest of the test with the program behind it, as docker-compose.yml does: $APP is its port.
start_app() {
  local name="danqing_$BASHPID" postgres="${TEST_POSTGRES_URL#*@}"
  make_secrets DATABASE_HOST="${postgres%%/*}" POSTGRES_USER="$name" POSTGRES_DB="$name" >said
  psql "$TEST_POSTGRES_URL" --quiet --command "CREATE ROLE $name LOGIN PASSWORD '$(cat secrets/database/password)'" \
    --command "CREATE DATABASE $name OWNER $name"
  APP="$(free_port)"
  trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
  SETTINGS=(APP_ENV=production HOST=127.0.0.1 "PORT=$APP" "DATA_DIR=$PWD/data" TRUSTED_PROXIES=127.0.0.1 DEFAULT_LOCALE=en
    "DATABASE_URL_FILE=$PWD/secrets/app/database_url")
  for name in jwt_secret encryption_key webhook_secret metrics_token; do
    SETTINGS+=("${name^^}_FILE=$PWD/secrets/app/$name")
  done
  refuses danqing health
  danqing serve >app.log 2>&1 &
  await danqing health
}

danqing() { env --ignore-environment "${SETTINGS[@]}" "$PROGRAM" "$@"; }

# await COMMAND…: until it succeeds, ten seconds at most.
await() {
  for _ in $(seq 100); do
    if "$@" >awaited 2>&1; then return 0; fi
    sleep 0.1
  done
  cat awaited ./*.log
  return 1
}

# start_nginx NAME=VALUE…: on $HTTP and $HTTPS.
start_nginx() {
  HTTP="$(free_port)" HTTPS="$(free_port)"
  chmod 711 . # its workers are another user, and have their folders here
  env "$@" NODES="127.0.0.1:$APP" SSL_FOLDER="$PWD/ssl" RUN_FOLDER="$PWD/nginx" HTTP_LISTEN="127.0.0.1:$HTTP" \
    HTTPS_LISTEN="127.0.0.1:$HTTPS" HTTPS_PORT="$HTTPS" sh "$PROJECT/deploy/nginx/start.sh" >nginx.log 2>&1 &
  NGINX=$!
  await curl --silent --fail "http://127.0.0.1:$HTTP/healthz"
}

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -out "$1" -keyout "$2" 2>/dev/null
}

# What a visitor must find: the page, the interface, an event stream that is not collected, and no counts.
looks_well() {
  curl "$@" --fail "$SITE/" >page
  grep -q '<div id="root">' page
  curl "$@" --fail --cookie jar "$SITE/api/me" >me
  grep -q '"owner@example.com"' me
  # Not in a pipe, which would wait for the stream to end.
  same "$(head -c 5 < <(timeout 5 curl "$@" --no-buffer --cookie jar "$SITE/api/events" 2>/dev/null))" event
  same "$(curl "$@" --output /dev/null --write-out '%{http_code}' "$SITE/metrics")" 404
  same "$(head -c 3000000 /dev/zero | curl "$@" --output /dev/null --write-out '%{http_code}' --form 'file=@-;type=image/png' "$SITE/api/uploads")" 401
}

# With the link that the server prints, logged in in the file `jar`.
make_owner() {
  local link
  link="$(danqing setup-link)"
  curl --silent --fail --output /dev/null --cookie-jar jar --header 'Content-Type: application/json' "$SITE/api/auth/setup" \
    --data "{\"token\":\"${link#*token=}\",\"email\":\"owner@example.com\",\"password\":\"a long password\"}"
}

# A picture as large as the server takes: most of it is a chunk that no decoder looks at.
write_large_picture() {
  node -e 'const { crc32 } = require("zlib"), fs = require("fs");
    const picture = fs.readFileSync(process.argv[1]), body = Buffer.concat([Buffer.from("teSt"), Buffer.alloc(99 << 20)]);
    const number = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value); return bytes; };
    const chunk = Buffer.concat([number(body.length - 4), body, number(crc32(body))]);
    fs.writeFileSync("large.png", Buffer.concat([picture.subarray(0, 33), chunk, picture.subarray(33)]))' "$1"
}

test_a_fresh_clone_answers_over_http_and_with_a_certificate_over_tls() {
  start_app
  mkdir ssl
  start_nginx
  SITE="http://127.0.0.1:$HTTP"
  make_owner
  looks_well --silent
  write_large_picture "$PROJECT/crates/engine/tests/data/golden-style-picture.png"
  same "$(curl --silent --cookie jar --output said --write-out '%{http_code}' --form 'file=@large.png;type=image/png' "$SITE/api/uploads")" 201
  rm large.png
  kill -TERM "$NGINX"
  wait "$NGINX"
  make_certificate ssl/fullchain.pem ssl/privkey.pem
  mkdir -p ssl/acme/.well-known/acme-challenge
  echo proof >ssl/acme/.well-known/acme-challenge/token
  chmod -R go+rX ssl/acme
  chmod 711 ssl
  start_nginx DOMAIN=http://studio.example.com
  grep -q 'set DOMAIN=https://' nginx.log
  SITE="https://localhost:$HTTPS"
  sed -i 's/127.0.0.1/localhost/' jar
  looks_well --silent --cacert ssl/fullchain.pem
  curl --silent --cacert ssl/fullchain.pem --head "https://localhost:$HTTPS/" | grep -qi '^strict-transport-security: max-age'
  same "$(curl --silent --output /dev/null --write-out '%{redirect_url}' "http://localhost:$HTTP/gallery?q=1")" "https://localhost:$HTTPS/gallery?q=1"
  same "$(curl --silent "http://localhost:$HTTP/.well-known/acme-challenge/token")" proof
  refuses openssl s_client -connect "localhost:$HTTPS" -tls1_1 </dev/null
  # A new certificate is taken up without a restart.
  make_certificate ssl/fullchain.pem ssl/privkey.pem
  kill -HUP "$NGINX"
  await curl --silent --fail --cacert ssl/fullchain.pem "https://localhost:$HTTPS/healthz"
}

test_half_a_certificate_is_refused_and_other_names_are_found() {
  mkdir ssl
  make_certificate ssl/studio.pem key
  env NODES=127.0.0.1:9 SSL_FOLDER="$PWD/ssl" RUN_FOLDER="$PWD/nginx" sh "$PROJECT/deploy/nginx/start.sh" >said 2>&1 && return 1
  grep -q 'no pair' said
  cp key ssl/studio.key
  APP=9
  trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT
  HTTP="$(free_port)" HTTPS="$(free_port)"
  chmod 711 .
  env NODES=127.0.0.1:9 SSL_FOLDER="$PWD/ssl" RUN_FOLDER="$PWD/nginx" HTTP_LISTEN="127.0.0.1:$HTTP" \
    HTTPS_LISTEN="127.0.0.1:$HTTPS" sh "$PROJECT/deploy/nginx/start.sh" >nginx.log 2>&1 &
  await curl --silent --cacert ssl/studio.pem "https://localhost:$HTTPS/healthz"
}

deploy_tools
run_cases
