# shellcheck shell=bash
# The page: its packages and its build, each skipped when nothing it depends on has changed.
# The stamps live in node_modules, so that removing that folder forgets them.

# Installs what the lock file says.
frontend_install() {
  local stamp=frontend/node_modules/.danqing-install now
  now="$(node --version) $(sha256sum <frontend/package-lock.json)"
  if same_as "$stamp" "$now"; then return 0; fi
  say 'installing the packages of the page …' '正在安装前端依赖…'
  env -C frontend npm ci --no-audit --no-fund --loglevel=error
  printf '%s\n' "$now" >"$stamp"
}

# Builds frontend/dist, which goes into the binary.
frontend_build() {
  local stamp=frontend/node_modules/.danqing-build now
  now="$(frontend_inputs)"
  if [ -f frontend/dist/index.html ] && same_as "$stamp" "$now"; then return 0; fi
  say 'building the page …' '正在构建前端…'
  env -C frontend npm run --silent build
  printf '%s\n' "$now" >"$stamp"
}

# A fingerprint of everything the build reads; names are in it, so that a deleted file counts as a change.
frontend_inputs() {
  {
    env | grep '^VITE_' | sort || true
    find frontend shared \( -name node_modules -o -name dist -o -name e2e \) -prune \
      -o -type f -printf '%p %s %T@\n' | sort
  } | sha256sum
}

# same_as FILE TEXT
same_as() {
  [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}
