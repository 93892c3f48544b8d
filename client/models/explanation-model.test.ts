import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { explanationCaption } from '../draw/explanation-caption.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { flushPromises, refusal } from '../testing/fake-connection.ts';
import { createExplanationModel } from './explanation-model.ts';

function createPart() {
  const { fake, api } = createFakeApi();
  const ink = signal({ strokes: [[1, 2, 3, 4]], redrawn: 0 });
  const notices: string[] = [];
  const model = createExplanationModel({
    api,
    ink,
    snapshot: () => ({ drawing: 'a', seq: 1, strokes: ink.value.strokes }),
    notify: message => notices.push(message),
  });
  return { fake, ink, notices, model };
}

test('an explanation is shown until somebody draws or closes it', async () => {
  const { fake, ink, model } = createPart();
  model.toggle();
  expect(model.state.value.state).toBe('asking');
  await flushPromises();
  expect(fake.asked).toEqual([['why', [[1, 2, 3, 4]]]]);
  expect(model.state.value).toMatchObject({ state: 'shown', explanation: { digit: 7 } });
  ink.value = { ...ink.value };
  expect(model.state.value.state).toBe('none');
  model.toggle();
  await flushPromises();
  model.toggle();
  expect(model.state.value.state).toBe('none');
  model.stop();
});

test('an explanation of ink that has changed since is not shown', async () => {
  const { ink, model } = createPart();
  model.toggle();
  ink.value = { ...ink.value };
  await flushPromises();
  expect(model.state.value.state).toBe('none');
});

test('a refusal is shown', async () => {
  const { fake, notices, model } = createPart();
  fake.refusal = refusal('overloaded');
  model.toggle();
  await flushPromises();
  expect(notices).toEqual(['refused: overloaded']);
  expect(model.state.value.state).toBe('none');
});

test('an announcement names where the strongest ink is', () => {
  const effects = (at: readonly number[]) => Array.from({ length: 784 }, (_, i) => (at.includes(i) ? 1 : 0));
  expect(explanationCaption({ digit: 7, effects: effects([4 * 28 + 22]) })).toMatch('7 is at the top right.');
  expect(explanationCaption({ digit: 1, effects: effects([14 * 28 + 14]) })).toMatch('1 is at the middle.');
  expect(explanationCaption({ digit: 0, effects: effects([14 * 28 + 4]) })).toMatch('0 is at the left.');
  expect(explanationCaption({ digit: 3, effects: effects([]) })).toMatch('No single part');
});
