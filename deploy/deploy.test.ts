import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createMetrics } from '../server/core/metrics.ts';
import { temporaryFolder } from '../server/testing/server.ts';

/** Checks the deployment files, also with their own tools where those are installed. */

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const read = (name: string) => readFileSync(path(name), 'utf8');
const has = (program: string) => spawnSync('which', [program]).status === 0;

describe('the systemd service', () => {
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

  test.skipIf(!has('systemd-analyze'))('passes systemd-analyze, except for the missing folder', () => {
    const { stderr } = spawnSync('systemd-analyze', ['verify', path('deploy/inkling.service')], {
      encoding: 'utf8',
    });
    const complaints = stderr.split('\n').filter(line => /inkling\.service/.test(line));
    expect(complaints.filter(line => !/is not executable: No such file/.test(line))).toEqual([]);
  });
});

describe('proxies', () => {
  const nginx = read('deploy/nginx.conf');

  test('nginx upgrades WebSockets, replaces forwarded headers of visitors, and times out before the server does', () => {
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

  test('neither proxy exposes the metrics', () => {
    expect(nginx).toMatch(/location = \/metrics \{\s+return 404;/);
    expect(read('deploy/Caddyfile')).toMatch(/@metrics path \/metrics\s+respond @metrics 404/);
  });

  test.skipIf(!has('nginx') || !has('openssl'))('nginx accepts the file in every version', () => {
    const { folder, remove } = temporaryFolder();
    onTestFinished(remove);
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=ink.example.org', '-days', '1', '-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], {
      stdio: 'ignore',
    });
    const site = nginx
      .replace(/\/etc\/letsencrypt\S+fullchain\.pem/, certificate)
      .replace(/\/etc\/letsencrypt\S+privkey\.pem/, key)
      // High ports need no privileges.
      .replace(/(listen (?:\[::\]:)?)(80|443)\b/g, '$18$2');
    writeFileSync(join(folder, 'site.conf'), site);
    const main = `events {} pid ${join(folder, 'pid')}; http { include ${join(folder, 'site.conf')}; }`;
    writeFileSync(join(folder, 'nginx.conf'), main);
    const { status, stderr } = spawnSync('nginx', ['-t', '-c', join(folder, 'nginx.conf')], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.not.stringMatching(/\[(warn|emerg)\]/),
    });
    // Each of the two HTTP/2 directives is an error or a warning in some version.
    expect(nginx).not.toMatch(/^[^#]*http2/m);
  });

  test.skipIf(!has('caddy'))('caddy accepts the file', () => {
    execFileSync('caddy', ['validate', '--adapter', 'caddyfile', '--config', path('deploy/Caddyfile')], {
      stdio: 'ignore',
    });
  });
});

describe('monitoring', () => {
  const { registry } = createMetrics();
  /** Parts of the server register gauges of their own. */
  const gauges = globSync(path('server/**/*.ts')).flatMap(file =>
    Array.from(readFileSync(file, 'utf8').matchAll(/\.gauge\(\s*'(\w+)'/g), ([, name]) => name),
  );
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

  test.each(['rules', 'dashboard'] as const)('the %s use only existing metrics', async kind => {
    const metrics = [...gauges, ...(await registry.getMetricsAsJSON()).map(({ name }) => name)];
    expect(expressions[kind].length).toBeGreaterThan(5);
    for (const expression of expressions[kind])
      for (const [asked] of expression.matchAll(/\b(inkling|nodejs|process)_\w+/g))
        expect(metrics).toContain(asked.replace(/_(bucket|sum|count)$/, ''));
  });

  test('in containers Prometheus scrapes every node by the name of its service', () => {
    const { scrape_configs: jobs } = z
      .object({ scrape_configs: z.array(z.looseObject({ job_name: z.string() })) })
      .parse(parse(read('deploy/prometheus-compose.yml')));
    expect(jobs).toMatchObject([
      { job_name: 'inkling', dns_sd_configs: [{ names: ['app'], type: 'A', port: 8501 }] },
    ]);
  });

  test.skipIf(!has('promtool'))('promtool accepts the files', () => {
    for (const name of ['prometheus.yml', 'prometheus-compose.yml'])
      execFileSync('promtool', ['check', 'config', path(`deploy/${name}`)], { stdio: 'ignore' });
  });
});
