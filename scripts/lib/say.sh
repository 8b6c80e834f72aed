# shellcheck shell=bash
# Messages in the reader's language, by the program's own rule: DEFAULT_LOCALE where the environment or .env gives it, else
# the shell's, else Chinese. What begins with zh is Chinese, all else English.

# shellcheck source=scripts/lib/settings.sh
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
case "$(setting DEFAULT_LOCALE "${LC_ALL:-${LC_MESSAGES:-${LANG:-zh}}}")" in
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
