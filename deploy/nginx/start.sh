#!/bin/sh
# nginx in front of the nodes, over TLS as soon as there is a certificate. Settings, with those of docker-compose.yml as defaults:
#   NODES       where the nodes are: names or addresses with their ports          (app:3000)
#   SSL_FOLDER  fullchain.pem and privkey.pem, or NAME.key with NAME.pem or NAME.crt      (/ssl)
#   RUN_FOLDER  where the files of this run lie, and may be written                (/run/nginx)
#   HTTP_LISTEN, HTTPS_LISTEN   address and port, or port                          (80, 443)
#   HTTPS_PORT  the port under which others reach HTTPS_LISTEN                     (443)
#   DOMAIN      the server's own, to say when the two do not fit                   (http://localhost)
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
ssl="${SSL_FOLDER:-/ssl}"
run="${RUN_FOLDER:-/run/nginx}"
domain="${DOMAIN:-http://localhost}"
certificate=''
key=''

# Sets certificate and key to the first pair that is complete, in the names that authorities and their tools use.
find_certificate() {
  if [ -s "$ssl/fullchain.pem" ] && [ -s "$ssl/privkey.pem" ]; then
    certificate="$ssl/fullchain.pem" key="$ssl/privkey.pem"
    return 0
  fi
  for key in "$ssl"/*.key; do
    for certificate in "${key%.key}.pem" "${key%.key}.crt"; do
      if [ -s "$key" ] && [ -s "$certificate" ]; then return 0; fi
    done
  done
  certificate='' key=''
}

# Half a pair is a mistake: to go on without TLS would hide it.
refuse_half_a_pair() {
  for file in "$ssl"/*.pem "$ssl"/*.key "$ssl"/*.crt; do
    if [ -e "$file" ]; then
      echo "$file is there, but no pair: put fullchain.pem and privkey.pem into ssl/, or NAME.key with NAME.pem or NAME.crt" >&2
      exit 1
    fi
  done
}

# One line for each node. A name is asked for again and again, since a node that is made anew has another address.
write_nodes() {
  for node in ${NODES:-app:3000}; do
    case "$node" in
      *[!0-9.:]*) echo "server $node max_fails=0 resolve;" ;;
      *) echo "server $node max_fails=0;" ;;
    esac
  done >"$run/nodes.conf"
  if grep -q resolve "$run/nodes.conf"; then
    awk '$1 == "nameserver" { print "resolver", ($2 ~ /:/ ? "[" $2 "]" : $2), "valid=5s ipv6=off;"; exit }' /etc/resolv.conf >>"$run/nodes.conf"
  fi
}

write_site() {
  echo "listen ${HTTP_LISTEN:-80};" >"$run/http-port.conf"
  # Proof for an authority that this machine is ours: certbot certonly --webroot -w ssl/acme.
  echo "location /.well-known/acme-challenge/ { root \"$ssl/acme\"; }" >"$run/acme.conf"
  if [ -z "$certificate" ]; then
    cp "$here/http.conf" "$run/site.conf"
    return 0
  fi
  cp "$here/https.conf" "$run/site.conf"
  # nginx 1.25.1 has a directive of its own, and warns of the older way.
  case "$(nginx -v 2>&1)" in
    */1.1?.* | */1.2[0-4].*) echo "listen ${HTTPS_LISTEN:-443} ssl http2;" ;;
    *) printf 'listen %s ssl;\nhttp2 on;\n' "${HTTPS_LISTEN:-443}" ;;
  esac >"$run/https-port.conf"
  printf 'ssl_certificate "%s";\nssl_certificate_key "%s";\n' "$certificate" "$key" >"$run/certificate.conf"
  port=":${HTTPS_PORT:-443}"
  if [ "$port" = :443 ]; then port=''; fi
  # shellcheck disable=SC2016 # nginx's own variables
  printf 'return 301 https://$host%s$request_uri;\n' "$port" >"$run/redirect.conf"
}

# Cookies and links follow DOMAIN.
say_what_does_not_fit() {
  case "${certificate:+tls}:$domain" in
    tls:http:*) echo "There is a certificate, but DOMAIN is $domain: set DOMAIN=https://… in .env" >&2 ;;
    :https:*) echo "DOMAIN is $domain, but there is no certificate in ssl/: only right behind another proxy that has one" >&2 ;;
  esac
}

mkdir -p "$run/temp"
find_certificate
if [ -z "$certificate" ]; then refuse_half_a_pair; fi
cp "$here/nginx.conf" "$here/danqing.conf" "$run/"
write_nodes
write_site
say_what_does_not_fit
nginx -t -q -p "$run/" -c "$run/nginx.conf"
exec nginx -p "$run/" -c "$run/nginx.conf"
