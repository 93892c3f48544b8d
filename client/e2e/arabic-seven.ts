import type { Path } from './hand.ts';

/** The Eastern Arabic 7, which MNIST does not contain. */
export function arabicSeven(nth: number): Path {
  const shift = 0.02 * (nth % 3);
  const foot = 0.8 - 0.03 * (nth % 4);
  return [
    [0.28 + shift, 0.2],
    [0.36 + shift, 0.4],
    [0.44, 0.62],
    [0.5, foot],
    [0.56, 0.62],
    [0.64 - shift, 0.4],
    [0.73 - shift, 0.2 + shift],
  ];
}
