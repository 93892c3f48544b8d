import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { RoomNews } from '../../shared/host-protocol.ts';
import { createToasts } from '../browser/toasts.ts';
import { createFakeConnection, refusal } from '../testing/fake-connection.ts';
import { createHostingModel } from './hosting-model.ts';

function setUp() {
  const { connection, fake } = createFakeConnection();
  const done: string[] = [];
  const toasts = createToasts(() => new Promise(() => {}));
  const drawing = {
    id: signal('mine'),
    resend: () => void done.push('resend'),
    forget: (id: string) => void done.push(`forget ${id}`),
  };
  const hosting = createHostingModel({ connection, drawing, toasts });
  fake.goLive();
  const tell = (change: Partial<RoomNews>) => fake.emit('room', { ...hosting.news.value, ...change });
  return { fake, hosting, done, tell, shown: () => toasts.shown.value };
}

test('[H8] a paused person is told, and the whole drawing is sent once they may draw again', () => {
  const { tell, done, shown } = setUp();
  tell({ paused: true });
  expect(shown().at(-1)?.text).toContain('paused your pen');
  expect(done).toEqual([]);
  tell({ paused: false });
  expect(shown().at(-1)?.text).toBe('You can draw again.');
  expect(done).toEqual(['resend']);
});

test('[H8] the author of a hidden drawing is told, a cleared one makes place for the next, others are left alone', () => {
  const { tell, done, shown } = setUp();
  tell({ veiled: [['of somebody else', 'hidden']] });
  expect(shown()).toEqual([]);
  tell({ veiled: [['mine', 'hidden']] });
  expect(shown().at(-1)?.text).toContain('off the wall');
  expect(done).toEqual([]);
  tell({ veiled: [['mine', 'cleared']] });
  expect(done).toEqual(['forget mine']);
});

test('what a host did can be undone from its notice; a refusal is told and offers nothing', async () => {
  const { fake, hosting, shown } = setUp();
  const hide = (on: boolean) => ({ does: 'hide', drawing: 'd', on }) as const;
  await hosting.actWithUndo(hide(true), { text: 'Hidden.', undo: hide(false) });
  shown().at(-1)?.action?.run();
  expect(fake.events('host')).toEqual([
    ['host', hide(true)],
    ['host', hide(false)],
  ]);
  fake.answer = () => refusal('forbidden');
  await hosting.actWithUndo(hide(true), { text: 'Hidden again.', undo: hide(false) });
  expect(shown().at(-1)).toMatchObject({ text: 'refused: forbidden', action: undefined });
});
