/** The sum of a metric over all its labels, read from the server at `url`. */
export async function readMetric(url: string, metric: string): Promise<number> {
  const answer = await fetch(new URL('/metrics', url));
  return (await answer.text())
    .split('\n')
    .filter(line => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
