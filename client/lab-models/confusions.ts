/** `was` and `is` count the samples of `label` predicted as `read`, before and after. */
export interface Confusion {
  label: number;
  read: number;
  was: number;
  is: number;
}

type Matrix = readonly (readonly number[])[];

/** The confusions that changed, the greatest change first; without `after`, all, the most frequent first. */
export function confusionsOf(before: Matrix, after?: Matrix): Confusion[] {
  const all = before.flatMap((row, label) =>
    row.map((was, read) => ({ label, read, was, is: after?.[label]?.[read] ?? was })),
  );
  const weight = ({ was, is }: Confusion) => (after === undefined ? was : Math.abs(is - was));
  return all
    .filter(each => each.label !== each.read && weight(each) > 0)
    .sort((a, b) => weight(b) - weight(a) || a.label - b.label || a.read - b.read);
}
