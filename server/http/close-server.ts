import type { FastifyInstance } from "fastify";

/** How long requests may take to end, in ms. Ours, above the time in which a webhook is answered. */
const CLOSE_WITHIN_MS = 12_000;

/** How often connections are looked at whose request has ended, in ms. Ours. */
const SWEEP_MS = 100;

/**
 * Takes no more requests, lets those under way end, and then cuts off who is still there. Node looks for slow clients
 * no more once a server closes: without this, one body that drips or one reader that stops would hold up the end for
 * ever.
 */
export async function closeServer(app: FastifyInstance, withinMs = CLOSE_WITHIN_MS): Promise<void> {
  // A connection that was busy when we began to close is kept by Node for the client's next request.
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
  const timer = setTimeout(() => {
    app.server.closeAllConnections();
    for (const client of app.websocketServer.clients) client.terminate();
  }, withinMs);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(timer);
  }
}
