const loopback =
  /^(localhost|.+\.localhost|localhost\.localdomain|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])\.?$/;

/** Whether a URL's `hostname` names the local machine, which other machines cannot reach. */
export function isLoopback(hostname: string): boolean {
  return loopback.test(hostname);
}
