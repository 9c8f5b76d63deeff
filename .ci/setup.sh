# Sourced by ./run, ./test and .ci/run: installs what is missing, runs Bazel.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# For Debian 12 and later ones. A name `a|b` stands for the first of these
# packages that apt offers, or for any of them that is installed.
BASE_PACKAGES=(bazel-bootstrap clang-19 g++ liburing-dev libfmt-dev)
HTTP_PACKAGES=("libllhttp-dev|node-llhttp" libssl-dev)
CLIENT_PACKAGES=(libhiredis-dev libcurl4-openssl-dev libpq-dev libmariadb-dev)
BENCHMARK_PACKAGES=(libbenchmark-dev libasio-dev)
BUILD_PACKAGES=("${BASE_PACKAGES[@]}" doctest-dev "${HTTP_PACKAGES[@]}"
  "${CLIENT_PACKAGES[@]}" "${BENCHMARK_PACKAGES[@]}")
SERVER_PACKAGES=(openssl redis-server
  "postgresql-15|postgresql-17|postgresql-18|postgresql" mariadb-server-core)
# Servers with threads, which green-run starts.
THREADED_PACKAGES=(microsocks tinyproxy-bin privoxy civetweb apache2-bin
  stunnel4 slapd memcached mariadb-server-core python3 ruby perl)
TEST_PACKAGES=(curl gdb libcrypt-dev socat netcat-openbsd tmux wrk ldap-utils
  libgtest-dev catch2 cmake "${SERVER_PACKAGES[@]}" "${THREADED_PACKAGES[@]}")
SANITIZER_PACKAGES=(libclang-rt-19-dev llvm-19)
LTO_PACKAGES=(lld-19)
STYLE_PACKAGES=(clang-format-19 clang-tidy-19 cppcheck make)
GREENIFY_PACKAGES=(libclang-19-dev llvm-19-dev libclang-cpp19-dev)
PICTURE_PACKAGES=(librsvg2-bin)
COUNT_PACKAGES=(valgrind)
SITE_PACKAGES=(doxygen python3 python3-markdown-it python3-pygments)
VM_PACKAGES=(qemu-system-x86 cpio)
ARM_PACKAGES=(g++-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user make
  doctest-dev)

# What other systems, compilers and processors run of the tests.
PORTABLE_TESTS=(
  tests/core/{deadline,frame_pool,green_thread,join_set,mailbox}_test.cc
  tests/core/{sleep,task,timer_heap,unawaited,wait_queue}_test.cc
  tests/hub/{attempt,backend,cancel,close,loop,offload,operation}_test.cc
  tests/green/{choose,event,fileobject,filesystem,future,generator}_test.cc
  tests/green/{latch,mutex,pool,queue,scope,semaphore,server}_test.cc
  tests/green/{shared_mutex,stdio,subprocess_run,termios,thread}_test.cc
  tests/green/{time,timeout,unistd,when}_test.cc
  tests/green/sys/{epoll,socket,stat}_test.cc
  tests/green/patcher/{fiber_values,made_thread,signal_stack}_test.cc)

# die MESSAGE [STATUS]
die() {
  echo "${0##*/}: $1" >&2
  exit "${2:-1}"
}

# is_installed NAME: whether NAME, or one of its alternatives, is.
is_installed() {
  local states
  states=$(dpkg-query -W -f='${db:Status-Status}\n' ${1//|/ } 2>/dev/null) ||
    true  # one of them is not known
  grep -qx installed <<<"$states"
}

# offered NAME: its first alternative that apt offers, or the first one.
offered() {
  local package
  for package in ${1//|/ }; do
    [[ $1 == *"|"* ]] || break
    grep -q 'Candidate: [^(]' \
      <<<"$(LC_ALL=C apt-cache policy "$package" 2>/dev/null)" || continue
    echo "$package"
    return
  done
  echo "${1%%|*}"
}

# setup NAME...: installs the packages that are missing.
setup() {
  command -v dpkg-query apt-get >/dev/null ||
    die "this needs Debian's apt-get, to install: $*"
  local name missing=()
  for name; do
    is_installed "$name" || missing+=("$name")
  done
  ((${#missing[@]})) || return 0

  local as_root=(env)
  if ((EUID)); then
    local become="sudo sh -c"
    command -v sudo >/dev/null || become="su -c"
    sudo -n true 2>/dev/null ||
      die "packages are missing; type this, then try again: $become \
'apt-get update && apt-get install -y $(for name in "${missing[@]}"; do
        offered "$name"
      done | xargs)'"
    as_root=(sudo -n env)
  fi
  as_root+=(LC_ALL=C DEBIAN_FRONTEND=noninteractive apt-get)
  as_root+=(-qq -o DPkg::Lock::Timeout=300 -o APT::Status-Fd=1)
  # A chroot is made again after a loss of power, so that it needs no fsync.
  ! ischroot || as_root+=(-o DPkg::Options::=--force-unsafe-io)
  echo "Asking apt for ${missing[*]} ..." >&2
  with_heartbeat "${as_root[@]}" update
  mapfile -t missing < <(for name in "${missing[@]}"; do offered "$name"; done)
  echo "Installing ${missing[*]}: $(size_of "${missing[@]}")" >&2
  with_heartbeat "${as_root[@]}" install -y --no-install-recommends \
    "${missing[@]}"
}

# size_of PACKAGE...: what apt says of the download and of the room on the disk.
size_of() {
  LC_ALL=C apt-get -o Debug::NoLocking=1 install --no-install-recommends \
    --assume-no "$@" 2>&1 |
    sed -n 's/^Need to get \(.*\) of archives.*/\1 to download/p
      s/^After this operation, \(.*\) of additional .*/, \1 on the disk/p' |
    tr -d '\n'
}

# with_heartbeat COMMAND...: runs it quietly with a sign of life every 5
# seconds; shows its last lines and ends the script if it fails.
with_heartbeat() {
  local log status=0
  log=$(mktemp)
  alive "$log" 5 progress "$@" || status=$?
  ((status == 0)) || grep -v 'status:' "$log" | tail -n 5 >&2
  rm -f "$log"
  ((status == 0)) || die "the installation failed"
}

# alive LOG SECONDS SAY COMMAND...: runs the command with its output in LOG.
# Prints a sign of life every SECONDS, with the words of SAY LOG. The status is
# that of the command.
alive() {
  local pid life=0
  "${@:4}" >"$1" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 1
    ((++life % $2)) || echo "  $life s: $($3 "$1")" >&2
  done
  wait "$pid"
}

# last_line LOG: for alive.
last_line() {
  tail -n 1 "$1" | cut -c -60
}

# counted LOG COMMAND...: shows what the command prints, keeps it in LOG, adds
# the cases of its last line, "N passed, M failed", to PASSED and FAILED. A
# command that does not end so is one case. Sets CASES_PASSED and CASES_FAILED.
counted() {
  local status=0
  CASES_PASSED=0 CASES_FAILED=0
  "${@:2}" 2>&1 </dev/null | tee "$1" || status=$?
  if [[ $(tail -n 1 "$1") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    CASES_PASSED=${BASH_REMATCH[1]} CASES_FAILED=${BASH_REMATCH[2]}
  elif ((status == 0)); then
    CASES_PASSED=1
  fi
  ((status == 0 || CASES_FAILED)) || CASES_FAILED=1
  ((PASSED += CASES_PASSED, FAILED += CASES_FAILED)) || true
}

# progress LOG: the last line of apt's own progress, dlstatus:NUMBER:PERCENT:TEXT
# or pmstatus:PACKAGE:PERCENT:TEXT; without one, the last line.
progress() {
  local said
  said=$(sed -nE \
    's/^(dl|pm)status:[^:]*(:amd64|:all)?:([0-9]+)[.0-9]*:(.*)/\3 %: \4/p' "$1" |
    tail -n 1 | cut -c -60)
  echo "${said:-$(last_line "$1")}"
}

# bazel COMMAND ARG...: Debian's Bazel, 4 or 7, in the project's folder. On a
# terminal it draws its progress in place, elsewhere it prints a line now and
# then.
bazel() {
  local command=$1
  shift
  cd "$ROOT"
  stand_ins
  if [[ -t 1 && -t 2 ]]; then
    command bazel "$command" "${OFFLINE[@]}" "$@"
  else
    command bazel "$command" "${OFFLINE[@]}" --curses=no \
      --show_progress_rate_limit=10 "$@" 2>&1 |
      { grep --line-buffered -vE "$BAZEL_NOISE" || true; } | relay
  fi
}

# relay: prints each line, and a sign of life where none comes for 15 seconds.
relay() {
  local line status
  for (( ; ; )); do
    status=0
    IFS= read -r -t 15 line || status=$?
    case $status in
      0) printf '%s\n' "$line" ;;
      1) return 0 ;;
      *) echo "  $SECONDS s: Bazel is at work ..." ;;
    esac
  done
}

# stand_ins: sets OFFLINE. Debian's Bazel 7 has all modules that C++ needs, but
# not some that it names; with stand-ins for those it builds offline.
stand_ins() {
  local module
  OFFLINE=()
  [[ -e /usr/share/bazel/embedded_tools/MODULE.bazel ]] || return 0
  for module in "$ROOT"/third_party/offline/modules/*; do
    OFFLINE+=("--override_module=${module##*/}=$module")
  done
}

BAZEL_NOISE='^($|Loading:|Analyzing:|INFO: |FAILED: Build|\[0 / |Starting local)'
BAZEL_NOISE+='| VM warning: |BazelWorkspaceStatusAction|host_javabase|^Computing main'
