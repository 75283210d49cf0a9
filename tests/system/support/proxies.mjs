// The proxies that gateways stand behind, each with the configuration that the README gives, on loopback ports and in
// folders of its own.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { freePort, listens } from './broker.mjs';
import { Child, run } from './child.mjs';
import { example } from './readme.mjs';
import { until } from './until.mjs';

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** The README's block `name`, with these texts in it replaced; each must be there. */
function configuration(name, replacements) {
  return Object.entries(replacements).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the README's example '${name}' has no '${from}'`);
    return text.replaceAll(from, to);
  }, example(name));
}

/** nginx with its defaults around the README's `server`; all that it writes is in the folder. */
function nginx(folder, server) {
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const paths = bodies.map((name) => `  ${name}_temp_path ${folder}/${name};\n`).join('');
  const user = process.getuid() === 0 ? 'user root;\n' : '';
  const text =
    `${user}daemon off;\nworker_processes 1;\npid ${folder}/nginx.pid;\nerror_log ${folder}/error.log;\n` +
    `events {}\nhttp {\n  access_log off;\n${paths}${server}\n}\n`;
  return { text, command: 'nginx', args: ['-p', folder, '-e', `${folder}/error.log`, '-c'] };
}

/** `tells`: the gateway hears from it what host was asked for, by whom, and whether over TLS. */
const KINDS = {
  nginx: {
    tls: false,
    tells: false,
    make: ({ folder, port, gateway }) =>
      nginx(folder, configuration('nginx.conf', { 'listen 80;': `listen 127.0.0.1:${port};`, '127.0.0.1:8080': gateway })),
  },
  'nginx with TLS and HTTP/2': {
    tls: true,
    tells: true,
    make: ({ folder, port, gateway, certificate, key }) =>
      nginx(
        folder,
        configuration('nginx-tls.conf', {
          'listen 443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
          '127.0.0.1:8080': gateway,
          '/etc/ssl/gateway.crt': certificate,
          '/etc/ssl/private/gateway.key': key,
        }),
      ),
  },
  HAProxy: {
    tls: true,
    tells: true,
    make: ({ port, gateway, both }) => ({
      text: configuration('haproxy.cfg', {
        'bind :443': `bind 127.0.0.1:${port}`,
        '127.0.0.1:8080': gateway,
        '/etc/haproxy/gateway.pem': both,
      }),
      command: 'haproxy',
      args: ['-db', '-f'],
    }),
  },
  Caddy: {
    tls: true,
    tells: true,
    make: ({ port, gateway, certificate, key }) => ({
      text:
        '{\n  admin off\n  auto_https disable_redirects\n}\n' +
        configuration('Caddyfile', {
          'gateway.local {': `https://127.0.0.1:${port} {\n    bind 127.0.0.1\n    tls ${certificate} ${key}`,
          '127.0.0.1:8080': gateway,
        }),
      command: 'caddy',
      args: ['run', '--adapter', 'caddyfile', '--config'],
    }),
  },
};

/** A certificate for 127.0.0.1 that nobody signed but itself: {certificate, key, both}, the files. */
async function selfSigned(folder) {
  const [certificate, key, both] = ['gateway.crt', 'gateway.key', 'gateway.pem'].map((name) => path.join(folder, name));
  const made = await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=gateway.local', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:gateway.local'],
    ...['-keyout', key, '-out', certificate],
  ]);
  if (made.code !== 0) throw new Error(`openssl: ${made.err}`);
  await writeFile(both, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
  return { certificate, key, both };
}

class Proxy {
  constructor(name, folder, port) {
    Object.assign(this, { name, folder, port, ...KINDS[name] });
    this.origin = `${this.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  async start(given) {
    const { text, command, args } = this.make({ ...given, folder: this.folder, port: this.port });
    const file = path.join(this.folder, 'proxy.conf');
    await writeFile(file, text);
    // Caddy keeps its data where these say.
    const own = { HOME: this.folder, XDG_DATA_HOME: this.folder, XDG_CONFIG_HOME: this.folder };
    this.child = new Child(command, [...args, file], { env: { ...env, ...own } });
    await until(`${this.name} to listen`, () => {
      if (this.child.ended) throw new Error(`${this.name} ended: ${this.child.err}${this.child.out}`);
      return listens(this.port);
    });
  }
}

export class Proxies {
  /** Starts all of them before the gateway at `gateway` (host:port): .all is the list. */
  static async start(gateway) {
    const proxies = new Proxies();
    proxies.folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-proxies-'));
    const files = await selfSigned(proxies.folder);
    proxies.ca = await readFile(files.certificate);
    proxies.all = [];
    for (const name of Object.keys(KINDS)) {
      const folder = await mkdtemp(path.join(proxies.folder, 'proxy-'));
      proxies.all.push(new Proxy(name, folder, await freePort()));
    }
    await Promise.all(proxies.all.map((proxy) => proxy.start({ gateway, ...files })));
    return proxies;
  }

  async stop() {
    await Promise.all(this.all.map(({ child }) => child?.stop()));
    await rm(this.folder, { recursive: true });
  }
}
