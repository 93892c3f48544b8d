import { expect, test } from 'vitest';
import { WeightsError } from '../../shared/weights.ts';
import { OtherNetError } from '../../training/model/serving-net.ts';
import { describeError, finalErrors } from './training-job.ts';

test('a page with an old net asks for a reload, and the error is final for every device', () => {
  const error = new OtherNetError('This model has the tensors filter1, found filter9.');
  expect(describeError(error)).toContain('Reload the page');
  expect(finalErrors.some(kind => error instanceof kind)).toBe(true);
});

test('any other error is described by its message', () => {
  expect(describeError(new WeightsError('The header is JSON, found something else.'))).toBe(
    'The header is JSON, found something else.',
  );
  expect(describeError('no words')).toBe('no words');
});
