/** True for every tensor but batch-norm statistics, which are measured. */
export const isLearned = (name: string) => !/^(mean|variance)/.test(name);
