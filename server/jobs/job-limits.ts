/** Limits of one job's training and evaluation, wherever it runs. */

/** Labels of one job: 300 steps show each of them several times. */
export const maxSamples = 400;
/** Of them by one author: a class of four still fills a job. */
export const maxPerAuthor = 100;
/** Trained samples to replay, so that the model does not forget them. */
export const maxReplayedLabels = 100;
/** The most that a room's host may pay on MNIST, `maxRoomPrice` of the gate: the main process loads no gate. */
export const maxPrice = 0.1;
/** Held-out drawings and earlier corrections that a candidate is evaluated on. */
export const maxEvaluated = 1_000;
