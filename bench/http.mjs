// What every measurement of a server needs.
import { createServer } from 'node:net';

/** The answer to a request, which must have this status. */
export async function answered(request, status) {
  const response = await request;
  if (response.status !== status) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return response;
}

export function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
