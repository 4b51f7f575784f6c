# Names, folders and ports; how to speak and how to fail.

REPOSITORY=$(cd "$DEV/.." && pwd)
LOCAL=$REPOSITORY/.local
SERVERS=(postgres rabbitmq solana ethereum polygon)
CHAINS=(solana ethereum polygon)

say() {
  printf '%s\n' "$*"
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Sets INSTANCE, PORTS and the pace of the chains.
choose_instance() {
  case $1 in
    demo) PORTS=${SETTLEMENT_DEMO_PORTS:-18100} ;;
    test) PORTS=${SETTLEMENT_TEST_PORTS:-18200} ;;
    bench) PORTS=${SETTLEMENT_BENCH_PORTS:-18300} ;;
    chaos) PORTS=${SETTLEMENT_CHAOS_PORTS:-18400} ;;
    *) fail "There is no instance '$1'; choose demo, test, bench or chaos." ;;
  esac
  [[ $PORTS =~ ^[0-9]+$ ]] && ((PORTS >= 1024 && PORTS <= 65000)) ||
    fail "SETTLEMENT_${1^^}_PORTS must be the first of ten free ports, a number from 1024 to 65000."
  INSTANCE=$LOCAL/$1
  PORTS_VARIABLE=SETTLEMENT_${1^^}_PORTS
}

port_of() {
  case $1 in
    postgres) echo $((PORTS + 1)) ;;
    rabbitmq) echo $((PORTS + 2)) ;;
    solana) echo $((PORTS + 3)) ;;
    ethereum) echo $((PORTS + 4)) ;;
    polygon) echo $((PORTS + 5)) ;;
    erlang) echo $((PORTS + 6)) ;;
    epmd) echo $((PORTS + 7)) ;;
  esac
}

make_folders() {
  mkdir -p "$INSTANCE/logs" "$INSTANCE/pids" "$INSTANCE/keys"
  chmod 700 "$INSTANCE/keys"
}

# One command at a time may change an instance. The lock ends with this script: servers do not inherit it.
with_lock() {
  mkdir -p "$LOCAL"
  exec 9> "$LOCAL/$INSTANCE_NAME.lock"
  flock -w 120 9 || fail "Another dev/servers command is still working on the $INSTANCE_NAME instance."
}

secret() {
  local file=$INSTANCE/keys/$1
  [ -s "$file" ] || (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' > "$file")
  cat "$file"
}

# Waits until the command succeeds, and gives up at once when the server's process is gone.
wait_until() {
  local name=$1 seconds=$2 deadline log
  log=$(log_of "$name")
  shift 2
  deadline=$((SECONDS + seconds))
  until "$@" 2> /dev/null; do
    process_runs "$name" || fail "$name stopped while it started; the reason is at the end of $log."
    ((SECONDS < deadline)) || fail "$name does not answer after $seconds seconds; see $log."
    sleep 0.1
  done
}
