import type { ModelEntry, ModelList, Promotion, SetFigures, SetName } from '../../shared/http-api.ts';

/** One change of the champion, with its accuracies; null: not measured. */
export interface ChartPoint {
  version: string;
  move: Promotion['move'];
  at: string;
  mnist: number | null;
  strangers: number | null;
}

/** A version's figures on a set: from its own verdict, else from the newest verdict on a candidate compared with it. */
export function figuresOf(
  { models }: Pick<ModelList, 'models'>,
  { version, set }: { version: string; set: SetName },
): SetFigures | undefined {
  const measured = models.find(each => each.version === version)?.verdict?.after?.[set];
  const child = models.find(({ parent, verdict }) => parent === version && verdict !== null);
  const figures = measured ?? child?.verdict?.before[set];
  return figures !== undefined && figures.count > 0 ? figures : undefined;
}

/** Oldest first. */
export function chartPointsOf(list: ModelList): ChartPoint[] {
  return list.history
    .map(({ version, move, at }) => ({
      version,
      move,
      at,
      mnist: figuresOf(list, { version, set: 'mnist' })?.accuracy ?? cardAccuracy(list.models, version),
      strangers: figuresOf(list, { version, set: 'strangers' })?.accuracy ?? null,
    }))
    .reverse();
}

/** The accuracy in the card of a shipped version. */
function cardAccuracy(models: readonly ModelEntry[], version: string): number | null {
  const figure = models.find(each => each.version === version)?.card.mnistAccuracy;
  return typeof figure === 'number' ? figure : null;
}

const floors = [0.99, 0.98, 0.97, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0];

/** The start of an axis: the greatest round share below all `shares`, which keeps differences visible. */
export function axisFloor(shares: readonly number[]): number {
  const min = Math.min(1, ...shares);
  return floors.find(floor => floor < min) ?? 0;
}
