// The smallest JSON-RPC client: enough to see whether a chain answers and what it holds.

export async function call(url, method, params = []) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(5_000),
    });
    const body = await response.json();
    if (body.error) throw new Error(body.error.message);
    return body.result;
  } catch (error) {
    throw new Error(`${method} at ${url}: ${error.message}`, { cause: error });
  }
}

export async function waitFor(name, url, method, milliseconds = 20_000) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await call(url, method);
    } catch (error) {
      if (Date.now() > deadline) {
        throw new Error(`The ${name} chain does not answer at ${url}.`, { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
