import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Route } from '../browser/router.ts';
import { createToasts } from '../browser/toasts.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import {
  createFakeConnection,
  createFakeTime,
  createMemoryStore,
  flushPromises,
} from '../testing/fake-connection.ts';
import { createPage, type Page } from './page-model.ts';

/** A browser with shared storage that opens and copies tabs. */
function createFakeBrowser() {
  const labelStore = createMemoryStore();
  const listeners = new Set<(message: unknown) => void>();
  let made = 0;
  let opened = 0;

  function open(tabStore = createMemoryStore()) {
    const line = createFakeConnection();
    const { wait } = createFakeTime();
    let receive = (_message: unknown) => {};
    const page = createPage({
      connection: line.connection,
      api: createFakeApi().api,
      router: { route: signal<Route>({ place: 'draw', room: 'lobby' }), go() {}, stop() {} },
      theme: { scheme: signal<'day'>('day'), toggle() {}, stop() {} },
      toasts: createToasts(wait),
      tabStore,
      labelStore,
      watchLabels: () => () => {},
      channel: {
        post(message) {
          for (const each of listeners) if (each !== receive) each(structuredClone(message));
        },
        listen(listener) {
          receive = listener;
          listeners.add(receive);
          return () => listeners.delete(receive);
        },
      },
      openedAt: ++opened,
      schedule: run => run(),
      wait,
      random: () => 0,
      makeId: () => `id-${++made}`,
    });
    line.goLive();
    return { page, line, tabStore: tabStore };
  }

  function copyOf({ tabStore }: ReturnType<typeof open>) {
    const copied = createMemoryStore();
    for (const key of tabStore.keys()) copied.write(key, tabStore.read(key));
    return open(copied);
  }
  return { open, copyOf };
}

function stroke({ drawing }: Page, x: number) {
  drawing.penDown(x, 1);
  drawing.penMove([x, 50]);
  drawing.penUp();
}

test('[L4] a 7 that is labelled and taken back stays a 7, and the 3 drawn after it is another drawing', async () => {
  const { page, line } = createFakeBrowser().open();
  const { value: seven } = page.drawing.id;
  stroke(page, 700);
  page.setLabel(7);
  await flushPromises();
  page.drawing.undo();
  const { value: three } = page.drawing.id;
  stroke(page, 300);
  page.setLabel(3);
  await flushPromises();
  expect(three).not.toBe(seven);
  expect(line.events('label')).toEqual([
    ['label', { drawing: seven, digit: 7 }],
    ['label', { drawing: three, digit: 3 }],
  ]);
  const ofSeven = line.sent.filter(([, payload]) => 'drawing' in payload && payload.drawing === seven);
  expect(ofSeven.slice(-2)).toMatchObject([
    ['redraw', { strokes: [[700, 1, 700, 50]] }],
    ['finish', { drawing: seven }],
  ]);
  expect(page.label.value).toEqual({ state: 'saved', digit: 3 });
});

test('[R9] two copies of a tab label two drawings', async () => {
  const { open, copyOf } = createFakeBrowser();
  const original = open();
  stroke(original.page, 700);
  original.page.save();
  const copy = copyOf(original);
  stroke(copy.page, 300);
  original.page.setLabel(7);
  copy.page.setLabel(3);
  await flushPromises();
  const [[, seven], [, three]] = [original, copy].map(({ line }) => line.events('label')[0]!) as [
    ['label', { drawing: string; digit: number }],
    ['label', { drawing: string; digit: number }],
  ];
  expect([seven.digit, three.digit]).toEqual([7, 3]);
  expect(three.drawing).not.toBe(seven.drawing);
  expect(copy.page.drawing.ink.value.strokes).toHaveLength(2);
});

test('[E12] a drawing that its author deletes in the Lab leaves the pad', () => {
  const { page, line } = createFakeBrowser().open();
  const { value: id } = page.drawing.id;
  stroke(page, 700);
  page.deleted('another');
  expect(page.drawing.blank.value).toBe(false);
  page.deleted(id);
  expect(page.drawing.blank.value).toBe(true);
  expect(line.events('finish')).toEqual([]);
});

test('a label is taken back at once, although the wall still shows it', async () => {
  const { page, line } = createFakeBrowser().open();
  stroke(page, 700);
  const drawing = page.drawing.id.value;
  const tile = { tile: 1, drawing, person: 1, ink: [], label: 7 };
  line.emit('snapshot', { tick: 1, page: 0, pages: 1, tiles: [tile], people: [{ person: 1, name: '' }] });
  expect(page.label.value).toEqual({ state: 'saved', digit: 7 });
  page.withdrawLabel();
  expect(page.label.value).toBeUndefined();
  await flushPromises();
  expect(page.label.value).toBeUndefined();
  page.drawing.undo();
  expect(page.drawing.id.value).toBe(drawing);
});

test('a drawing cleared offline is on the pad again under its own id, and is not finished', async () => {
  const { page, line } = createFakeBrowser().open();
  line.goOffline();
  stroke(page, 700);
  const drawing = page.drawing.id.value;
  page.next();
  page.drawing.undo();
  expect(page.drawing.id.value).toBe(drawing);
  line.goLive();
  await flushPromises();
  expect(line.events('finish')).toEqual([]);
  expect(line.events('redraw')).toMatchObject([['redraw', { drawing, strokes: [[700, 1, 700, 50]] }]]);
});

test('an erased drawing cannot be undone', () => {
  const { page } = createFakeBrowser().open();
  stroke(page, 700);
  page.next();
  stroke(page, 300);
  page.erased();
  page.drawing.undo();
  expect(page.drawing.blank.value).toBe(true);
});
