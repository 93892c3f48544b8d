/** The percentiles at these shares (0…1), by nearest rank; null for an empty list. */
export function percentiles(values: Iterable<number>, shares: readonly number[]): (number | null)[] {
  const sorted = Float64Array.from(values).sort();
  return shares.map(share => sorted.at(Math.max(0, Math.ceil(share * sorted.length) - 1)) ?? null);
}
