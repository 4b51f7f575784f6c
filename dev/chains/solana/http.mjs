// JSON-RPC over HTTP, single calls and batches, with the faults in front; and the admin endpoints.
import http from 'node:http';
import { RpcError } from './errors.mjs';

const MAX_BODY = 1 << 20;
const JSON_TYPE = { 'content-type': 'application/json' };

export function makeServer({ methods, admin, faults }) {
  const call = makeCall(methods, faults);
  return http.createServer(async (request, response) => {
    try {
      const body = await readBody(request);
      if (body === null) return response.writeHead(413).end();
      const path = new URL(request.url, 'http://localhost').pathname;
      if (path.startsWith('/admin/')) return answerAdmin(response, admin[path], body);
      if (request.method === 'GET' && path === '/health') {
        return response.end(faults.slotsBehind === null ? 'ok' : 'behind');
      }
      return await answerRpc(response, call, body);
    } catch (error) {
      console.error(error);
      return response.writeHead(500).end();
    }
  });
}

async function readBody(request) {
  const parts = [];
  let length = 0;
  for await (const part of request) {
    length += part.length;
    if (length > MAX_BODY) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function answerAdmin(response, endpoint, body) {
  if (!endpoint) return response.writeHead(404, JSON_TYPE).end('{"error":"no such endpoint"}');
  try {
    const result = endpoint(body ? JSON.parse(body) : {});
    return response.writeHead(200, JSON_TYPE).end(toJson(result));
  } catch (error) {
    return response.writeHead(400, JSON_TYPE).end(JSON.stringify({ error: error.message }));
  }
}

async function answerRpc(response, call, body) {
  let query;
  try {
    query = JSON.parse(body);
  } catch {
    return response.writeHead(200, JSON_TYPE).end(toJson(failure(null, new RpcError(-32700, 'Parse error'))));
  }
  const outcomes = await Promise.all(Array.isArray(query) ? query.map(call) : [call(query)]);
  // In a batch, the first call that broke the transport breaks it for all.
  const broken = outcomes.find((outcome) => outcome.transport)?.transport;
  if (broken?.kind === 'hang') return undefined;
  if (broken && !broken.status) return response.destroy();
  if (broken) {
    const headers = { 'content-type': 'text/plain', ...broken.headers };
    return response.writeHead(broken.status, headers).end(broken.body ?? '');
  }
  const bodies = outcomes.map((outcome) => outcome.body);
  return response.writeHead(200, JSON_TYPE).end(toJson(Array.isArray(query) ? bodies : bodies[0]));
}

// Each call ends as a JSON-RPC body, or as what happens to the transport.
function makeCall(methods, faults) {
  return async (query) => {
    const id = query?.id ?? null;
    if (query?.jsonrpc !== '2.0' || typeof query.method !== 'string') {
      return { body: failure(id, new RpcError(-32600, 'Invalid request')) };
    }
    const method = Object.hasOwn(methods, query.method) ? methods[query.method] : null;
    if (!method) return { body: failure(id, new RpcError(-32601, 'Method not found')) };

    const fault = faults.take(query.method);
    if (fault?.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault?.kind === 'hang' || fault?.kind === 'reset') return { transport: { kind: fault.kind } };
    if (fault?.kind === 'http') return { transport: { ...fault, status: fault.status ?? 500 } };
    if (fault?.kind === 'rpc') {
      const { code = -32603, message = 'Internal error', data } = fault;
      return { body: failure(id, new RpcError(code, message, data)) };
    }
    const params = Array.isArray(query.params) ? query.params : [];
    const body = run(id, query.method, () => method(params, { dropped: fault?.kind === 'drop' }));
    return fault?.kind === 'lose-response' ? { transport: fault } : { body };
  };
}

function run(id, name, method) {
  try {
    return { jsonrpc: '2.0', result: method(), id };
  } catch (error) {
    if (error instanceof RpcError) return failure(id, error);
    console.error(name, error);
    return failure(id, new RpcError(-32603, `Internal error: ${error.message}`));
  }
}

const failure = (id, error) => ({ jsonrpc: '2.0', error: error.toJson(), id });

// Big integers are written as plain numbers, which JSON.stringify cannot do by itself.
function toJson(value) {
  const marked = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `\u0001${v}\u0001` : v));
  return marked.replace(/"\\u0001(-?\d+)\\u0001"/g, '$1');
}
