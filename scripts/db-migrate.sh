#!/usr/bin/env bash
# Brings the database that .env or DATABASE_URL names up to date: scripts/db-migrate.sh
# The server does the same at its start; this is for those who want to migrate first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/lib/backend.sh
scripts/start.sh --build-only
exec "$(binary)" migrate
