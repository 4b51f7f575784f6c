# Server processes: detached from the caller, known by a PID file, recognised by their working folder.

log_of() {
  echo "$INSTANCE/logs/$1.log"
}

pid_file() {
  echo "$INSTANCE/pids/$1.pid"
}

process_id() {
  local pid=''
  [ ! -f "$(pid_file "$1")" ] || read -r pid < "$(pid_file "$1")" || true
  echo "$pid"
}

# A number in a PID file may belong to a stranger after a reboot; our servers work in the instance's folders.
process_runs() {
  local pid folder
  pid=$(process_id "$1")
  [ -n "$pid" ] && folder=$(readlink "/proc/$pid/cwd" 2> /dev/null) || return 1
  case $folder in
    "$INSTANCE" | "$INSTANCE"/* | "$(postgres_data)") ;;
    *) return 1 ;;
  esac
  process_is_alive "$pid"
}

# A process that ended, but that its parent has not noticed yet, is not alive.
process_is_alive() {
  [ -n "$1" ] && [ -r "/proc/$1/status" ] && ! grep -qs '^State:.Z' "/proc/$1/status"
}

port_is_taken() {
  (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

process_state() {
  if grep -qs '^State:.T' "/proc/$(process_id "$1")/status"; then echo paused; else echo running; fi
}

need_port() {
  local port
  port=$(port_of "$1")
  if port_is_taken "$port"; then
    fail "Port $port, which $1 needs, is taken by another program; choose other ports with $PORTS_VARIABLE."
  fi
}

LAUNCHED=()

# launch NAME COMMAND...: a session of its own, no open files of the caller, all output to the log.
launch() {
  local name=$1
  shift
  (
    cd "$INSTANCE"
    for fd in {3..20}; do eval "exec $fd>&-"; done
    exec setsid "$@" < /dev/null >> "$(log_of "$name")" 2>&1
  ) &
  echo $! > "$(pid_file "$name")"
  LAUNCHED+=("$name")
  disown
}

# The process and all below it, parents first.
process_tree() {
  local child
  echo "$1"
  for child in $(cat "/proc/$1/task/"*/children 2> /dev/null); do process_tree "$child"; done
}

process_signal() {
  process_runs "$1" || fail "$1 does not run."
  # shellcheck disable=SC2046
  kill -"$2" $(process_tree "$(process_id "$1")") 2> /dev/null || true
}

process_kill() {
  if process_runs "$1"; then process_signal "$1" KILL; fi
  process_wait_gone "$1" 5
  rm -f "$(pid_file "$1")"
}

# process_stop NAME SECONDS: asks, waits that long, then insists.
process_stop() {
  if process_runs "$1"; then
    process_signal "$1" CONT
    kill -TERM "$(process_id "$1")" 2> /dev/null || true
    process_wait_gone "$1" "$2"
  fi
  process_kill "$1"
}

process_wait_gone() {
  local deadline=$((SECONDS + $2))
  while process_runs "$1" && ((SECONDS <= deadline)); do sleep 0.05; done
}
