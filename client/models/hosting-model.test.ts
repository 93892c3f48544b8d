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
  const update = (change: Partial<RoomNews>) => fake.emit('room', { ...hosting.news.value, ...change });
  return { fake, hosting, done, update, shown: () => toasts.shown.value };
}

test('[H8] a paused person gets a notice, and the whole drawing is sent once they may draw again', () => {
  const { update, done, shown } = setUp();
  update({ paused: true });
  expect(shown().at(-1)?.text).toContain('paused your pen');
  expect(done).toEqual([]);
  update({ paused: false });
  expect(shown().at(-1)?.text).toBe('You can draw again.');
  expect(done).toEqual(['resend']);
});

test('[H8] the author of a hidden drawing gets a notice, a cleared one makes place for the next, others are left alone', () => {
  const { update, done, shown } = setUp();
  update({ veiled: [['of somebody else', 'hidden']] });
  expect(shown()).toEqual([]);
  update({ veiled: [['mine', 'hidden']] });
  expect(shown().at(-1)?.text).toContain('off the wall');
  expect(done).toEqual([]);
  update({ veiled: [['mine', 'cleared']] });
  expect(done).toEqual(['forget mine']);
});

test('what a host did can be undone from its notice; a refusal is shown and offers nothing', async () => {
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
