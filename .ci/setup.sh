# Sourced by ./run, ./test and .ci/run: installs what is missing, runs Bazel.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

BUILD_PACKAGES=(bazel-bootstrap clang-19 g++ liburing-dev libfmt-dev
  doctest-dev libbenchmark-dev libasio-dev libssl-dev node-llhttp
  libhiredis-dev libcurl4-openssl-dev libpq-dev libmariadb-dev)
SERVER_PACKAGES=(openssl redis-server postgresql-15 mariadb-server-core)
# Servers with threads, which green-run starts.
THREADED_PACKAGES=(microsocks tinyproxy-bin privoxy civetweb apache2-bin
  stunnel4 slapd memcached mariadb-server-core python3 ruby perl)
TEST_PACKAGES=(curl gdb socat netcat-openbsd tmux wrk ldap-utils libgtest-dev
  catch2 cmake "${SERVER_PACKAGES[@]}" "${THREADED_PACKAGES[@]}")
SANITIZER_PACKAGES=(libclang-rt-19-dev llvm-19)
LTO_PACKAGES=(lld-19)
STYLE_PACKAGES=(clang-format-19 clang-tidy-19 cppcheck)
GREENIFY_PACKAGES=(libclang-19-dev llvm-19-dev libclang-cpp19-dev)
PICTURE_PACKAGES=(librsvg2-bin)
COUNT_PACKAGES=(valgrind)
SITE_PACKAGES=(doxygen python3 python3-markdown-it python3-pygments)
VM_PACKAGES=(qemu-system-x86 cpio)
ARM_PACKAGES=(g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user make
  doctest-dev)

# die MESSAGE [STATUS]
die() {
  echo "${0##*/}: $1" >&2
  exit "${2:-1}"
}

# is_installed PACKAGE
is_installed() {
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>&1) == installed ]]
}

# setup PACKAGE...: installs the packages that are missing.
setup() {
  command -v dpkg-query apt-get >/dev/null ||
    die "this needs Debian's apt-get, to install: $*"
  local package missing=()
  for package; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID)); then
    local become="sudo sh -c"
    command -v sudo >/dev/null || become="su -c"
    sudo -n true 2>/dev/null ||
      die "packages are missing; type this, then try again: $become \
'apt-get update && apt-get install -y ${missing[*]}'"
    as_root=(sudo -n)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qq)
  as_root+=(-o DPkg::Lock::Timeout=300)
  echo "Installing ${missing[*]} ..." >&2
  with_heartbeat install_with "${as_root[@]}" -- "${missing[@]}"
}

# install_with APT-GET... -- PACKAGE...
install_with() {
  local apt=()
  while [[ $1 != -- ]]; do
    apt+=("$1")
    shift
  done
  "${apt[@]}" update &&
    "${apt[@]}" install -y --no-install-recommends "${@:2}"
}

# with_heartbeat COMMAND...: runs it quietly with a sign of life every 15
# seconds; shows its last lines and ends the script if it fails.
with_heartbeat() {
  local log status=0 pid start=$SECONDS
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    (((SECONDS - start) % 15)) ||
      echo "  $((SECONDS - start)) s: $(tail -n 1 "$log" | cut -c -60)" >&2
  done
  wait "$pid" || status=$?
  ((status == 0)) || tail -n 5 "$log" >&2
  rm -f "$log"
  ((status == 0)) || die "the installation failed"
}

# bazel COMMAND ARG...: Bazel 4 in the project's folder. On a terminal it draws
# its progress in place, elsewhere it prints a line now and then.
bazel() {
  local command=$1
  shift
  cd "$ROOT"
  if [[ -t 1 && -t 2 ]]; then
    bazel-4 "$command" "$@"
  else
    bazel-4 "$command" --curses=no --show_progress_rate_limit=15 "$@" 2>&1 |
      { grep --line-buffered -vE "$BAZEL_NOISE" || true; }
  fi
}
BAZEL_NOISE='^(Loading:|Analyzing:|INFO: |FAILED: Build|\[0 / |Starting local)'
BAZEL_NOISE+='| VM warning: |BazelWorkspaceStatusAction'
