import { expect, test } from 'vitest';
import type { Upload } from '../net/upload.ts';
import { refusal } from '../testing/fake-connection.ts';
import { createImportModel } from './import-model.ts';

const imported = { added: 2, known: 1, refused: 0, complaints: [] };
const file = new File(['{}\n'], 'class.ndjson');

test('an import shows its progress, one file at a time, and what it added', async () => {
  const states: string[] = [];
  let changes = 0;
  const upload: Upload = async (_file, { sent }) => {
    sent(0.5);
    await model.importFile(file);
    states.push(JSON.stringify(model.state.value));
    return { ok: true, value: imported };
  };
  const model = createImportModel({ upload, changed: () => changes++ });
  await model.importFile(file);
  expect(states).toEqual(['{"state":"sending","file":"class.ndjson","share":0.5}']);
  expect(model.state.value).toEqual({ state: 'done', imported });
  expect(changes).toBe(1);
});

test('a refused file shows the reason, and leaving the page takes the message away', async () => {
  let aborted = false;
  const upload: Upload = async (_file, { signal }) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return refusal('forbidden');
  };
  const model = createImportModel({ upload, changed() {} });
  await model.importFile(file);
  expect(model.state.value).toEqual({ state: 'refused', message: 'refused: forbidden' });
  model.stop();
  expect(aborted).toBe(true);
});
