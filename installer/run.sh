#!/bin/sh
# Puts in place what is missing and opens the desktop; without a display, runs the demo instead.
# sh installer/run.sh [--setup-only]
set -eu
cd "$(dirname "$0")/.."
. installer/setup.sh

install_packages installer/packages-run.txt
install_python_packages installer/requirements.txt
[ "${1:-}" = "--setup-only" ] && exit 0

: "${LC_ALL:=C.UTF-8}" # Qt warns about the plain C locale
export LC_ALL
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec .venv/bin/station
fi
out=${TMPDIR:-/tmp}/yizhan-demo-$(date +%Y%m%d-%H%M%S)
say "这里没有显示器，改为演示一件事从头到尾怎么办，结果放在 $out。"
say "No display here: running “station demo” instead; results go to $out."
exec .venv/bin/station demo --out "$out"
