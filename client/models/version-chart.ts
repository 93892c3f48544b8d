import type { ModelEntry, ModelList, Promotion, SetFigures, SetName } from '../../shared/http-api.ts';

/** One move of the champion, oldest first, and how well it read then. Null where nothing was measured. */
export interface ChartPoint {
  version: string;
  move: Promotion['move'];
  at: string;
  mnist: number | null;
  strangers: number | null;
}

/** How a version reads a set: by its own verdict, else by the newest one of a candidate held against it. */
export function figuresOf(
  { models }: Pick<ModelList, 'models'>,
  { version, set }: { version: string; set: SetName },
): SetFigures | undefined {
  const measured = models.find(each => each.version === version)?.verdict?.after?.[set];
  const held = models.find(({ parent, verdict }) => parent === version && verdict !== null);
  const figures = measured ?? held?.verdict?.before[set];
  return figures !== undefined && figures.count > 0 ? figures : undefined;
}

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

/** A shipped version was measured by who made it. */
function cardAccuracy(models: readonly ModelEntry[], version: string): number | null {
  const figure = models.find(each => each.version === version)?.card.mnistAccuracy;
  return typeof figure === 'number' ? figure : null;
}

const floors = [0.99, 0.98, 0.97, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0];

/** The greatest round share under all of these: where an axis begins, so that differences can be seen. */
export function axisFloor(shares: readonly number[]): number {
  const least = Math.min(1, ...shares);
  return floors.find(floor => floor < least) ?? 0;
}
