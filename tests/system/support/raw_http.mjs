// Bytes to a port, and the bytes that come back: for requests that no proper client would send.

import net from 'node:net';
import { within } from './until.mjs';

/** Sends, and reads until the server closes (or half a response is all there will be): {status, text, ended}. */
export async function exchange(port, bytes, { half = false } = {}) {
  const socket = net.connect({ host: '127.0.0.1', port });
  socket.setEncoding('latin1');
  let text = '';
  const ended = new Promise((resolve) => {
    socket.on('data', (more) => (text += more));
    socket.on('error', (error) => resolve(error.code));
    socket.on('end', () => resolve('end'));
  });
  socket.write(bytes, 'latin1');
  if (half) socket.end();
  try {
    const how = await within(`the end of the connection after ${JSON.stringify(bytes.slice(0, 80))}`, ended);
    return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text, ended: how };
  } finally {
    socket.destroy();
  }
}
