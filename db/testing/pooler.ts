import { spawn } from 'node:child_process';
import { chownSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { findOwner, onPath } from './postgres.ts';

export interface TestPooler {
  /** The address of a database of the server behind the pooler. */
  address(database: string): string;
  /** The startup parameters of each connection. */
  startups: Record<string, string>[];
  close(): Promise<void>;
}

/** Parameters that pgbouncer accepts without ignore_startup_parameters. */
const knownParameters = ['user', 'database', 'client_encoding', 'datestyle', 'timezone', 'application_name'];

/** Forwards connections to a server on `port`, except those with a startup parameter unknown to pgbouncer. */
export async function startStrictProxy(port: number): Promise<TestPooler> {
  const startups: Record<string, string>[] = [];
  const sockets = new Set<Socket>();
  const proxy = createServer(client => {
    sockets.add(client.on('error', () => {}));
    client.once('data', packet => {
      const startup = parametersOf(packet);
      startups.push(startup);
      const unknown = Object.keys(startup).find(name => !knownParameters.includes(name.toLowerCase()));
      if (unknown !== undefined) {
        client.end(fatal('08P01', `unsupported startup parameter: ${unknown}`));
        return;
      }
      const server = connect(port, '127.0.0.1', () => {
        server.write(packet);
        client.pipe(server).pipe(client);
      });
      sockets.add(server.on('error', () => client.destroy()));
    });
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    address: database => `postgresql://postgres@127.0.0.1:${address.port}/${database}`,
    startups,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => proxy.close(resolve));
    },
  };
}

/** The parameters of a StartupMessage: length, version, then names and values, each terminated by a zero. */
function parametersOf(packet: Buffer): Record<string, string> {
  const texts = packet.subarray(8).toString('utf8').split('\0');
  const pairs: [string, string][] = [];
  for (let at = 0; texts[at]; at += 2) pairs.push([texts[at] ?? '', texts[at + 1] ?? '']);
  return Object.fromEntries(pairs);
}

/** Encodes an ErrorResponse. */
function fatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}

export const pgbouncer = onPath('pgbouncer');

/** Starts pgbouncer in transaction mode, with two server connections in total. */
export async function startPgbouncer(port: number): Promise<Omit<TestPooler, 'startups'>> {
  const owner = findOwner();
  const folder = await mkdtemp(join(tmpdir(), 'inkling-pgbouncer-'));
  const own = await freePort();
  await writeFile(join(folder, 'users'), '"postgres" ""\n');
  await writeFile(
    join(folder, 'ini'),
    [
      '[databases]',
      `* = host=127.0.0.1 port=${port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${own}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${folder}/users`,
      'pool_mode = transaction',
      'default_pool_size = 2',
      '',
    ].join('\n'),
  );
  if (owner) for (const name of ['', 'users', 'ini']) chownSync(join(folder, name), owner.uid, owner.gid);
  const child = spawn(pgbouncer ?? 'pgbouncer', [join(folder, 'ini')], { ...owner, stdio: 'ignore' });
  const ended = new Promise(resolve => child.once('exit', resolve));
  return {
    address: database => `postgresql://postgres@127.0.0.1:${own}/${database}`,
    close: async () => {
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
