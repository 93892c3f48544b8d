import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../server/config.ts';
import { idleMetrics } from '../server/test-metrics.ts';

/** The files that run Inkling for others, held to what they promise; by their own tools too, where those are installed. */

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');
const has = (program: string) => spawnSync('which', [program]).status === 0;

const serviceSchema = z.object({
  image: z.string().optional(),
  read_only: z.boolean().optional(),
  init: z.boolean().optional(),
  restart: z.string(),
  security_opt: z.array(z.string()),
  cap_drop: z.array(z.string()),
  logging: z.object({ options: z.object({ 'max-size': z.string(), 'max-file': z.string() }) }),
  deploy: z.object({ resources: z.object({ limits: z.object({ memory: z.string(), pids: z.int() }) }) }),
  environment: z.record(z.string(), z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), z.unknown()), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));
const service = (name: string) => serviceSchema.parse(compose.services[name]);

describe('the image', () => {
  /** Instructions, continued lines joined, without comments. */
  const lines = read('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter(line => line !== '');
  const last = lines.slice(lines.findLastIndex(line => line.startsWith('FROM')));

  test('is made in two stages of one pinned Node, and runs as nobody special', () => {
    expect(lines.filter(line => line.startsWith('FROM')).join('\n')).toMatch(
      /^FROM node:\$\{NODE\} AS build\nFROM node:\$\{NODE\}$/,
    );
    expect(lines[0]).toMatch(/^ARG NODE=24/);
    expect(last).toContain('USER 1000:1000');
    expect(last.findIndex(line => line.startsWith('USER'))).toBeGreaterThan(
      last.findLastIndex(line => line.startsWith('RUN')),
    );
  });

  test('takes along what the server reads at run time, by name, and nothing else', () => {
    const copied = last.filter(line => line.startsWith('COPY')).flatMap(line => line.split(' ').slice(2, -1));
    const folders = copied.map(from => from.replace('/inkling/', ''));
    expect(folders.sort()).toEqual(
      [
        'client/dist',
        'db',
        'init.sql',
        'models',
        'native',
        'node_modules',
        'package.json',
        'server',
        'shared',
        'training',
      ].sort(),
    );
  });

  test('has a health check, a signal that reaches Node, and no secret', () => {
    expect(last.some(line => line.startsWith('HEALTHCHECK') && line.includes('/healthz'))).toBe(true);
    expect(last.at(-1)).toBe('CMD ["node", "--max-semi-space-size=8", "server/start.mjs"]');
    expect(lines.join('\n')).not.toMatch(/PASSWORD|TOKEN|SECRET|\bADD\b|curl|wget|:latest/i);
    const ignored = read('.dockerignore').split('\n');
    for (const secret of ['.env', '.git', '**/node_modules', 'data']) expect(ignored).toContain(secret);
  });

  test('installs by the lock file', () => {
    expect(lines.filter(line => /npm (ci|install|i)\b/.test(line))).toEqual([
      expect.stringContaining('npm ci --omit=dev'),
    ]);
  });
});

describe('docker compose', () => {
  test('every service may do and use only so much', () => {
    for (const name of Object.keys(compose.services)) {
      const { security_opt, cap_drop, restart } = service(name);
      expect({ name, security_opt, cap_drop, restart }).toEqual({
        name,
        security_opt: ['no-new-privileges:true'],
        cap_drop: ['ALL'],
        restart: 'unless-stopped',
      });
    }
  });

  test('the app has an init and a read-only root, the database a health check', () => {
    expect(service('app')).toMatchObject({ read_only: true, init: true });
    expect(service('db').healthcheck?.test).toContain('CMD-SHELL');
    expect(read('docker-compose.yml')).not.toMatch(/privileged: true|docker\.sock|network_mode: host/);
  });

  test('the app knows only settings there are', () => {
    const { environment = {} } = service('app');
    const known = [...read('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(Object.keys(environment).filter(name => !known.includes(name))).toEqual([]);
    for (const name of known) expect(() => parseConfig({ [name!]: '' })).not.toThrow();
  });

  test('nothing starts without a password, and none is written down', () => {
    const passwords = [...read('docker-compose.yml').matchAll(/^\s+\w*PASSWORD: (.*)$/gm)].map(
      ([, value]) => value,
    );
    expect(passwords).toHaveLength(2);
    for (const value of passwords) expect(value).toMatch(/^"\$\{DB_PASSWORD:\?set DB_PASSWORD in \.env\}"$/);
  });

  test('images are pinned to a version', () => {
    for (const name of Object.keys(compose.services))
      expect(service(name).image ?? 'own:1').toMatch(/:[\d.]/);
  });

  const composes = spawnSync('docker', ['compose', 'version']).status === 0;
  test.skipIf(!composes)('finds nothing wrong itself', () => {
    execFileSync('docker', ['compose', '-f', path('docker-compose.yml'), 'config', '--quiet'], {
      env: { PATH: process.env.PATH, DB_PASSWORD: 'x' },
    });
  });
});

describe('the service of systemd', () => {
  const unit = read('deploy/inkling.service');

  test('is confined, restarts, and gives the server time to stop', () => {
    for (const line of [
      'User=inkling',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'CapabilityBoundingSet=',
      'Restart=on-failure',
      'KillMode=mixed',
      'StateDirectory=inkling',
    ])
      expect(unit.split('\n')).toContain(line);
  });

  test.skipIf(!has('systemd-analyze'))(
    'finds nothing wrong itself, but for the folder that is not here',
    () => {
      const { stderr } = spawnSync('systemd-analyze', ['verify', path('deploy/inkling.service')], {
        encoding: 'utf8',
      });
      const complaints = stderr.split('\n').filter(line => /inkling\.service/.test(line));
      expect(complaints.filter(line => !/is not executable: No such file/.test(line))).toEqual([]);
    },
  );
});

describe('proxies', () => {
  const nginx = read('deploy/nginx.conf');

  test('nginx upgrades WebSockets, replaces what visitors claim, and hangs up before the server does', () => {
    for (const line of [
      'proxy_http_version 1.1;',
      'proxy_set_header Upgrade $http_upgrade;',
      'proxy_set_header X-Forwarded-For $remote_addr;',
      'proxy_set_header Host $http_host;',
      'proxy_set_header X-Forwarded-Host $http_host;',
      'keepalive_timeout 60s;',
    ])
      expect(nginx).toContain(line);
    expect(nginx).not.toContain('$proxy_add_x_forwarded_for');
  });

  test('neither shows the metrics to the world', () => {
    expect(nginx).toMatch(/location = \/metrics \{\s+return 404;/);
    expect(read('deploy/Caddyfile')).toMatch(/@metrics path \/metrics\s+respond @metrics 404/);
  });

  test.skipIf(!has('caddy'))('caddy finds nothing wrong itself', () => {
    execFileSync('caddy', ['validate', '--adapter', 'caddyfile', '--config', path('deploy/Caddyfile')], {
      stdio: 'ignore',
    });
  });
});

describe('monitoring', () => {
  const { registry } = idleMetrics();
  const expressions = {
    rules: z
      .object({
        groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
      })
      .parse(parse(read('deploy/prometheus-rules.yml')))
      .groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
    dashboard: z
      .object({ panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })) })) })
      .parse(JSON.parse(read('deploy/grafana-dashboard.json')))
      .panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  };

  test.each(['rules', 'dashboard'] as const)('the %s ask only for metrics that there are', async kind => {
    const metrics = (await registry.getMetricsAsJSON()).map(({ name }) => name);
    expect(expressions[kind].length).toBeGreaterThan(5);
    for (const expression of expressions[kind])
      for (const [asked] of expression.matchAll(/\b(inkling|nodejs|process)_\w+/g))
        expect(metrics).toContain(asked.replace(/_(bucket|sum|count)$/, ''));
  });

  test.skipIf(!has('promtool'))('promtool finds nothing wrong', () => {
    execFileSync('promtool', ['check', 'rules', path('deploy/prometheus-rules.yml')], { stdio: 'ignore' });
  });
});
