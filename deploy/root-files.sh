#!/bin/sh
# The files around the program in its image: deploy/root-files.sh FOLDER   (in a Debian with ca-certificates, as root)
# From the Debian in which the program was built, so that it finds the C library it was linked with.
set -eu
root="$1"
packages='libc6 libgcc-s1'

downloads="$(mktemp -d)"
cd "$downloads"
apt-get update
# shellcheck disable=SC2086 # one argument for each
apt-get download $packages
rm -rf /var/lib/apt/lists/*
mkdir -p "$root/var/lib/dpkg/status.d"
for file in *.deb; do
  dpkg-deb --extract "$file" "$root"
  # As distroless images have it: scanners of images read which packages are inside from here.
  dpkg-deb --field "$file" >"$root/var/lib/dpkg/status.d/$(dpkg-deb --field "$file" Package)"
done
cd /
rm -rf "$downloads"

# Of them only the libraries and their licences: no character sets, since the program speaks UTF-8 alone.
find "$root/usr/share" -type f ! -name copyright -delete
find "$root" -type d -name gconv -prune -exec rm -rf {} +

mkdir -p "$root/etc/ssl/certs"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'root:x:0:0:root:/:/sbin/nologin\ndanqing:x:10001:10001:Danqing:/data:/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\ndanqing:x:10001:\n' >"$root/etc/group"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
install -d -m 1777 "$root/tmp"
find "$root" -type d -empty ! -path "$root/tmp" -delete
# The day of a build is no part of what is built.
find "$root" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:-0}" {} +
