# What the one-shot containers share. The settings of both hosts come from dev/lib/product.sh, as for ./run;
# only the addresses are those of this network.

DEV=/settlement/dev
for part in common product; do
  # shellcheck source=/dev/null
  . "$DEV/lib/$part.sh"
done

# One volume for each reader below this folder; nothing but these containers sees all of them.
VOLUMES=/var/lib/settlement
INSTANCE=$VOLUMES/setup

export PGHOST=postgres PGUSER=postgres PGCONNECT_TIMEOUT=5 PGOPTIONS='-c client_min_messages=warning'

# sql DATABASE [psql options]: runs what comes on standard input, and stops at the first error.
sql() {
  local database=$1
  shift
  PGPASSWORD=$(secret postgres.password) psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$database" "$@"
}

connection() {
  echo "Host=postgres;Database=settlement;Username=$1;Password=$2"
}

connection_of() {
  connection "settlement_$1" "$(secret "$1.password")"
}

# hand_over FILE: standard input becomes the file at once and whole, readable by its owner only.
hand_over() {
  (umask 077 && cat > "$1.new")
  mv "$1.new" "$1"
}
