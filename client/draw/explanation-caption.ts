import type { Explanation } from '../../shared/http-api.ts';
import { rasterSide } from '../../shared/rasterise.ts';
import { besideTexts } from '../language/beside-texts.ts';

/** Names the place of the strongest ink for the digit, for people who cannot see its colour. */
export function explanationCaption({ digit, effects }: Pick<Explanation, 'digit' | 'effects'>): string {
  const text = besideTexts.value.why;
  const strongest = Math.max(0, ...effects);
  const strong = effects.flatMap((effect, i) => (effect > strongest / 2 && effect > 0 ? [i] : []));
  if (strong.length === 0) return text.nowhere(digit);
  const thirdOf = (place: (i: number) => number) => {
    const share = strong.reduce((sum, i) => sum + place(i), 0) / strong.length / rasterSide;
    return share < 0.43 ? 0 : share > 0.57 ? 2 : 1;
  };
  const row = thirdOf(i => Math.floor(i / rasterSide));
  const column = thirdOf(i => i % rasterSide);
  return text[places[row][column]](digit);
}

const places = [
  ['topLeft', 'top', 'topRight'],
  ['left', 'middle', 'right'],
  ['bottomLeft', 'bottom', 'bottomRight'],
] as const;
