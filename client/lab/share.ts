import type { SetFigures } from '../../shared/http-api.ts';

/** A share in percent. */
export function percent(value: number, places = 1): string {
  const percent = 100 * value;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(places)} %`;
}

/** The accuracy with as many places as the size of the set gives it. */
export function accuracyOf({ accuracy, count }: SetFigures): string {
  return percent(accuracy, count >= 1000 ? 2 : 1);
}
