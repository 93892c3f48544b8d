/** How much one job learns and is judged on, wherever it runs. */

/** Labels of one job: 300 steps show each of them several times. */
export const maxSamples = 400;
/** Of them by one author: a class of four still fills a job. */
export const maxPerAuthor = 100;
/** Earlier lessons shown again, so that they are not forgotten. */
export const maxReplayedLabels = 100;
/** Drawings of held-out people and earlier corrections a candidate is judged on. */
export const maxEvaluated = 1_000;
