# API and worker of an instance: built, migrated, configured and started like servers.

PRODUCT=(api worker)

build_product() {
  local log=$LOCAL/build.log
  mkdir -p "$LOCAL"
  for project in Api SettlementWorker; do
    dotnet build "$REPOSITORY/src/$project" -c Release --nologo -v quiet > "$log" 2>&1 ||
      { tail -n 20 "$log" >&2 && fail "The build of src/$project failed; all of it is in $log."; }
  done
}

api_port() { echo $((PORTS)); }
worker_port() { echo $((PORTS + 8)); }
api_url() { echo "http://127.0.0.1:$(api_port)"; }

# The hosts log in as members of settlement_app, never as the owner of the schema.
prepare_database() {
  local networks
  mapfile -t networks < <(network_settings)
  env "${networks[@]}" "Database__ConnectionString=$(superuser_connection)" "$(program Api)" migrate >> "$INSTANCE/logs/migrate.log" 2>&1 ||
    fail "The migrations failed; see $INSTANCE/logs/migrate.log."
  for role in api worker; do
    PGPASSWORD=$(secret postgres.password) "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(port_of postgres)" \
      -U postgres -d settlement <<SQL
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'settlement_$role') THEN
    CREATE ROLE settlement_$role LOGIN IN ROLE settlement_app;
  END IF;
END \$\$;
ALTER ROLE settlement_$role PASSWORD '$(secret "$role.password")';
SQL
  done
}

# CONFIGURATION: release, unless the caller has chosen debug.
program() {
  local built=$REPOSITORY/artifacts/bin
  case $1 in
    Api) echo "$built/Api/${CONFIGURATION:-release}/Settlement.Api" ;;
    Worker) echo "$built/SettlementWorker/${CONFIGURATION:-release}/Settlement.Worker" ;;
    Chaos) echo "$built/Chaos/${CONFIGURATION:-release}/Settlement.Chaos" ;;
  esac
}

superuser_connection() {
  echo "Host=127.0.0.1;Port=$(port_of postgres);Database=settlement;Username=postgres;Password=$(secret postgres.password)"
}

connection_of() {
  echo "Host=127.0.0.1;Port=$(port_of postgres);Database=settlement;Username=settlement_$1;Password=$(secret "$1.password")"
}

# What both hosts know of the networks. Only the worker is told where the keys are.
network_settings() {
  # shellcheck source=/dev/null
  . "$INSTANCE/servers.env"
  echo "Networks__solana__Kind=solana"
  echo "Networks__solana__GenesisHash=$SOLANA_GENESIS_HASH"
  echo "Networks__solana__RpcUrls__0=$SOLANA_RPC_URL"
  echo "Networks__solana__Endpoints__AllowSingle=true"
  echo "Networks__solana__Token=$SOLANA_MINT"
  echo "Networks__solana__Decimals=6"
  echo "Networks__solana__Wallet=$SOLANA_WALLET"
  # One network pays one by one and the other through a vault, so that both ways are shown.
  evm_settings ethereum "$ETHEREUM_CHAIN_ID" "$ETHEREUM_RPC_URL" "$ETHEREUM_TOKEN" "$ETHEREUM_WALLET"
  evm_settings polygon "$POLYGON_CHAIN_ID" "$POLYGON_RPC_URL" "$POLYGON_TOKEN" "$POLYGON_WALLET"
  echo "Networks__polygon__Vault=$POLYGON_VAULT"
}

# A development chain finalizes after two blocks; a real one is believed much later (docs/adding-a-network.md).
evm_settings() {
  echo "Networks__$1__Kind=evm"
  echo "Networks__$1__ChainId=$2"
  echo "Networks__$1__RpcUrls__0=$3"
  echo "Networks__$1__Endpoints__AllowSingle=true"
  echo "Networks__$1__Token=$4"
  echo "Networks__$1__Decimals=6"
  echo "Networks__$1__Wallet=$5"
  echo "Networks__$1__FinalityDepth=2"
}

key_settings() {
  # shellcheck source=/dev/null
  . "$INSTANCE/servers.env"
  echo "Networks__solana__KeyFile=$SOLANA_KEY_FILE"
  echo "Networks__ethereum__KeyFile=$ETHEREUM_KEY_FILE"
  echo "Networks__polygon__KeyFile=$POLYGON_KEY_FILE"
}

host_settings() {
  # shellcheck source=/dev/null
  . "$INSTANCE/servers.env"
  echo "DOTNET_ENVIRONMENT=Production"
  echo "ASPNETCORE_ENVIRONMENT=Production"
  echo "Database__ConnectionString=$(connection_of "$1")"
  echo "RabbitMq__Url=$SETTLEMENT_RABBITMQ_URL"
  # So that a receiver on this machine can be tried: docs/webhooks.md.
  echo "Webhooks__SecretKey=$(secret webhooks.key | base64)"
  echo "Webhooks__AllowPrivateAddresses=true"
  network_settings
}

launch_api() {
  port_is_taken "$(api_port)" && fail "Port $(api_port), which the API needs, is taken; choose other ports with $PORTS_VARIABLE."
  local settings
  mapfile -t settings < <(host_settings api)
  launch api env "${settings[@]}" "ASPNETCORE_URLS=$(api_url)" "Admin__Token=$(secret admin.token)" \
    "Affiliates__Token=$(secret affiliates.token)" "$@" "$(program Api)"
}

launch_worker() {
  local settings
  mapfile -t settings < <(host_settings worker && key_settings)
  launch worker env "${settings[@]}" "ASPNETCORE_URLS=http://127.0.0.1:$(worker_port)" "$@" "$(program Worker)"
}

is_ready() { curl -fsS -m 2 -o /dev/null "$1/health/ready"; }

start_product() {
  launch_api
  launch_worker
  wait_until api 60 is_ready "$(api_url)"
  wait_until worker 60 is_ready "http://127.0.0.1:$(worker_port)"
}

stop_product() {
  for name in "${PRODUCT[@]}"; do process_stop "$name" 35 & done
  wait
}

# A signed-in user, as a login would leave it: the database holds the token's hash only.
create_session() {
  local user=$1 token=$2
  PGPASSWORD=$(secret postgres.password) "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$(port_of postgres)" \
    -U postgres -d settlement -c "INSERT INTO settlement.sessions (token_hash, user_id, expires_at)
      VALUES (sha256('$token'), '$user', now() + interval '30 days')"
}

write_demo_env() {
  # shellcheck source=/dev/null
  . "$INSTANCE/servers.env"
  (
    umask 077
    cat > "$LOCAL/demo.env" <<ENV
SETTLEMENT_API_URL=$(api_url)
SETTLEMENT_ADMIN_TOKEN=$(secret admin.token)
SETTLEMENT_SESSION=$1
SETTLEMENT_SESSION_COOKIE=nl_session
SETTLEMENT_USER_ID=$2
SETTLEMENT_AFFILIATES_TOKEN=$(secret affiliates.token)
SETTLEMENT_DATABASE_URL=postgres://postgres:$(secret postgres.password)@127.0.0.1:$(port_of postgres)/settlement
SETTLEMENT_RABBITMQ_URL=$SETTLEMENT_RABBITMQ_URL
SOLANA_RPC_URL=$SOLANA_RPC_URL
SOLANA_MINT=$SOLANA_MINT
SOLANA_WALLET=$SOLANA_WALLET
ETHEREUM_RPC_URL=$ETHEREUM_RPC_URL
ETHEREUM_TOKEN=$ETHEREUM_TOKEN
ETHEREUM_WALLET=$ETHEREUM_WALLET
ETHEREUM_VAULT=
POLYGON_RPC_URL=$POLYGON_RPC_URL
POLYGON_TOKEN=$POLYGON_TOKEN
POLYGON_WALLET=$POLYGON_WALLET
POLYGON_VAULT=$POLYGON_VAULT
API_PID=$(process_id api)
WORKER_PID=$(process_id worker)
ENV
  )
}
