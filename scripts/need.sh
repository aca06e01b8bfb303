#!/bin/sh
# Sees that programs the tests need are on this machine: scripts/need.sh redis-server chromium-headless-shell gcc libc6-dev
#
# What is missing is installed by apt-get where we may (as root, or by sudo without a password); otherwise one line
# names it and the exit is 1. chromium-headless-shell is the lightest browser for tests and no package of every system:
# where it cannot be had, any chromium does. Says nothing when all is there. Nothing is started or stopped: the tests run servers of
# their own, and a service that a package starts is left alone.
set -eu

# there NAME: is the program on the PATH? A browser goes by several names, GLPK's solver is called glpsol; libc6-dev is the headers a C compiler wants.
there() {
	case $1 in
	chromium) for p in chromium chromium-browser google-chrome google-chrome-stable; do
			command -v "$p" >/dev/null 2>&1 && return 0
		done
		return 1 ;;
	glpk-utils) command -v glpsol >/dev/null 2>&1 ;;
	python3-venv) python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ;;
	libc6-dev) echo '#include <stdlib.h>' | cc -E - >/dev/null 2>&1 ;;
	*) command -v "$1" >/dev/null 2>&1 ;;
	esac
}

missing=
for name in "$@"; do
	there "$name" || missing="$missing $name"
done
[ -n "$missing" ] || exit 0

# or_any_browser PROGRAM...: the same once more, with chromium for the shell, if that is one of what is missing.
or_any_browser() {
	case " $missing " in *" chromium-headless-shell "*) ;; *) return 0 ;; esac
	programs=
	for name in "$@"; do
		[ "$name" != chromium-headless-shell ] || name=chromium
		programs="$programs $name"
	done
	# shellcheck disable=SC2086 # a list of words
	/bin/sh "$0" $programs
	exit
}

if ! command -v apt-get >/dev/null 2>&1; then
	may=no
elif [ "$(id -u)" -eq 0 ]; then
	may=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	may="sudo -n"
else
	may=no
fi
if [ "$may" = no ]; then
	or_any_browser "$@"
	echo "missing on this machine:$missing - install it with your package manager (Debian: apt-get install$missing) and start again" >&2
	exit 1
fi

echo "installing$missing" >&2
# shellcheck disable=SC2086 # both are lists of words
install() { $may env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >"$log" 2>&1; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The package lists of a fresh machine may be empty or old.
if ! install && ! { $may apt-get update -qq >"$log" 2>&1 && install; }; then
	or_any_browser "$@"
	tail -n 5 "$log" >&2
	echo "could not install$missing: install it by hand (Debian: apt-get install$missing) and start again" >&2
	exit 1
fi
for name in $missing; do
	there "$name" || { echo "$name is still missing after its installation: install it by hand and start again" >&2; exit 1; }
done
