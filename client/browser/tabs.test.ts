import { expect, test } from 'vitest';
import { createFakeTime, flushPromises } from '../testing/fake-connection.ts';
import { type Channel, createTabs } from './tabs.ts';

/** Opens tabs that share a channel; each is younger than the one before. */
function createFakeBrowser() {
  const tabs = new Map<string, (message: unknown) => void>();
  const time = createFakeTime();
  let now = 0;

  function open(tab: string, kept: string) {
    const pad = { drawing: kept, forks: 0 };
    const channel: Channel = {
      post(message) {
        for (const [other, listener] of tabs) if (other !== tab) listener(structuredClone(message));
      },
      listen(listener) {
        tabs.set(tab, listener);
        return () => tabs.delete(tab);
      },
    };
    const shared = createTabs({
      channel,
      tab,
      since: ++now,
      drawing: () => pad.drawing,
      copied() {
        pad.forks++;
        pad.drawing = `${tab} ${pad.forks}`;
      },
      wait: time.wait,
    });
    return { pad, ...shared };
  }
  return { open, time };
}

test('[R9] a copied tab takes a new drawing, and the tab it was copied from goes on with its own', () => {
  const { open } = createFakeBrowser();
  const original = open('z', 'seven');
  const copy = open('a', 'seven');
  expect(original.pad).toEqual({ drawing: 'seven', forks: 0 });
  expect(copy.pad).toEqual({ drawing: 'a 1', forks: 1 });
  expect(open('b', 'seven').pad).toEqual({ drawing: 'b 1', forks: 1 });
});

test('[R9] a reloaded tab keeps its drawing, and so does the only one of two copies that is left', () => {
  const { open } = createFakeBrowser();
  open('first', 'seven').stop();
  expect(open('reloaded', 'seven').pad.forks).toBe(0);
});

test('[R8] a tab knows the drawings of the tabs that answer', async () => {
  const { open, time } = createFakeBrowser();
  const one = open('one', 'a');
  const two = open('two', 'b');
  open('three', 'c').stop();
  const first = one.drawingsElsewhere();
  await time.pass();
  expect([...(await first)]).toEqual(['b']);
  two.pad.drawing = 'd';
  const again = one.drawingsElsewhere();
  await time.pass();
  expect([...(await again)]).toEqual(['d']);
});

test('any message on the channel is read without an error', async () => {
  let receive = (_message: unknown) => {};
  let copies = 0;
  createTabs({
    channel: {
      post() {},
      listen(listener) {
        receive = listener;
        return () => {};
      },
    },
    tab: 'me',
    since: 5,
    drawing: () => 'a',
    copied: () => copies++,
    wait: () => flushPromises(),
  });
  for (const message of [null, 7, {}, { tab: 'x', since: '1', drawing: 'a', asks: true }]) receive(message);
  receive({ tab: 'me', since: 1, drawing: 'a', asks: false });
  expect(copies).toBe(0);
});
