import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../server/config.ts';

/** docker-compose.yml, alone and overlaid with deploy/cluster.yml; no engine needed. */

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const given = z.union([z.string(), z.looseObject({ source: z.string() })]);
const serviceSchema = z.looseObject({
  image: z.string(),
  restart: z.string(),
  read_only: z.boolean().default(false),
  security_opt: z.array(z.string()),
  cap_drop: z.array(z.string()),
  logging: z.object({ options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
  deploy: z.object({
    replicas: z.int().default(1),
    resources: z.object({ limits: z.object({ memory: z.string(), pids: z.int() }) }),
  }),
  profiles: z.never().optional(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  configs: z.array(given).default([]),
  secrets: z.array(given).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  depends_on: z
    .record(z.string(), z.object({ condition: z.string(), required: z.boolean().default(true) }))
    .default({}),
});
const files = z.record(z.string(), z.object({ file: z.string().optional() })).default({});
const projectSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  configs: files,
  secrets: files,
});

/** Merges one file over another as Compose does, as far as these two files need it. */
function lay(below: unknown, above: unknown): unknown {
  if (Array.isArray(below) && Array.isArray(above)) return [...below, ...above];
  const maps = z.tuple([z.record(z.string(), z.unknown()), z.record(z.string(), z.unknown())]);
  const { data } = maps.safeParse([below, above]);
  if (data === undefined) return above;
  const [lower, upper] = data;
  const names = [...new Set([...Object.keys(lower), ...Object.keys(upper)])];
  const value = (name: string) => {
    if (!(name in upper)) return lower[name];
    return name in lower ? lay(lower[name], upper[name]) : upper[name];
  };
  return Object.fromEntries(names.flatMap(name => (upper[name] === null ? [] : [[name, value(name)]])));
}

const load = (name: string): unknown => parse(read(name).replaceAll('!reset []', 'null'), { merge: true });
const alone = projectSchema.parse(load('docker-compose.yml'));
const cluster = projectSchema.parse(lay(load('docker-compose.yml'), load('deploy/cluster.yml')));

describe.each([
  { kind: 'one server', names: ['docker-compose.yml'], project: alone },
  { kind: 'the cluster', names: ['docker-compose.yml', 'deploy/cluster.yml'], project: cluster },
])('docker compose, $kind', ({ names, project }) => {
  const services = Object.entries(project.services);

  test('every service has limits on memory, processes and privileges', () => {
    for (const [name, { security_opt, cap_drop, restart }] of services)
      expect({ name, security_opt, cap_drop, restart }).toEqual({
        name,
        security_opt: ['no-new-privileges:true'],
        cap_drop: ['ALL'],
        restart: 'unless-stopped',
      });
    expect(names.map(read).join('')).not.toMatch(/privileged: true|docker\.sock|network_mode: host/);
  });

  test('images are pinned to a version', () => {
    for (const [, { image }] of services) expect(image).toMatch(/:[\d.]/);
  });

  test('a read-only service gets its configuration from a file, which an engine can mount', () => {
    for (const [, { read_only: readOnly, configs, secrets }] of services) {
      const nameOf = (each: z.infer<typeof given>) => (typeof each === 'string' ? each : each.source);
      const wanted = [
        ...configs.map(each => project.configs[nameOf(each)]),
        ...secrets.map(each => project.secrets[nameOf(each)]),
      ];
      if (readOnly) for (const source of wanted) expect(source).toHaveProperty('file');
    }
  });

  test('mounted files of this folder exist and are read-only', () => {
    const mounted = services.flatMap(([, { volumes }]) => volumes.filter(volume => volume.startsWith('.')));
    for (const volume of mounted) {
      const [path = '', , how] = volume.split(':');
      expect({ path, how, there: existsSync(join(root, path)) }).toEqual({ path, how: 'ro', there: true });
    }
  });

  test('one service publishes one port, once', () => {
    const published = services.filter(([, { ports }]) => ports.length > 0);
    expect(published.map(([name]) => name)).toEqual([names.length > 1 ? 'balancer' : 'app']);
    for (const [, { ports, deploy }] of published) {
      expect(ports.join()).toMatch(/^\$\{PORT:-8501\}:8501$/);
      expect(deploy.replicas).toBe(1);
    }
  });

  test('every service has a health check; the server has its image’s', () => {
    const silent = services.filter(([, { healthcheck }]) => healthcheck === undefined);
    expect(silent.map(([name]) => name)).toEqual(['app']);
    expect(read('Dockerfile')).toMatch(/^HEALTHCHECK /m);
  });

  test('every dependency exists, and the server waits for none for ever', () => {
    for (const [, { depends_on: awaited }] of services)
      expect(services.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(awaited)));
    for (const awaited of Object.values(project.services.app!.depends_on))
      expect(awaited.required).toBe(false);
  });

  test('the server gets only existing settings', () => {
    const known = [...read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
    const { environment } = project.services.app!;
    expect(Object.keys(environment).filter(name => !known.includes(name))).toEqual([]);
    for (const name of known) expect(() => parseConfig({ [name!]: '' })).not.toThrow();
  });

  test('the file states the oldest Compose version that can read it', () => {
    for (const name of ['docker-compose.yml', 'README.md', 'deploy/README.md'])
      expect(read(name)).toContain('2.24.4');
  });

  const composes = spawnSync('docker', ['compose', 'version']).status === 0;
  const settings = { DB_PASSWORD: 'x', ADMIN_TOKEN: '0123456789abcdef' };
  const config = (environment: Record<string, string>) => {
    const options = [...names.flatMap(name => ['-f', join(root, name)]), '--env-file', '/dev/null'];
    const { status, stdout, stderr } = spawnSync(
      'docker',
      ['compose', ...options, 'config', '--format', 'json'],
      { env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment }, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };

  test.skipIf(!composes)('Compose parses the file as these tests do', () => {
    const { status, stdout, stderr } = config(settings);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const read = z
      .object({ services: z.record(z.string(), z.object({ ports: z.array(z.unknown()).default([]) })) })
      .parse(JSON.parse(stdout));
    expect(Object.keys(read.services).sort()).toEqual(services.map(([name]) => name).sort());
    for (const [name, { ports }] of services) expect(read.services[name]!.ports).toHaveLength(ports.length);
  });

  test.skipIf(!composes)('Compose names a missing setting', () => {
    for (const name of names.length > 1 ? ['DB_PASSWORD', 'ADMIN_TOKEN'] : ['DB_PASSWORD']) {
      const { status, stderr } = config({ ...settings, [name]: '' });
      expect(status).not.toBe(0);
      expect(stderr).toContain(`set ${name} in .env`);
    }
  });
});

test('nothing starts without a password, and no password is in the files', () => {
  const passwords = [...read('docker-compose.yml').matchAll(/^\s+\w*PASSWORD: (.*)$/gm)].map(
    ([, value]) => value,
  );
  expect(passwords).toHaveLength(2);
  for (const value of passwords) expect(value).toMatch(/^"\$\{DB_PASSWORD:\?set DB_PASSWORD in \.env\}"$/);
});

test('a single server has a database, no cluster part, and creates its own token', () => {
  const { app, ...others } = alone.services;
  expect(Object.keys(others)).toEqual(['db']);
  expect(app).toMatchObject({ read_only: true, init: true });
  expect(app!.environment).not.toHaveProperty('REDIS_URL');
  expect(app!.environment.ADMIN_TOKEN).toMatch(/^\$\{ADMIN_TOKEN:-\}$/);
});

test('a cluster is that server several times, with one Redis, database and token, and a balancer in front', () => {
  const { app, balancer } = cluster.services;
  expect(Object.keys(cluster.services).sort()).toEqual(['app', 'balancer', 'db', 'redis']);
  expect(app).toMatchObject({ read_only: true, init: true, deploy: { replicas: 3 } });
  expect(app!.environment).toMatchObject({
    ...alone.services.app!.environment,
    REDIS_URL: expect.stringContaining('redis://redis:6379'),
    ADMIN_TOKEN: expect.stringMatching(/^\$\{ADMIN_TOKEN:\?/),
    TRUST_PROXY: '1',
  });
  expect(balancer!.environment.TRUST_PROXY).toBe(alone.services.app!.environment.TRUST_PROXY);
  expect(balancer!.volumes).toEqual(['./deploy/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']);
});
