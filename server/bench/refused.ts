/** What the server at `url` has refused since its start, of events, connections and requests, by its own count. */
export async function refusedBy(url: string): Promise<number> {
  const answer = await fetch(new URL('/metrics', url));
  return sumOf(await answer.text(), 'inkling_events_refused_total');
}

/** A metric of a Prometheus text, over all its labels. */
function sumOf(text: string, metric: string): number {
  return text
    .split('\n')
    .filter(line => line.startsWith(`${metric}{`))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
