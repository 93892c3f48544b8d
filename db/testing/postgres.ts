import { execFile, spawnSync } from 'node:child_process';
import { chownSync, existsSync, globSync, realpathSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { runTemplate } from './run-template.ts';

const run = promisify(execFile);

/** A real PostgreSQL server for one test, in a temporary folder and on a free port that stays the same. */
export interface TestPostgres {
  port: number;
  /** Holds its socket and, with TLS, the certificate `ca.pem`. */
  folder: string;
  /** Creates an empty database and resolves to its address. */
  createDatabase(name: string): Promise<string>;
  /** Runs SQL as the superuser. */
  query(sql: string): Promise<void>;
  start(): Promise<void>;
  /** The server's log: errors and their statements. */
  log(): Promise<string>;
  /** Stops the server and breaks open connections (`pg_ctl stop -m fast`). */
  stop(): Promise<void>;
  /** Kills the server, as in a crash. */
  kill(): Promise<void>;
  /** Stops the server and removes its files. */
  remove(): Promise<void>;
}

/**
 * Starts a server. `tls` gives it a certificate for `localhost` from its own certificate authority; `passwords` makes it
 * require one from everybody except the superuser. It never calls fsync: what it wrote outlives its processes, and no
 * test cuts the power.
 */
export async function startPostgres({ tls = false, passwords = false } = {}): Promise<TestPostgres> {
  const bin = findBin();
  const owner = findOwner();
  const folder = await ownFolder();
  const data = join(folder, 'data');
  const log = join(folder, 'log');
  const port = await freePort();
  const command = async (name: string, args: string[]) => {
    await run(join(bin, name), args, { ...owner, cwd: folder }).catch(async error => {
      const output = await readFile(log, 'utf8').catch(() => '');
      throw new Error(`${name}: ${error.message}\n${error.stderr}\n${output}`);
    });
  };
  const options = [
    `-p ${port}`,
    '-c listen_addresses=127.0.0.1',
    `-c unix_socket_directories='${folder}'`,
    '-c fsync=off',
    ...(tls
      ? ['-c ssl=on', `-c ssl_cert_file=${folder}/server.pem`, `-c ssl_key_file=${folder}/server.key`]
      : []),
  ].join(' ');
  const control = (...args: string[]) => command('pg_ctl', ['-D', data, '-w', '-t', '30', ...args]);
  const once = () => control('-l', log, '-o', options, 'start');
  // The next server needs a moment to notice that a killed one is gone; until then the folder is locked.
  const start = async (patience = 10): Promise<void> => {
    try {
      await once();
    } catch (error) {
      if (patience === 0) throw error;
      await delay(300);
      await start(patience - 1);
    }
  };

  await layCluster(data);
  if (tls) await makeCertificates(args => run('openssl', args, { ...owner, cwd: folder }), folder);
  if (passwords)
    await writeFile(
      join(data, 'pg_hba.conf'),
      ['local all all trust', 'host all postgres all trust', 'host all all all scram-sha-256', ''].join('\n'),
    );
  await start();
  const query = async (sql: string) => {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  return {
    port,
    folder,
    start: () => start(),
    log: () => readFile(log, 'utf8'),
    query,
    createDatabase: async name => {
      await query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return `postgresql://postgres@127.0.0.1:${port}/${name}`;
    },
    stop: () => control('-m', 'fast', 'stop'),
    kill: async () => {
      const [pid] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n');
      process.kill(Number(pid), 'SIGKILL');
    },
    remove: async () => {
      await control('-m', 'immediate', 'stop').catch(() => {});
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Creates an empty cluster for `startPostgres`, or copies the one of this run. */
async function layCluster(data: string): Promise<void> {
  const template = await runTemplate('cluster', async folder => {
    // The owner of a cluster cannot reach into the folder of a run.
    const own = await ownFolder();
    await initdb(join(own, 'data'));
    await rename(join(own, 'data'), join(folder, 'data'));
    await rm(own, { recursive: true });
  });
  if (template === null) await initdb(data);
  else await run('cp', ['-Rp', join(template, 'data'), data]);
}

async function initdb(data: string): Promise<void> {
  const as = '-U postgres -A trust -E UTF8 --locale=C --no-sync'.split(' ');
  await run(join(findBin(), 'initdb'), ['-D', data, ...as], { ...findOwner(), cwd: dirname(data) });
}

/** A temporary folder of the user that PostgreSQL runs as. */
async function ownFolder(): Promise<string> {
  const owner = findOwner();
  const folder = await mkdtemp(join(tmpdir(), 'inkling-postgres-'));
  if (owner) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

/** Creates `ca.pem`, and `server.pem` with `server.key` for `localhost` only. */
async function makeCertificates(
  openssl: (args: string[]) => Promise<unknown>,
  folder: string,
): Promise<void> {
  const newKey = '-newkey rsa:2048 -nodes';
  const signed = '-CA ca.pem -CAkey ca.key -CAcreateserial -days 9 -extfile names';
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:localhost\n');
  await openssl(`req -x509 ${newKey} -days 9 -subj /CN=inkling-test -keyout ca.key -out ca.pem`.split(' '));
  await openssl(`req -new ${newKey} -subj /CN=localhost -keyout server.key -out server.csr`.split(' '));
  await openssl(`x509 -req -in server.csr ${signed} -out server.pem`.split(' '));
}

function findBin(): string {
  const packages = globSync([
    '/usr/lib/postgresql/*/bin/initdb',
    '/usr/pgsql-*/bin/initdb',
    '/opt/homebrew/opt/postgresql@*/bin/initdb',
    '/usr/local/opt/postgresql@*/bin/initdb',
  ]);
  // pg_ctl and postgres are beside the real initdb, not beside a link to it.
  const folders = [onPath('initdb'), ...packages.sort().reverse()].map(
    path => path && dirname(realpathSync(path)),
  );
  const bin = folders.find(folder => folder && existsSync(join(folder, 'pg_ctl')));
  if (bin) return bin;
  throw new Error(
    'These tests need a PostgreSQL server to start: install it (apt-get install postgresql, ' +
      'dnf install postgresql-server, brew install postgresql@17) or put its initdb on the PATH.',
  );
}

/** Path of a program; null if it is not installed. */
export function onPath(name: string): string | null {
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : null;
}

/** PostgreSQL refuses to run as root; null for any other user. */
export function findOwner(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (user: string, flag: string) => spawnSync('id', [flag, user], { encoding: 'utf8' });
  for (const user of ['postgres', 'nobody']) {
    const uid = idOf(user, '-u');
    if (uid.status === 0) return { uid: Number(uid.stdout), gid: Number(idOf(user, '-g').stdout) };
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody.');
}
