import { expect, test } from 'vitest';
import { isContained, type Surroundings } from './container.ts';

const machine: Surroundings = {
  exists: () => false,
  cgroup: '0::/init.scope\n',
  kernelRelease: '6.12.48+deb13-amd64',
  kubernetes: false,
};
const only = (file: string) => ({ exists: (path: string) => path === file });

test.each<[string, Partial<Surroundings>]>([
  ['Docker', only('/.dockerenv')],
  ['Podman', only('/run/.containerenv')],
  ['Docker with cgroups of version 1', { cgroup: '12:cpu:/docker/2c0f\n0::/\n' }],
  ['containerd', { cgroup: '0::/system.slice/containerd.service\n' }],
  ['a pod with cgroups of version 1', { cgroup: '3:cpu:/kubepods/besteffort/pod1\n' }],
  ['a pod', { kubernetes: true }],
  ['Amazon ECS', { cgroup: '9:cpu:/ecs/task/1\n' }],
  ['Linux on Windows', { kernelRelease: '6.6.87.2-microsoft-standard-WSL2' }],
])('%s contains the server', (_what, facts) => {
  expect(isContained({ ...machine, ...facts })).toBe(true);
});

test.each<[string, Partial<Surroundings>]>([
  ['a Linux machine', {}],
  ['a Linux machine with cgroups of version 1', { cgroup: '11:cpu:/\n1:name=systemd:/init.scope\n' }],
  ['a system without cgroups', { cgroup: '', kernelRelease: '24.6.0' }],
])('%s does not', (_what, facts) => {
  expect(isContained({ ...machine, ...facts })).toBe(false);
});
