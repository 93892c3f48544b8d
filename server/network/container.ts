import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';

/** The facts that distinguish a container from a machine. */
export interface Surroundings {
  exists(path: string): boolean;
  /** The text of /proc/1/cgroup; empty if the file is missing. */
  cgroup: string;
  kernelRelease: string;
  kubernetes: boolean;
}

/**
 * Whether the server runs in a container, or in the virtual machine of Linux on Windows: its addresses and port then
 * differ from those of the machine around it. An LXC machine usually has an address in the network, so it does not
 * count.
 */
export function isContained({ exists, cgroup, kernelRelease, kubernetes }: Surroundings): boolean {
  return (
    kubernetes ||
    exists('/.dockerenv') ||
    exists('/run/.containerenv') ||
    /docker|containerd|kubepods|libpod|\/ecs\//.test(cgroup) ||
    /microsoft/i.test(kernelRelease)
  );
}

export function readSurroundings({ kubernetes }: Pick<Surroundings, 'kubernetes'>): Surroundings {
  const cgroupFile = '/proc/1/cgroup';
  return {
    exists: existsSync,
    cgroup: existsSync(cgroupFile) ? readFileSync(cgroupFile, 'utf8') : '',
    kernelRelease: release(),
    kubernetes,
  };
}
