import type { Model } from '../../shared/protocol.ts';

export type CurrentModel = ReturnType<typeof createCurrentModel>;

/** The version that answers: `served-model.ts` sets it, whoever predicts or announces reads it. */
export function createCurrentModel(first: Model) {
  let model = first;
  return {
    get: () => model,
    set(next: Model) {
      model = next;
    },
  };
}
