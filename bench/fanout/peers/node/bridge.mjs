// The usual bridge: npm mqtt in, one res.write() a client and event out.
// node bridge.mjs <http port> <mqtt port>
import http from 'node:http';
import mqtt from 'mqtt';

const [port, mqttPort] = process.argv.slice(2).map(Number);
const everything = new Set();
const byKey = new Map();

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://bench');
  if (url.pathname !== '/bench') {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store'});
  response.write(': ok\n\n');
  const key = url.searchParams.get('key');
  if (key !== null && !byKey.has(key)) byKey.set(key, new Set());
  const audience = key === null ? everything : byKey.get(key);
  audience.add(response);
  request.on('close', () => audience.delete(response));
});

let id = 0;
const client = mqtt.connect(`mqtt://127.0.0.1:${mqttPort}`);
client.on('message', (topic, payload) => {
  const frame = `id: node-${++id}\nevent: tick\ndata: ${payload}\n\n`;
  for (const response of everything) response.write(frame);
  for (const response of byKey.get(topic.slice('bench/'.length)) ?? []) response.write(frame);
});
client.on('connect', () =>
  client.subscribe('bench/+', () => server.listen({port, host: '127.0.0.1', backlog: 4096}, () => console.error('ready'))));
