import { describe, expect, test } from 'vitest';
import { createRandom, int } from '../../shared/random.ts';
import { elsewhereCaption } from '../models/captions.ts';
import { type Answer, noAnswer } from '../net/retry.ts';
import {
  createFakeConnection,
  createFakeTime,
  createMemoryStore,
  flushPromises,
  refusal,
} from '../testing/fake-connection.ts';
import { createOutbox } from './outbox.ts';

function setUp({
  store = createMemoryStore(),
  line = createFakeConnection(),
  current = '',
  room = 'lobby',
} = {}) {
  const time = createFakeTime();
  const others = new Set<string>();
  let changed = () => {};
  const notices: string[] = [];
  const pad = { current };
  const unlabelled: number[] = [];
  const answers: { unlabel: Answer } = { unlabel: { ok: true } };
  const outbox = createOutbox({
    connection: line.connection,
    room,
    store,
    watch(listener) {
      changed = listener;
      return () => {};
    },
    isCurrent: id => id === pad.current,
    drawingsElsewhere: async () => new Set(others),
    async unlabel(sample) {
      unlabelled.push(sample);
      return answers.unlabel;
    },
    wait: time.wait,
    notify: message => notices.push(message),
  });
  return {
    outbox,
    line,
    store,
    time,
    notices,
    pad,
    others,
    unlabelled,
    answers,
    changed: () => changed(),
    fake: line.fake,
  };
}

const drawn = (drawing: string) => ({ drawing, seq: 4, strokes: [[1, 2, 3, 4]] });

test('a live connection sends a label at once, and an ack ends it', async () => {
  const { outbox, line, store } = setUp({ current: 'a' });
  line.goLive();
  outbox.label(drawn('a'), 7);
  expect(outbox.states.value.get('a')).toEqual({ state: 'saving', digit: 7 });
  await flushPromises();
  expect(line.sent).toEqual([['label', { drawing: 'a', digit: 7 }]]);
  expect(outbox.states.value.get('a')).toEqual({ state: 'saved', digit: 7 });
  expect(outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
  expect(store.keys()).toEqual([]);
});

test('[R8] what was labelled and finished offline is sent as ink, label, finish', async () => {
  const { outbox, line, pad } = setUp({ current: 'a' });
  outbox.label(drawn('a'), 3);
  pad.current = 'b';
  outbox.finish(drawn('a'));
  await flushPromises();
  expect(outbox.states.value.get('a')).toEqual({ state: 'kept', digit: 3 });
  expect(outbox.waiting.value).toEqual({ labels: 1, drawings: 0 });
  line.goLive();
  await flushPromises();
  expect(line.sent).toEqual([
    ['redraw', drawn('a')],
    ['label', { drawing: 'a', digit: 3 }],
    ['finish', { drawing: 'a' }],
  ]);
  expect(outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
});

test('[R7] a drawing finished offline without a label is sent too', async () => {
  const { outbox, line } = setUp();
  outbox.finish(drawn('a'));
  await flushPromises();
  expect(outbox.waiting.value).toEqual({ labels: 0, drawings: 1 });
  line.goLive();
  await flushPromises();
  expect(line.sent).toEqual([
    ['redraw', drawn('a')],
    ['finish', { drawing: 'a' }],
  ]);
});

test('[R8] the drawing on the pad is labelled only, since its ink is sent already', async () => {
  const { outbox, line } = setUp({ current: 'a' });
  outbox.label(drawn('a'), 3);
  line.goLive();
  await flushPromises();
  expect(line.sent).toEqual([['label', { drawing: 'a', digit: 3 }]]);
});

test('[R7] a label that is refused for the moment or not answered is tried again, later each time or when the server asks for it', async () => {
  const { outbox, line, time, fake } = setUp({ current: 'a' });
  line.goLive();
  fake.answer = () => refusal('unavailable');
  outbox.label(drawn('a'), 3);
  await flushPromises();
  expect(outbox.states.value.get('a')).toEqual({ state: 'kept', digit: 3 });
  expect(time.pauses()).toEqual([1000]);
  fake.answer = () => noAnswer;
  await time.pass();
  expect(time.pauses()).toEqual([2000]);
  fake.answer = () => refusal('rate_limited', 321);
  await time.pass();
  expect(time.pauses()).toEqual([321]);
  fake.answer = () => ({ ok: true });
  await time.pass();
  expect(outbox.states.value.get('a')).toEqual({ state: 'saved', digit: 3 });
  expect(line.events('label')).toHaveLength(4);
});

test('[R7] a new connection is tried at once', async () => {
  const { outbox, line, fake } = setUp({ current: 'a' });
  line.goLive();
  fake.answer = () => refusal('unavailable');
  outbox.label(drawn('a'), 3);
  await flushPromises();
  line.goOffline();
  fake.answer = () => ({ ok: true });
  line.goLive();
  await flushPromises();
  expect(outbox.waiting.value.labels).toBe(0);
});

test('[R7] while the database is away drawings are finished nevertheless', async () => {
  const { outbox, line, pad, fake } = setUp({ current: 'a' });
  line.goLive();
  fake.answer = ([event]) => (event === 'label' ? refusal('unavailable') : { ok: true });
  outbox.label(drawn('a'), 3);
  await flushPromises();
  pad.current = 'b';
  outbox.finish(drawn('a'));
  outbox.finish(drawn('b'));
  await flushPromises();
  expect(line.events('finish')).toEqual([
    ['finish', { drawing: 'a' }],
    ['finish', { drawing: 'b' }],
  ]);
  expect(outbox.waiting.value).toEqual({ labels: 1, drawings: 0 });
});

test('a label that the server refuses for good is dropped, and a notice shows the reason', async () => {
  const { outbox, line, notices, fake } = setUp({ current: 'a' });
  line.goLive();
  fake.answer = () => refusal('not_yours');
  outbox.label(drawn('a'), 3);
  await flushPromises();
  expect(outbox.waiting.value.labels).toBe(0);
  expect(outbox.states.value.has('a')).toBe(false);
  expect(notices).toEqual([expect.stringContaining('refused: not_yours')]);
});

test('[R8] a server that forgot the drawing gets it again, once', async () => {
  const { outbox, line, notices, fake } = setUp({ current: 'a' });
  line.goLive();
  let known = false;
  fake.answer = ([event]) => {
    if (event === 'redraw') known = true;
    return known ? { ok: true } : refusal('unknown_drawing');
  };
  outbox.label(drawn('a'), 3);
  await flushPromises();
  expect(line.sent.map(([event]) => event)).toEqual(['label', 'redraw', 'label']);
  fake.answer = () => refusal('unknown_drawing');
  outbox.label(drawn('a'), 4);
  await flushPromises();
  expect(notices).toHaveLength(1);
});

test('[L2] of several labels the last one is sent', async () => {
  const { outbox, line } = setUp({ current: 'a' });
  line.goLive();
  outbox.label(drawn('a'), 1);
  outbox.label(drawn('a'), 7);
  await flushPromises();
  expect(line.events('label').at(-1)).toEqual(['label', { drawing: 'a', digit: 7 }]);
  expect(outbox.states.value.get('a')).toEqual({ state: 'saved', digit: 7 });
  expect(outbox.waiting.value.labels).toBe(0);
});

test('any content of the storage is read without an error', () => {
  const store = createMemoryStore();
  for (const [i, value] of [null, 7, {}, { drawing: 'a', digit: '7', seq: 1, strokes: [] }].entries()) {
    store.write(`${i}`, value);
  }
  expect(setUp({ store }).outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
});

test('[R8] a label of one room is sent by a page of that room alone', async () => {
  const store = createMemoryStore();
  const closed = setUp({ store, room: '4a', current: 'a' });
  closed.outbox.label(drawn('a'), 3);
  closed.outbox.finish(drawn('other'));
  closed.outbox.stop();
  await flushPromises();

  const { outbox, line } = setUp({ store, room: '4b' });
  line.goLive();
  await flushPromises();
  expect(line.sent).toEqual([]);
  expect(outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
  const [waiting] = outbox.elsewhere.value;
  expect(waiting).toEqual(['4a', { labels: 1, drawings: 1 }]);
  expect(elsewhereCaption(...waiting!)).toBe('1 answer waits until you open room 4a');

  const opened = setUp({ store, room: '4a' });
  opened.line.goLive();
  await flushPromises();
  expect(opened.line.events('label')).toEqual([['label', { drawing: 'a', digit: 3 }]]);
  expect(store.keys()).toEqual([]);
});

test('[R8] a label that another tab has sent meanwhile is dropped, and one that it changed is sent as it is now', async () => {
  const store = createMemoryStore();
  const other = setUp({ store, current: 'a' });
  other.outbox.label(drawn('a'), 3);
  other.outbox.label(drawn('b'), 4);
  const { outbox, line, changed } = setUp({ store });
  other.outbox.label(drawn('a'), 7);
  store.remove('b');
  changed();
  expect(outbox.waiting.value).toEqual({ labels: 1, drawings: 0 });
  line.goLive();
  await flushPromises();
  expect(line.events('label')).toEqual([['label', { drawing: 'a', digit: 7 }]]);
});

test('[R8] a label of a drawing on another tab’s pad is left to that tab', async () => {
  const store = createMemoryStore();
  setUp({ store, current: 'a' }).outbox.label(drawn('a'), 3);
  const { line, others } = setUp({ store });
  others.add('a');
  line.goLive();
  await flushPromises();
  expect(line.sent).toEqual([]);
  // The other tab was closed.
  others.clear();
  line.goOffline();
  line.goLive();
  await flushPromises();
  expect(line.sent.map(([event]) => event)).toEqual(['redraw', 'label', 'finish']);
});

test('[R8] a label that another tab keeps while this one is live is left to that tab', async () => {
  const store = createMemoryStore();
  const { outbox, line, changed } = setUp({ store });
  line.goLive();
  await flushPromises();
  setUp({ store, current: 'a' }).outbox.label(drawn('a'), 3);
  changed();
  await flushPromises();
  expect(outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
  expect(line.sent).toEqual([]);
});

test('resendAndFinish sends the whole drawing before finish, whatever the server holds', async () => {
  const { outbox, line, pad } = setUp({ current: 'a' });
  line.goLive();
  outbox.label(drawn('a'), 7);
  await flushPromises();
  pad.current = 'b';
  outbox.resendAndFinish(drawn('a'));
  await flushPromises();
  expect(line.sent).toEqual([
    ['label', { drawing: 'a', digit: 7 }],
    ['redraw', drawn('a')],
    ['finish', { drawing: 'a' }],
  ]);
  expect(outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
});

test('resendAndFinish during the send of a label still sends the ink before finish', async () => {
  const { outbox, line, pad } = setUp({ current: 'a' });
  line.goLive();
  outbox.label({ ...drawn('a'), strokes: [[1, 2]] }, 7);
  pad.current = 'b';
  outbox.resendAndFinish(drawn('a'));
  await flushPromises();
  const events = line.sent.map(([event]) => event);
  expect(events.indexOf('finish')).toBeGreaterThan(events.indexOf('redraw'));
  expect(line.events('redraw')).toEqual([['redraw', drawn('a')]]);
});

test('a page that closes stores its label with all the ink', () => {
  const { outbox, store } = setUp({ current: 'a' });
  outbox.label({ ...drawn('a'), strokes: [[1, 2]] }, 7);
  outbox.refresh(drawn('a'));
  outbox.refresh(drawn('unlabelled'));
  expect(store.keys()).toEqual(['a']);
  expect(store.read('a')).toMatchObject({ digit: 7, strokes: [[1, 2, 3, 4]], room: 'lobby' });
});

test.each([11, 12, 13, 14])(
  '[R7] no label is lost and each ends acked, over cuts, refusals and reloads (seed %i)',
  async seed => {
    const random = createRandom(seed);
    const store = createMemoryStore();
    const wanted = new Map<string, number>();
    const stored = new Map<string, number>();
    let page = setUp({ store });
    const answerAtRandom = (fake: (typeof page)['fake']) => {
      fake.answer = ([event, payload]) => {
        const luck = int(random, 6);
        if (luck === 0) return refusal('unavailable');
        if (luck === 1) return refusal('overloaded', 5);
        if (event === 'label' && 'digit' in payload) stored.set(payload.drawing, payload.digit);
        return luck === 2 ? noAnswer : { ok: true };
      };
    };
    answerAtRandom(page.fake);
    for (let i = 0; i < 400; i++) {
      switch (int(random, 7)) {
        case 0: {
          page.pad.current = `d${i}`;
          wanted.set(`d${i}`, int(random, 10));
          page.outbox.label(drawn(`d${i}`), wanted.get(`d${i}`)!);
          break;
        }
        case 1:
          if (page.pad.current !== '') {
            wanted.set(page.pad.current, int(random, 10));
            page.outbox.label(drawn(page.pad.current), wanted.get(page.pad.current)!);
          }
          break;
        case 2: {
          const done = page.pad.current;
          page.pad.current = '';
          if (done !== '') page.outbox.finish(drawn(done));
          break;
        }
        case 3:
          page.line.goOffline();
          break;
        case 4:
          page.line.goLive();
          break;
        case 5:
          await page.time.pass();
          break;
        default:
          if (int(random, 5) > 0) break;
          page.outbox.stop();
          page.line.goOffline();
          await flushPromises();
          page = setUp({ store });
          answerAtRandom(page.fake);
      }
      await flushPromises();
    }
    page.pad.current = '';
    page.fake.answer = ([event, payload]) => {
      if (event === 'label' && 'digit' in payload) stored.set(payload.drawing, payload.digit);
      return { ok: true };
    };
    page.line.goLive();
    for (let i = 0; i < 20; i++) await page.time.pass();
    expect(page.outbox.waiting.value).toEqual({ labels: 0, drawings: 0 });
    expect(store.keys()).toEqual([]);
    expect([...stored].sort()).toEqual([...wanted].sort());
  },
);

describe('a label that its author takes back', () => {
  test('is removed from the sample that the server stored, and stays withdrawn here', async () => {
    const { outbox, line, store, unlabelled } = setUp({ current: 'a' });
    line.goLive();
    outbox.label(drawn('a'), 7);
    await flushPromises();
    outbox.withdraw(drawn('a'), 7);
    expect(outbox.states.value.has('a')).toBe(false);
    expect(outbox.withdrawn.value.has('a')).toBe(true);
    await flushPromises();
    expect(unlabelled).toHaveLength(1);
    expect(store.keys()).toEqual([]);
    expect(outbox.states.value.has('a')).toBe(false);
    outbox.label(drawn('a'), 1);
    expect(outbox.withdrawn.value.has('a')).toBe(false);
  });

  test('is dropped if it was never sent', async () => {
    const { outbox, line, store, unlabelled } = setUp({ current: 'a' });
    outbox.label(drawn('a'), 7);
    outbox.withdraw(drawn('a'), 7);
    expect(store.keys()).toEqual([]);
    line.goLive();
    await flushPromises();
    expect([line.events('label'), unlabelled]).toEqual([[], []]);
  });

  test('is removed after a reload and an offline time, without being shown as kept', async () => {
    const { outbox, line, store } = setUp({ current: 'a' });
    line.goLive();
    outbox.label(drawn('a'), 7);
    await flushPromises();
    line.goOffline();
    outbox.withdraw(drawn('a'), 7);
    await flushPromises();
    const next = setUp({ store, current: 'a' });
    expect(next.outbox.states.value.has('a')).toBe(false);
    expect(next.outbox.withdrawn.value.has('a')).toBe(true);
    next.line.goLive();
    await flushPromises();
    expect(next.unlabelled).toHaveLength(1);
    expect(store.keys()).toEqual([]);
  });

  test('is removed although it is taken back while it is being sent', async () => {
    const { outbox, line, unlabelled } = setUp({ current: 'a' });
    line.goLive();
    outbox.label(drawn('a'), 7);
    outbox.withdraw(drawn('a'), 7);
    await flushPromises();
    expect(unlabelled).toHaveLength(1);
    expect(outbox.states.value.has('a')).toBe(false);
  });

  test('is tried again while the database is away, and stays if the server refuses for good', async () => {
    const { outbox, line, time, notices, unlabelled, answers } = setUp({ current: 'a' });
    line.goLive();
    outbox.label(drawn('a'), 7);
    await flushPromises();
    answers.unlabel = refusal('unavailable');
    outbox.withdraw(drawn('a'), 7);
    await flushPromises();
    expect(outbox.states.value.has('a')).toBe(false);
    answers.unlabel = refusal('not_yours');
    await time.pass();
    expect(unlabelled).toHaveLength(2);
    expect(notices).toEqual(['The answer 7 was not taken back: refused: not_yours']);
    expect(outbox.withdrawn.value.has('a')).toBe(false);
  });
});
