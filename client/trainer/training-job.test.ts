import { expect, test } from 'vitest';
import { WeightsError } from '../../shared/weights.ts';
import { OtherNetError } from '../../training/model/serving-net.ts';
import { describeError, finalErrors } from './training-job.ts';

test('a page older than the model is told to be loaded again, and no other device is tried', () => {
  const error = new OtherNetError('This model has the tensors filter1, found filter9.');
  expect(describeError(error)).toContain('Reload the page');
  expect(finalErrors.some(kind => error instanceof kind)).toBe(true);
});

test('any other error says its own sentence', () => {
  expect(describeError(new WeightsError('The header is JSON, found something else.'))).toBe(
    'The header is JSON, found something else.',
  );
  expect(describeError('no words')).toBe('no words');
});
