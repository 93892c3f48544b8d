import { house, lobby } from '../../db/rooms.ts';
import type { GateKind } from '../../training/gate/gate-kind.ts';

/** The gate and the limits of one job's training and evaluation, wherever it runs. */

/** Labels of one job: 300 steps show each of them several times. */
export const maxSamples = 400;
/** Of them by one author: a class of four still fills a job. */
export const maxPerAuthor = 100;
/** Trained samples to replay, so that the model does not forget them. */
export const maxReplayedLabels = 100;
/** Held-out drawings and earlier corrections that a candidate is evaluated on. */
export const maxEvaluated = 1_000;

/** The gate that a room's candidates pass: the open lobby's is as strict as the house's. */
export const gateOf = (room: string): GateKind => (room === house || room === lobby ? 'house' : 'room');
