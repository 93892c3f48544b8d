/** True for every tensor but batch-norm statistics, which are measured. */
export const isLearned = (name: string) => !/^(mean|variance)/.test(name);

/** Whether a tensor is of one of the first `count` stages. The dense layer is of none. */
export const isOfStages = (name: string, count: number) =>
  Number(/^[a-z]+(\d+)$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY) <= count;
