/** Why a candidate, or the labels themselves, are refused. */
export const reasons = [
  'not_finite',
  'too_little_evidence',
  'labels_doubted',
  'mnist_fell',
  'digit_fell',
  'pens_fell',
  'strangers_fell',
  'corrections_forgotten',
  'canaries_fired',
  'calibration_fell',
  'nothing_learned',
] as const;
export type Reason = (typeof reasons)[number];

const inARoom = 'Teach it in a room of your own, where what its people write decides.';

/** The remedy after a refusal, one sentence a reason. */
export const nextSteps: Record<'house' | 'room', Record<Reason, string>> = {
  house: {
    not_finite: 'Teach again; if that ends the same way, leave out the labels that were given last.',
    too_little_evidence: 'Let several people draw and label the same digits, then teach again.',
    labels_doubted:
      'Look through the labels in the Lab and correct the wrong ones; if they are right, teach them in a room of your own.',
    mnist_fell: inARoom,
    digit_fell: inARoom,
    pens_fell: inARoom,
    strangers_fell:
      'Let more people draw and label the same digits, so that the lesson fits more than one hand.',
    corrections_forgotten: 'Draw and label a few of the digits that were corrected before, then teach again.',
    canaries_fired: 'Take the labels off drawings that are no digit, then teach again.',
    calibration_fell: 'Confirm some drawings that are read right, then teach again.',
    nothing_learned:
      'Draw and label the same digits a few more times, by several people if you can, then teach again.',
  },
  room: {
    not_finite: 'Teach again; if that ends the same way, leave out the labels that were given last.',
    too_little_evidence: 'Let several people draw and label the same signs, then teach again.',
    labels_doubted:
      'Look through the labels in the Lab and correct the wrong ones; if they are right, let a second person draw and label the same signs.',
    mnist_fell: 'Teach fewer new signs at a time, or let the host roll a version back first.',
    digit_fell: 'Draw and label some of that digit too, then teach again.',
    pens_fell: 'Draw and label some of that digit too, then teach again.',
    strangers_fell:
      'Let more people draw and label the same signs, so that the lesson fits more than one hand.',
    corrections_forgotten: 'Draw and label a few of the signs that were corrected before, then teach again.',
    canaries_fired: 'Take the labels off drawings that are no sign of this room, then teach again.',
    calibration_fell: 'Confirm some drawings that are read right, then teach again.',
    nothing_learned:
      'Draw and label the same signs a few more times, by several people if you can, then teach again.',
  },
};
