# A private PostgreSQL on 127.0.0.1, with one superuser and the database "settlement".

postgres_bin() {
  local folder
  folder=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -n 1)
  [ -n "$folder" ] || folder=$(dirname "$(readlink -f "$(command -v pg_ctl || echo /nowhere/pg_ctl)")")
  echo "$folder"
}

has_postgres() {
  local folder
  folder=$(postgres_bin)
  [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/psql" ]
}

# The server refuses to run as root; then it runs as the user that its package has made.
as_postgres_prefix() {
  if [ "$(id -u)" -eq 0 ]; then echo setpriv --reuid=postgres --regid=postgres --init-groups --; fi
}

as_postgres() {
  # shellcheck disable=SC2046
  $(as_postgres_prefix) "$@"
}

# Inside of the instance, unless that user cannot reach a checkout in a private home folder.
postgres_data() {
  local folder=$LOCAL
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  if [ "$(id -u)" -eq 0 ] && id postgres > /dev/null 2>&1 && ! as_postgres test -x "$folder"; then
    echo "/var/tmp/settlement-$(printf %s "$INSTANCE" | cksum | cut -d ' ' -f 1)/postgres"
  else
    echo "$INSTANCE/postgres"
  fi
}

postgres_start() {
  local data bin
  if process_runs postgres; then return; fi
  data=$(postgres_data) bin=$(postgres_bin)
  [ -f "$data/PG_VERSION" ] || postgres_init "$data" "$bin"
  [ "$(cat "$data/PG_VERSION")" = "$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)" ] ||
    fail "The data in $data is of another PostgreSQL version; delete it with dev/servers reset."
  drop_stale_lock "$data/postmaster.pid"
  # shellcheck disable=SC2046
  launch postgres $(as_postgres_prefix) "$bin/postgres" -D "$data" $(postgres_options)
}

# After a kill the number in the lock file may be that of a process which nobody has reaped yet; PostgreSQL
# would take it for a running server.
drop_stale_lock() {
  local pid=''
  [ -f "$1" ] || return 0
  read -r pid < "$1" || true
  process_is_alive "$pid" || rm -f "$1"
}

# fsync stays on: the tests kill this server and look at what is left.
postgres_options() {
  printf -- '-c %s ' "port=$(port_of postgres)" listen_addresses=127.0.0.1 "unix_socket_directories=" \
    max_connections=300 shared_buffers=256MB timezone=UTC log_timezone=UTC
}

postgres_init() {
  local data=$1 bin=$2 password
  password=$(secret postgres.password)
  mkdir -p "$data"
  chmod 700 "$data"
  if [ "$(id -u)" -eq 0 ]; then
    chmod 755 "$(dirname "$data")"
    chown postgres "$data"
  fi
  # The password goes through standard input: the user that runs initdb cannot read the instance's keys.
  (
    cd "$data"
    # shellcheck disable=SC2016
    echo "$password" | as_postgres sh -c '
      umask 077
      file=$(mktemp -p /tmp)
      trap "rm -f $file" EXIT
      cat > "$file"
      "$1/initdb" -D "$2" -U postgres --auth=scram-sha-256 --pwfile="$file" -E UTF8 --locale=C.UTF-8 --no-sync
    ' initdb "$bin" "$data"
  ) >> "$(log_of postgres)" 2>&1 || fail "PostgreSQL could not make its data folder; see $(log_of postgres)."
}

postgres_query() {
  PGPASSWORD=$(secret postgres.password) PGCONNECT_TIMEOUT=2 "$(postgres_bin)/psql" -X -q -A -t \
    -h 127.0.0.1 -p "$(port_of postgres)" -U postgres -d postgres -c "$1"
}

postgres_answers() {
  DATABASE=$(postgres_query "SELECT 1 FROM pg_database WHERE datname = 'settlement'")
}

postgres_ready() {
  wait_until postgres 60 postgres_answers
  if [ "$DATABASE" != 1 ]; then postgres_query 'CREATE DATABASE settlement'; fi
}

# INT ends the sessions and leaves clean data. QUIT leaves what a crash would, and the next start recovers.
postgres_stop() {
  if process_runs postgres; then
    process_signal postgres CONT
    kill -"$1" "$(process_id postgres)" 2> /dev/null || true
    process_wait_gone postgres 10
  fi
  process_kill postgres
}

postgres_env() {
  local port password
  port=$(port_of postgres) password=$(secret postgres.password)
  echo "PG_HOST=127.0.0.1"
  echo "PG_PORT=$port"
  echo "PG_PASSWORD=$password"
  echo "PG_SUPERUSER_URL='Host=127.0.0.1;Port=$port;Database=settlement;Username=postgres;Password=$password'"
}
