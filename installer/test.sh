#!/bin/sh
# The same set-up as run.sh, what the tests need besides, then every check and every test.
# sh installer/test.sh [words for pytest]: with words, only pytest runs, with these words.
set -eu
cd "$(dirname "$0")/.."
. installer/setup.sh

install_packages installer/packages-run.txt installer/packages-test.txt
install_python_packages installer/requirements-test.txt

: "${LC_ALL:=C.UTF-8}"
export LC_ALL QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
if [ $# -gt 0 ]; then
    exec .venv/bin/python -m pytest "$@"
fi
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/lint-imports
# A process for each core; who is done early takes over the other's last files.
exec .venv/bin/python -m pytest --numprocesses auto --dist worksteal
