# What the machine must have. System packages are installed when they are missing; SDKs are the user's choice.

check_prerequisites() {
  install_packages
  command -v dotnet > /dev/null && dotnet --list-sdks | grep '^10\.' > /dev/null ||
    fail "The .NET 10 SDK is missing; install it (for instance the package dotnet-sdk-10.0) and retry."
  command -v node > /dev/null && command -v npm > /dev/null ||
    fail "Node.js with npm is missing; install version 20 or newer and run this again."
  local version
  version=$(node --version)
  version=${version#v}
  ((${version%%.*} >= 20)) || fail "Node.js is $version here, but 20 or newer is needed."
  install_node_modules
}

has_library() {
  PATH=$PATH:/sbin:/usr/sbin ldconfig -p | grep -F "$1.so" > /dev/null
}

missing_packages() {
  has_postgres || echo postgresql
  [ -x "$RABBITMQ_SERVER" ] || echo rabbitmq-server
  has_library libsecp256k1 || echo libsecp256k1
  has_library libsodium || echo libsodium23
  command -v curl > /dev/null || echo curl
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -gt 0 ] || return 0
  command -v apt-get > /dev/null || fail "These must be installed first: ${packages[*]}."
  mkdir -p "$LOCAL"
  (
    flock 8
    # Another instance may have installed them while this one waited.
    mapfile -t packages < <(missing_packages)
    if [ ${#packages[@]} -gt 0 ]; then apt_install "${packages[@]}"; fi
  ) 8> "$LOCAL/install.lock" || exit 1
  mapfile -t packages < <(missing_packages)
  [ ${#packages[@]} -eq 0 ] || fail "After the installation these are still missing: ${packages[*]}."
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# The private servers need the programs only: no service may start, now or at the next boot.
apt_install() {
  local log=$LOCAL/install.log packages=("$@")
  [ "$(id -u)" -eq 0 ] || command -v sudo > /dev/null ||
    fail "These must be installed by an administrator first: ${packages[*]}."
  say "Installing system packages (servers to run privately, signing libraries): ${packages[*]}."
  # A source that cannot be reached need not be the one that has the packages.
  as_root apt-get update -qq > "$log" 2>&1 || true
  forbid_services
  trap allow_services EXIT
  if [[ " ${packages[*]} " == *' postgresql '* ]]; then forbid_main_cluster; fi
  for i in "${!packages[@]}"; do
    [ "${packages[i]}" != libsecp256k1 ] || packages[i]=$(secp256k1_package)
  done
  quiet_install "${packages[@]}"
  if [ -d /run/systemd/system ] && [[ " ${packages[*]} " == *' rabbitmq-server '* ]]; then
    as_root systemctl disable -q rabbitmq-server || true
  fi
}

quiet_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
    < /dev/null >> "$LOCAL/install.log" 2>&1 || fail "apt-get could not install $*; see $LOCAL/install.log."
}

# The number in the name is the library's version: 1 on Debian 12, others elsewhere.
secp256k1_package() {
  local package
  package=$(apt-cache pkgnames libsecp256k1- | grep -E '^libsecp256k1-[0-9]+(t64)?$' | sort -V | tail -n 1)
  echo "${package:-libsecp256k1-1}"
}

forbid_services() {
  POLICY_IS_OURS=no
  [ ! -e /usr/sbin/policy-rc.d ] || return 0
  POLICY_IS_OURS=yes
  printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d > /dev/null
  as_root chmod 755 /usr/sbin/policy-rc.d
}

allow_services() {
  if [ "$POLICY_IS_OURS" = yes ]; then as_root rm -f /usr/sbin/policy-rc.d; fi
}

forbid_main_cluster() {
  quiet_install postgresql-common
  as_root sed -i 's/^#\?\s*create_main_cluster.*/create_main_cluster = false/' \
    /etc/postgresql-common/createcluster.conf
}

install_node_modules() {
  local folder=$DEV/chains stamp
  stamp=$(sha256sum "$folder/package-lock.json")
  stamp=${stamp%% *}
  mkdir -p "$LOCAL"
  (
    flock 8
    [ "$(cat "$folder/node_modules/.installed" 2> /dev/null)" != "$stamp" ] || exit 0
    say "Installing the development chains (npm ci)."
    cd "$folder"
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error > "$LOCAL/npm.log" 2>&1 < /dev/null ||
      fail "npm could not install the development chains; see $LOCAL/npm.log."
    echo "$stamp" > node_modules/.installed
  ) 8> "$LOCAL/install.lock" || exit 1
}
