/** A share in percent, with as many places as a difference needs to be seen. */
export function share(value: number): string {
  const percent = 100 * value;
  return `${Number.isInteger(percent) ? percent : percent.toFixed(percent > 99 ? 2 : 1)} %`;
}
