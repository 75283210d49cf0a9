// A reverse proxy that can fail as those in the wild do.

import http from 'node:http';

export class FaultyProxy {
  /** `pass`, `502`, `collect` (streams are held back until they end), `blocked` (streams get no answer). */
  mode = 'pass';
  asked = 0; // streams
  #sockets = new Set();

  static async start(target) {
    const proxy = new FaultyProxy();
    proxy.target = new URL(target);
    proxy.server = http.createServer((request, response) => proxy.#serve(request, response));
    proxy.server.on('connection', (socket) => {
      proxy.#sockets.add(socket);
      socket.on('close', () => proxy.#sockets.delete(socket));
    });
    await new Promise((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    proxy.base = `http://127.0.0.1:${proxy.server.address().port}`;
    return proxy;
  }

  #serve(request, response) {
    const isStream = request.headers.accept === 'text/event-stream';
    if (isStream) this.asked += 1;
    if (this.mode === '502') return response.writeHead(502).end('bad gateway');
    if (isStream && this.mode === 'blocked') return undefined;
    const { hostname, port } = this.target;
    const headers = { ...request.headers, connection: 'close' };
    const upstream = http.request({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      if (isStream && this.mode === 'collect') {
        const held = [];
        response.flushHeaders();
        answer.on('data', (bytes) => held.push(bytes));
        answer.on('end', () => response.end(Buffer.concat(held)));
      } else {
        answer.pipe(response);
      }
    });
    upstream.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => upstream.destroy());
    request.pipe(upstream);
    return undefined;
  }

  /** Breaks every connection. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop() {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
