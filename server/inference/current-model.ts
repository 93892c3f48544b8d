import type { Model } from '../../shared/protocol.ts';

export type CurrentModel = ReturnType<typeof createCurrentModel>;

/** The champion in use: `served-model.ts` sets it; predictor and announcements read it. */
export function createCurrentModel(first: Model) {
  let model = first;
  return {
    get: () => model,
    set(next: Model) {
      model = next;
    },
  };
}
