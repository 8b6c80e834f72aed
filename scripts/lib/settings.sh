# shellcheck shell=bash
# The effective value of a setting, with the server's own precedence: environment, then .env, then the default.

# setting NAME DEFAULT
setting() {
  local value="${!1:-}"
  if [ -z "$value" ] && [ -f .env ]; then
    value="$(sed -n "s/^[[:space:]]*\(export[[:space:]]\+\)\?$1=//p" .env | tail -n 1)"
    value="$(unquoted "$value")"
  fi
  printf '%s\n' "${value:-$2}"
}

# A value of a .env file without its quotes, or without the comment and blanks behind it.
unquoted() {
  local value
  case "$1" in
    \"*) value="${1#\"}" && printf '%s' "${value%%\"*}" ;;
    \'*) value="${1#\'}" && printf '%s' "${value%%\'*}" ;;
    *) printf '%s' "$1" | sed 's/[[:space:]]\+#.*$//; s/[[:space:]]*$//' ;;
  esac
}
