# The development chains: two anvils and the Solana server. Their state is in memory and ends with them.

# The tests want blocks quickly; the demo shows a pace that eyes can follow.
chain_pace() {
  case $INSTANCE_NAME in
    test) BLOCK_SECONDS=0.25 SLOT_OPTIONS=(--slot-ms 100 --confirm-slots 2 --finalize-slots 8) ;;
    chaos) BLOCK_SECONDS=0.5 SLOT_OPTIONS=(--slot-ms 200 --confirm-slots 2 --finalize-slots 8) ;;
    *) BLOCK_SECONDS=1 SLOT_OPTIONS=(--slot-ms 400 --confirm-slots 2 --finalize-slots 12) ;;
  esac
}

chain_launch() {
  if process_runs "$1"; then return; fi
  chain_pace
  case $1 in
    solana) launch solana node "$DEV/chains/solana/server.mjs" --port "$(port_of solana)" \
      --genesis "$(solana_genesis)" "${SLOT_OPTIONS[@]}" ;;
    ethereum) anvil_launch ethereum 31337 ;;
    polygon) anvil_launch polygon 31338 ;;
  esac
}

# The states of the last 256 blocks stay readable; older ones would be written to disk.
# Epochs of one block make the finalized block lag the latest by two. The well-known accounts do not exist.
anvil_launch() {
  local anvil
  # The pinned package is for Linux on x86-64; elsewhere an anvil on the PATH serves.
  anvil=$(ls "$DEV"/chains/node_modules/@foundry-rs/anvil-*/bin/anvil 2> /dev/null || command -v anvil) ||
    fail "There is no anvil for this kind of machine; install Foundry, so that 'anvil' is on the PATH."
  launch "$1" env HOME="$INSTANCE" "$anvil" --host 127.0.0.1 --port "$(port_of "$1")" --chain-id "$2" \
    --block-time "$BLOCK_SECONDS" --slots-in-an-epoch 1 --accounts 0 --prune-history 256 --quiet
}

# The product checks the genesis hash when it starts, so a restarted chain keeps its identity.
solana_genesis() {
  local file=$INSTANCE/keys/solana-genesis
  [ -s "$file" ] || node -e "
    import('$DEV/chains/solana/base58.mjs').then(({ encode58 }) =>
      console.log(encode58(require('node:crypto').randomBytes(32))))" > "$file"
  cat "$file"
}

chains_prepare() {
  node "$DEV/chains/prepare.mjs" --instance "$INSTANCE" \
    --solana "http://127.0.0.1:$(port_of solana)" \
    --ethereum "http://127.0.0.1:$(port_of ethereum)" \
    --polygon "http://127.0.0.1:$(port_of polygon)" || exit 1
}
