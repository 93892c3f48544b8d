import { maxRoomPrice } from '../../shared/limits.ts';

export const gateLimits = {
  // A benign candidate changes some 15 of 5,000 hold-out predictions: 95 % bounds are 0.13 points wide, and a drop of 0.1
  // is indistinguishable from none. So the bound of the drop is at most 0.3 points, and the measured drop at most 0.2.
  mnistMargin: 0.003,
  mnistDrop: 0.002,
  // Since the base model, over any number of promotions; the margins are limits of bounds:
  driftDrop: 0.004,
  driftDigitMargin: 0.03,
  driftMarkedMargin: 0.03,
  driftFired: 0.15,
  minMnist: 1000, // fewer digits cannot bound a drop of one point
  digitMargin: 0.02, // limit of the bound: of 500 drawings a digit, seven lost and none gained is too many
  heldOutMargin: 0.02, // limit of the bound, from `enough` drawings on …
  enough: 200,
  suspiciousLoss: 3, // … with fewer, a net loss of this many drawings is suspicious if it also exceeds …
  suspiciousShare: 0.02, // … this share of the set
  heldOutDigitShare: 0.05, // the same for each digit
  forgottenShare: 0.05, // of the earlier corrections that the champion reads right
  fired: 0.1, // share of confident out-of-distribution probes, above the champion's
  markedMargin: 0.02,
  eceMnist: 0.005, // above the champion's …
  eceHeldOut: 0.02,
  learned: 0.5, // share of the trusted samples that the champion misreads
  // Net loss of the house's pen drawings, as a share, from the champion to the candidate and since the base model. In all,
  // correct labels lost up to 0.5 % and wrong ones at least 1.2 %; of one digit, correct ones up to 1.7 % and wrong ones
  // 2 to 12 % (LOG.md).
  pensDigitLost: 0.025,
  pensDigitDrift: 0.035,
  pensLost: 0.01,
  pensDrift: 0.015,
  // Of half-drawn digits correct labels lose 0.2 % in the mean and up to 0.9 % (LOG.md).
  beginningsLost: 0.015,
  beginningsDrift: 0.03,
  heldOutLosers: 2, // held-out people who lose drawings: one person alone forbids nothing in the house
  // The price a room may pay: the drop on MNIST since the base model. A host may pay up to `maxRoomPrice`.
  roomPrice: 0.01,
  maxRoomPrice,
} as const;
