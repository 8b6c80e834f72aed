#!/usr/bin/env bash
# Prepares a fresh clone: scripts/setup.sh [--base]
# Checks the tools, copies .env if absent, installs the page's packages, makes the data folder, migrates, and says
# what comes next. With --base (start.sh and test.sh) it stops after tools and packages: both work without a .env,
# which would only freeze today's defaults, and the server makes its data folder and migrates by itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/say.sh
. scripts/lib/settings.sh
. scripts/lib/tools.sh
. scripts/lib/frontend.sh
. scripts/lib/backend.sh

copy_env() {
  if [ -e .env ]; then
    say '.env is there and stays as it is' '.env 已存在，保持不变'
  elif [ -f .env.example ]; then
    cp .env.example .env
    chmod 600 .env
    say '.env made from .env.example' '已由 .env.example 生成 .env'
  fi
}

make_data_folder() {
  local folder
  folder="$(setting DATA_DIR ./data)"
  if [ ! -d "$folder" ]; then
    mkdir -p "$folder"
    chmod 700 "$folder"
    say "data folder made: $folder" "已创建数据目录：$folder"
  fi
}

migrate() {
  if [ -x "$(binary)" ]; then
    "$(binary)" migrate
  else
    say 'the database is made at the first start' '首次启动时会自动创建数据库'
  fi
}

next_steps() {
  say '
Next:
  ./scripts/start.sh    build and start on http://localhost:3000
  npm run dev           page with hot reload, back end restarted on change
  ./scripts/test.sh     all tests' '
下一步：
  ./scripts/start.sh    构建并启动，访问 http://localhost:3000
  npm run dev           开发模式：页面热更新，后端自动重启
  ./scripts/test.sh     运行全部测试'
}

check_compilers
need_build_tools
install_packages
frontend_install
if [ "${1:-}" != --base ]; then
  copy_env
  make_data_folder
  migrate
  next_steps
fi
