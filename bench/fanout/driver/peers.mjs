// The peers: how each server is started behind the broker, and which of its processes count.
import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {Child, accepts, family, freePort} from './children.mjs';

const here = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

function answers200(port, route) {
  return new Promise(resolve => {
    const request = http.get({port, host: '127.0.0.1', path: route, agent: false, timeout: 1000}, response => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy());
  });
}

/** The same broker settings for all: nothing dropped, no Nagle, no persistence. */
export async function startBroker(folder, withWebSocket) {
  const port = await freePort();
  const webSocketPort = withWebSocket ? await freePort() : 0;
  const config = path.join(folder, 'mosquitto.conf');
  writeFileSync(config, [
    `listener ${port} 127.0.0.1`, 'allow_anonymous true', 'set_tcp_nodelay true', 'max_queued_messages 0',
    'max_connections -1', 'persistence false', 'log_type error', 'log_dest stderr', 'sys_interval 0',
    ...(withWebSocket ? [`listener ${webSocketPort}`, 'protocol websockets'] : []), ''].join('\n'));
  const child = new Child('mosquitto', 'mosquitto', ['-c', config]);
  await child.until(async () => await accepts(port) && (!withWebSocket || await accepts(webSocketPort)));
  return {child, port, webSocketPort};
}

async function startFloor({tools, broker, windowMs}, each) {
  const port = await freePort();
  const child = new Child('floor', path.join(tools, 'bench_floor'),
    ['--port', port, '--mqtt', broker.port, '--window-ms', windowMs, '--send-each', each ? 1 : 0].map(String));
  await child.until(() => child.said.includes('ready'));
  return {children: [child], port, path: '/bench', checkIds: true, server: () => [child.pid]};
}

async function startNchan({folder, tools, broker, keyed}) {
  const port = await freePort();
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(path.join(folder, name), {recursive: true});
  const config = path.join(folder, 'nginx.conf');
  writeFileSync(config, `
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off;
${process.getuid() === 0 ? 'user root;' : ''}
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 19900; use epoll; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  tcp_nodelay on;
  nchan_shared_memory_size 512M;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /pub {
      nchan_publisher http;
      nchan_channel_id $arg_key;
      nchan_message_buffer_length 20000;
      nchan_message_timeout 1m;
    }
    location = /bench {
      nchan_subscriber eventsource;
      nchan_channel_id ${keyed ? '$arg_key' : 'all'};
      nchan_subscriber_first_message newest;
    }
  }
}
`);
  const nginx = new Child('nginx', 'nginx', ['-p', folder, '-e', 'stderr', '-c', config]);
  await nginx.until(() => accepts(port));
  const feeder = new Child('feeder', path.join(tools, 'bench_nchan_feeder'),
    ['--mqtt', broker.port, '--http', port, '--by-key', keyed ? 1 : 0].map(String));
  await feeder.until(() => feeder.said.includes('ready'));
  return {children: [feeder, nginx], port, path: '/bench', server: () => family(nginx.pid), feeder: () => [feeder.pid]};
}

async function startNode({broker}) {
  const port = await freePort();
  const folder = path.join(here, 'peers', 'node');
  const child = new Child('node bridge', process.execPath, ['bridge.mjs', port, broker.port].map(String), {cwd: folder});
  await child.until(() => child.said.includes('ready'));
  return {children: [child], port, path: '/bench', checkIds: true, server: () => [child.pid]};
}

async function startSluice({sluice, broker, windowMs}, smallPool) {
  const port = await freePort();
  const config = path.join(here, smallPool ? 'sluice-small-pool.yaml' : 'sluice.yaml');
  const child = new Child('sluice', sluice, ['run', config, '--mqtt', `mqtt://127.0.0.1:${broker.port}`, '--listen', `127.0.0.1:${port}`],
    {env: {...process.env, BENCH_WINDOW: `${windowMs}ms`}});
  await child.until(() => answers200(port, '/readyz'));
  return {children: [child], port, path: '/bench', checkIds: true, server: () => family(child.pid)};
}

/** Each is given {folder, tools, sluice, broker, windowMs, keyed} and gives its children, port and pid lists. */
export const peers = {
  floor: {start: setting => startFloor(setting, false)},
  'floor-each': {start: setting => startFloor(setting, true)},
  sluice: {start: setting => startSluice(setting, false)},
  'sluice-4k': {start: setting => startSluice(setting, true)},
  'mosquitto-ws': {
    webSocket: true,
    start: async ({broker}) => ({children: [], port: broker.webSocketPort, path: '/mqtt', protocol: 'websocket', server: () => [broker.child.pid]}),
  },
  nchan: {start: startNchan},
  node: {start: startNode},
};

/** Why a peer cannot run here; null when it can. */
export function missing(name, {sluice}) {
  if (name.startsWith('sluice') && !(sluice && existsSync(sluice))) return 'no gateway binary (build it, or say --sluice PATH)';
  if (name === 'nchan' && !existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so')) return 'package libnginx-mod-nchan is not installed';
  if (name === 'node' && !existsSync(path.join(here, 'peers/node/node_modules/mqtt'))) return 'run npm ci in bench/fanout/peers/node';
  return null;
}

const firstLine = (command, args, pattern) => {
  try {
    const text = execFileSync('sh', ['-c', `${command} ${args} 2>&1 || true`], {encoding: 'utf8'});
    return (text.match(pattern) ?? [text.split('\n')[0]])[0].trim();
  } catch {
    return 'unknown';
  }
};

export function versions({sluice}) {
  return {
    mosquitto: firstLine('mosquitto', '-h', /mosquitto version \S+/),
    nginx: firstLine('nginx', '-v', /nginx\/\S+/),
    nchan: firstLine('dpkg-query', "-W -f='${Version}' libnginx-mod-nchan", /^\S+/),
    libmosquitto: firstLine('dpkg-query', "-W -f='${Version}' libmosquitto1", /^\S+/),
    libmicrohttpd: firstLine('dpkg-query', "-W -f='${Version}' libmicrohttpd12", /^\S+/),
    node: process.version,
    'source tree': sluice && existsSync(sluice) ? firstLine('git', `-C '${here}' describe --always --dirty --tags`, /^\S+/) : 'no gateway',
  };
}
