import type { SetFigures } from '../../shared/http-api.ts';
import { languageTag } from '../language/language.ts';

/** A share in percent. */
export function percent(value: number, places = 1): string {
  return new Intl.NumberFormat(languageTag.value, { style: 'percent', maximumFractionDigits: places }).format(
    value,
  );
}

/** The accuracy with as many places as the size of the set gives it. */
export function accuracyOf({ accuracy, count }: SetFigures): string {
  return percent(accuracy, count >= 1000 ? 2 : 1);
}
