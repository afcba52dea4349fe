# Sourced by run.sh and test.sh: puts what is missing in place, and nothing that is there already.
# POSIX sh. Works from the project's root; `say` speaks in one plain sentence.

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "$*"
    exit 2
}

# packages_missing LIST...: the Debian packages named in the lists that are not installed.
packages_missing() {
    sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$@" | while read -r package; do
        case "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" in
        installed) ;;
        *) printf '%s ' "$package" ;;
        esac
    done
}

# install_packages LIST...: by apt, when there is one and we may.
install_packages() {
    command -v dpkg-query >/dev/null 2>&1 || {
        say "这台机器不用 dpkg，请自行装好 $* 里列的软件。 / No dpkg here: please install what $* list."
        return 0
    }
    missing=$(packages_missing "$@")
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root=sudo
    elif command -v sudo >/dev/null 2>&1 && [ -t 0 ]; then
        as_root=sudo
    else
        say "缺这些系统软件，而这里没有管理员权限：$missing"
        say "Missing system packages, and no right to install them: $missing"
        return 0
    fi
    say "正在装系统软件 / installing system packages: $missing"
    # shellcheck disable=SC2086 # the list is meant to be split
    { $as_root apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing; } >.setup.log 2>&1 ||
        { tail -n 5 .setup.log >&2; give_up "系统软件没有装上，原因见上面几行和 .setup.log。 / apt failed; see .setup.log."; }
    rm -f .setup.log
}

# find_python: a Python that can run the program (3.11 or newer).
find_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# stamp_of FILE: where it is remembered that the packages of FILE are installed.
stamp_of() { printf '%s\n' ".venv/.installed-$(basename "$1" .txt)"; }

# install_python_packages FILE: exactly the pinned versions, checked by their hashes.
# A stamp remembers what is installed, so that a second run costs nothing.
install_python_packages() {
    stamp=$(stamp_of "$1")
    wanted=$(cat "$1" pyproject.toml | cksum)
    # What the tests need holds all that the program needs.
    for list in "$1" installer/requirements-test.txt; do
        installed=$(cat "$(stamp_of "$list")" 2>/dev/null) || continue
        if [ -x .venv/bin/station ] && [ "$installed" = "$(cat "$list" pyproject.toml | cksum)" ]; then
            return 0
        fi
    done
    if [ ! -x .venv/bin/python ]; then
        python=$(find_python) ||
            give_up "需要 Python 3.11 到 3.13（含 venv），这里没有找到。 / Python 3.11 to 3.13 with venv is needed."
        "$python" -m venv .venv || give_up "没能建起 .venv。 / Could not create .venv."
    fi
    say "正在装 Python 软件包，第一次要几分钟。 / Installing Python packages; the first time takes minutes."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1" ||
        give_up "Python 软件包没有装上，请检查网络后再运行。 / Python packages were not installed; check the network."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . ||
        give_up "本程序没有装进 .venv。 / The program was not installed into .venv."
    printf '%s\n' "$wanted" >"$stamp"
}
