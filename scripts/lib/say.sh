# shellcheck shell=bash
# Messages in the reader's language: Chinese when the locale begins with zh, English otherwise.

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
  zh*) SPEAKS_CHINESE=yes ;;
  *) SPEAKS_CHINESE='' ;;
esac

# say ENGLISH CHINESE
say() {
  if [ -n "$SPEAKS_CHINESE" ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}

# die ENGLISH CHINESE: says why on standard error and ends the script.
die() {
  say "$1" "$2" >&2
  exit 1
}
