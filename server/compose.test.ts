import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = new URL('..', import.meta.url);
const serviceSchema = z.looseObject({
  image: z.string().optional(),
  profiles: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  depends_on: z
    .record(z.string(), z.looseObject({ condition: z.string(), required: z.boolean().optional() }))
    .optional(),
});
const compose = z
  .looseObject({
    services: z.record(z.string(), serviceSchema),
    configs: z.record(z.string(), z.object({ content: z.string() })),
  })
  .parse(parse(readFileSync(new URL('docker-compose.yml', root), 'utf8'), { merge: true }));
const { services } = compose;
const balancing = compose.configs.balancer!.content;

test('without a profile there are the server and its database, and nothing of a cluster', () => {
  const always = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
  expect(always.map(([name]) => name).sort()).toEqual(['app', 'db']);
  expect(services.app!.environment).not.toHaveProperty('REDIS_URL');
});

test('the cluster is several nodes with one Redis, one database and one token, and one balancer in front', () => {
  const node = services.node!;
  expect(node.deploy).toMatchObject({ replicas: 3 });
  expect(node.ports).toEqual([]);
  expect(node.environment).toMatchObject({
    ...services.app!.environment,
    REDIS_URL: expect.stringContaining('redis://redis:6379'),
    TRUST_PROXY: '1',
  });
  for (const name of ['node', 'redis', 'balancer']) expect(services[name]!.profiles).toEqual(['cluster']);
  expect(services.balancer!.ports).toEqual(services.app!.ports);
});

test('every service says whether it is well, nodes by their image', () => {
  const silent = Object.entries(services).filter(([, { healthcheck }]) => healthcheck === undefined);
  expect(silent.map(([name]) => name).sort()).toEqual(['app', 'node']);
  expect(readFileSync(new URL('Dockerfile', root), 'utf8')).toMatch(/^HEALTHCHECK /m);
});

test('whoever is waited for is there, and a node waits in vain for nobody', () => {
  for (const { depends_on: awaited } of Object.values(services))
    expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(awaited ?? {})));
  for (const awaited of Object.values(services.node!.depends_on ?? {})) expect(awaited.required).toBe(false);
});

test('the balancer asks for life, not for the database, and finds a polling page its connection again', () => {
  expect(balancing).toContain('option httpchk GET /healthz');
  expect(balancing).toMatch(/^ {2}cookie \w+ insert/m);
  expect(balancing).toContain('node:8501');
});
