# A private RabbitMQ on 127.0.0.1: own node, own name service, own cookie; one user, no guest.

# The plain start script: the one in /usr/sbin insists on the system's user and folders.
RABBITMQ_SERVER=/usr/lib/rabbitmq/bin/rabbitmq-server

rabbitmq_launch() {
  if process_runs rabbitmq; then return; fi
  rabbitmq_name_service
  local home=$INSTANCE/rabbitmq
  mkdir -p "$home"
  rabbitmq_config > "$home/rabbitmq.conf"
  echo '[].' > "$home/enabled_plugins"
  : > "$home/rabbitmq-env.conf"
  # "Under systemd" only means that the script becomes the broker, whose process id is then ours.
  launch rabbitmq env -i PATH="$PATH" LANG=C.UTF-8 HOME="$home" RUNNING_UNDER_SYSTEMD=true \
    ERL_EPMD_PORT="$(port_of epmd)" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_NODENAME="settlement-$INSTANCE_NAME@localhost" \
    RABBITMQ_DIST_PORT="$(port_of erlang)" \
    RABBITMQ_CONF_ENV_FILE="$home/rabbitmq-env.conf" \
    RABBITMQ_CONFIG_FILE="$home/rabbitmq.conf" \
    RABBITMQ_ADVANCED_CONFIG_FILE="$home/advanced.config" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$home/enabled_plugins" \
    RABBITMQ_MNESIA_BASE="$home/data" \
    RABBITMQ_LOG_BASE="$home/log" RABBITMQ_LOGS=- \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
    "$RABBITMQ_SERVER"
}

# Erlang nodes find each other through epmd; the system's own one stays out of it.
rabbitmq_name_service() {
  if process_runs epmd; then return; fi
  launch epmd epmd -port "$(port_of epmd)" -address 127.0.0.1
}

rabbitmq_config() {
  cat <<TEXT
listeners.tcp.1 = 127.0.0.1:$(port_of rabbitmq)
default_user = settlement
default_pass = $(secret rabbitmq.password)
raft.wal_max_size_bytes = 67108864
disk_free_limit.absolute = 100MB
log.console = true
log.console.level = warning
TEXT
}

# The broker opens its port when all else is up, and then greets a client that greets it.
rabbitmq_answers() {
  (
    exec 3<> "/dev/tcp/127.0.0.1/$(port_of rabbitmq)"
    printf 'AMQP\0\0\11\1' >&3
    LC_ALL=C read -r -t 2 -N 4 <&3
  ) 2> /dev/null
}

rabbitmq_ready() {
  wait_until rabbitmq 60 rabbitmq_answers
}

rabbitmq_control() {
  local home=$INSTANCE/rabbitmq
  env -i PATH="$PATH" LANG=C.UTF-8 HOME="$home" ERL_EPMD_PORT="$(port_of epmd)" ERL_EPMD_ADDRESS=127.0.0.1 \
    RABBITMQ_CONF_ENV_FILE="$home/rabbitmq-env.conf" RABBITMQ_NODENAME="settlement-$INSTANCE_NAME@localhost" \
    "${RABBITMQ_SERVER%-server}ctl" -q "$@"
}

rabbitmq_stop() {
  process_stop rabbitmq 8
  process_stop epmd 1
}

rabbitmq_env() {
  echo "SETTLEMENT_RABBITMQ_URL=amqp://settlement:$(secret rabbitmq.password)@127.0.0.1:$(port_of rabbitmq)/"
}
