// A Solana JSON-RPC node for development: the real runtime in one process, with slots, commitment levels and
// expiry as a cluster has them, and with faults on demand. See dev/README.md.
import { parseArgs } from 'node:util';
import { adminEndpoints } from './admin.mjs';
import { Chain } from './chain.mjs';
import { publicKey } from './errors.mjs';
import { Faucet } from './faucet.mjs';
import { Faults } from './faults.mjs';
import { makeServer } from './http.mjs';
import { accountMethods, clusterMethods } from './methods-state.mjs';
import { historyMethods, sendMethods } from './methods-transactions.mjs';
import { Ticker } from './ticker.mjs';

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '8899' },
    'slot-ms': { type: 'string', default: '400' },
    'confirm-slots': { type: 'string', default: '2' },
    'finalize-slots': { type: 'string', default: '32' },
    'blockhash-ttl': { type: 'string', default: '150' },
    'skip-rate': { type: 'string', default: '0' },
    'status-cache-slots': { type: 'string', default: '300' },
    history: { type: 'string', default: '200000' },
    genesis: { type: 'string' },
  },
});
if (values.genesis) publicKey(values.genesis);

const chain = new Chain({
  slotMs: Number(values['slot-ms']),
  confirmSlots: Number(values['confirm-slots']),
  finalizeSlots: Number(values['finalize-slots']),
  ttl: Number(values['blockhash-ttl']),
  skipRate: Number(values['skip-rate']),
  statusCacheSlots: Number(values['status-cache-slots']),
  history: Number(values.history),
  genesis: values.genesis,
});
const node = { chain, faults: new Faults(), faucet: new Faucet(chain), ticker: new Ticker(chain) };
const methods = {
  ...clusterMethods(node), ...accountMethods(node), ...sendMethods(node), ...historyMethods(node),
};
const server = makeServer({ methods, admin: adminEndpoints(node), faults: node.faults });

server.on('error', (error) => {
  console.error(`The Solana server cannot listen on ${values.host}:${values.port}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(values.port), values.host, () => {
  node.ticker.restart();
  console.log(`Solana dev chain on http://${values.host}:${server.address().port}, genesis ${chain.genesis}`);
});
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
