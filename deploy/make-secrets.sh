#!/bin/sh
# Makes the secrets and passwords of docker-compose.yml: deploy/make-secrets.sh [FOLDER]   (default /secrets)
# Only those that are not there yet: to lose one is to lose what it protects. Each reader has a folder of its own that nobody
# else can enter; run as root, it belongs to the user of that container.
set -eu
umask 077
folder="${1:-/secrets}"
database="${POSTGRES_DB:-danqing}"
user="${POSTGRES_USER:-danqing}"
host="${DATABASE_HOST:-database:5432}"

# 256 bits, in letters that need no escaping in an address or a settings file.
random() { head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }

# keep FILE TEXT: others see no file or a complete one, and one that is there stays.
keep() {
  if [ -e "$1" ]; then return 0; fi
  printf '%s\n' "$2" >"$1.new"
  mv "$1.new" "$1"
  printf 'made %s\n' "$1"
}

# hand_over NAME UID: the folder and what is in it are its reader's, to read.
hand_over() {
  if [ "$(id -u)" -eq 0 ]; then chown -R "$2:$2" "$folder/$1"; fi
  find "$folder/$1" -type f -exec chmod 400 {} +
  chmod 500 "$folder/$1"
}

case "$database$user${POSTGRES_PASSWORD:-}" in
  *[!A-Za-z0-9_.~-]*)
    echo 'POSTGRES_DB, POSTGRES_USER and POSTGRES_PASSWORD may have letters, digits and _ . ~ - only: they become part of an address.' >&2
    exit 1
    ;;
esac

mkdir -p "$folder"
chmod 755 "$folder"
for reader in app database redis s3; do
  mkdir -p "$folder/$reader"
  chmod 700 "$folder/$reader"
done

keep "$folder/database/password" "${POSTGRES_PASSWORD:-$(random)}"
keep "$folder/redis/password" "$(random)"
keep "$folder/s3/secret_access_key" "$(random)"
for name in jwt_secret encryption_key webhook_secret metrics_token; do
  keep "$folder/app/$name" "$(random)"
done
# The same passwords in the words of those who use them.
keep "$folder/app/database_url" "postgresql://$user:$(cat "$folder/database/password")@$host/$database"
keep "$folder/app/redis_url" "redis://:$(cat "$folder/redis/password")@redis:6379"
keep "$folder/redis/redis.conf" "requirepass $(cat "$folder/redis/password")"
keep "$folder/app/s3_secret_access_key" "$(cat "$folder/s3/secret_access_key")"
keep "$folder/s3/s3.json" "{\"identities\":[{\"name\":\"danqing\",\"credentials\":[{\"accessKey\":\"danqing\",\"secretKey\":\"$(
  cat "$folder/s3/secret_access_key"
)\"}],\"actions\":[\"Read\",\"Write\",\"List\",\"Tagging\"]}]}"

# They are on the disk before anything is protected by them: after a power cut, one that is empty would count as made.
sync

# The users of the images: ours, postgres and redis of Alpine, and root of SeaweedFS.
hand_over app 10001
hand_over database 70
hand_over redis 999
hand_over s3 0
