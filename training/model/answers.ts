/**
 * The dense layer gives several answers to one image, each a softmax of its own: the digit of a finished drawing, the
 * digit that an unfinished one becomes, whether the drawing is finished, and whether it is a digit at all, each [no, yes].
 */
export const answers = [10, 10, 2, 2] as const;
/** Numbers of all answers together. */
export const outputs = 24;
/** Where each answer begins. */
export const answerAt = { whole: 0, partial: 10, finished: 20, isDigit: 22 } as const;

/** Turns logits, n × the sum of `groups`, into probabilities, in place. */
function softmaxInPlace(logits: Float32Array, groups: readonly number[]): Float32Array {
  for (let from = 0; from < logits.length; ) {
    for (const size of groups) {
      const group = logits.subarray(from, from + size);
      const max = Math.max(...group);
      let sum = 0;
      for (let k = 0; k < size; k++) {
        group[k] = Math.exp(group[k] - max);
        sum += group[k];
      }
      for (let k = 0; k < size; k++) group[k] /= sum;
      from += size;
    }
  }
  return logits;
}

/**
 * Logits n × `outputs` → probabilities, in place. The digit of a finished drawing is served with the probability that it
 * is one: the rest is shared among the ten alike, so a scribble is read as no digit surely, and no order of digits changes.
 */
export function readInPlace(logits: Float32Array): Float32Array {
  const read = softmaxInPlace(logits, answers);
  for (let from = 0; from < read.length; from += outputs) {
    const isDigit = read[from + answerAt.isDigit + 1];
    for (let digit = 0; digit < 10; digit++)
      read[from + digit] = isDigit * read[from + digit] + (1 - isDigit) / 10;
  }
  return read;
}

/** n × 10: the digits of finished drawings, out of n × `outputs`. */
export function wholeOf(read: Float32Array): Float32Array {
  const n = read.length / outputs;
  const whole = new Float32Array(n * 10);
  for (let i = 0; i < n; i++) whole.set(read.subarray(i * outputs, i * outputs + 10), i * 10);
  return whole;
}
