/** Batch-norm statistics are measured, every other tensor of the model is learned. */
export const isLearned = (name: string) => !/^(mean|variance)/.test(name);
