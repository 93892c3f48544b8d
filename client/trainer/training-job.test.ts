import { expect, test } from 'vitest';
import { WeightsError } from '../../shared/weights.ts';
import { OtherNetError } from '../../training/model/serving-net.ts';
import { describeError, finalErrors } from './training-job.ts';

test('a page with an old net asks for a reload, and the error is final for every device', () => {
  const error = new OtherNetError('This model has the tensors filter1, found filter9.');
  expect(describeError(error).code).toBe('otherNet');
  expect(finalErrors.some(kind => error instanceof kind)).toBe(true);
});

test('any other error is described by its message', () => {
  const message = 'The header is JSON, found something else.';
  expect(describeError(new WeightsError(message))).toEqual({ code: 'other', message });
  expect(describeError('no words')).toEqual({ code: 'other', message: 'no words' });
});
