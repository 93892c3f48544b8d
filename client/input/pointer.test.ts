import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bindPointer } from './pointer.ts';

interface Step {
  id?: number;
  kind?: 'mouse' | 'touch' | 'pen';
  at?: readonly [number, number];
  ms?: number;
  button?: number;
  buttons?: number;
  isPrimary?: boolean;
  pressure?: number;
  /** Points of the coalesced events. */
  coalesced?: readonly (readonly [number, number])[];
}

/** A pad of 1,023 pixels: one pixel is one pad unit. */
class FakePad extends EventTarget {
  readonly captured = new Set<number>();
  layouts = 0;
  refusesCapture = false;
  getBoundingClientRect() {
    this.layouts++;
    return { left: 0, top: 0, width: 1023, height: 1023 };
  }
  setPointerCapture(pointer: number) {
    if (this.refusesCapture) throw new DOMException('No active pointer.', 'NotFoundError');
    this.captured.add(pointer);
  }
  hasPointerCapture(pointer: number) {
    return this.captured.has(pointer);
  }
}

let view: EventTarget;
beforeEach(() => {
  view = new EventTarget();
  vi.stubGlobal('window', view);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function setUp({ penOnly = false } = {}) {
  const pad = new FakePad();
  const strokes: number[][] = [];
  const calls: string[] = [];
  const pressures: number[][] = [];
  let penIsDown = false;
  const stop = bindPointer(pad as unknown as HTMLElement, {
    penDown(x, y) {
      calls.push('down');
      penIsDown = true;
      strokes.push([x, y]);
    },
    penMove(points) {
      if (penIsDown) strokes.at(-1)!.push(...points);
    },
    penUp() {
      calls.push('up');
      penIsDown = false;
    },
    penCancel() {
      calls.push('cancel');
      penIsDown = false;
      strokes.pop();
    },
    undo: () => void calls.push('undo'),
    penSeen() {},
    touchDraws: () => !penOnly,
    touchRefused: () => void calls.push('refused'),
    pressed: (measured, begins) =>
      void (begins ? pressures.push([...measured]) : pressures.at(-1)!.push(...measured)),
  });

  function send(type: string, step: Step = {}) {
    const {
      id = 1,
      kind = 'mouse',
      at = [0, 0],
      ms = 0,
      button = 0,
      isPrimary = true,
      pressure = 0.5,
    } = step;
    const { buttons = type === 'pointerup' || type === 'pointercancel' ? 0 : 1, coalesced = [] } = step;
    const place = ([clientX, clientY]: readonly [number, number]) => ({ clientX, clientY });
    const fields = { pointerId: id, pointerType: kind, button, buttons, isPrimary, pressure, ...place(at) };
    const event = () =>
      Object.defineProperty(
        Object.assign(new Event(type), { ...fields, getCoalescedEvents: () => coalesced.map(place) }),
        'timeStamp',
        { value: ms },
      );
    pad.dispatchEvent(event());
    view.dispatchEvent(event());
    if (type !== 'pointerup' && type !== 'pointercancel') return;
    if (pad.captured.delete(id)) pad.dispatchEvent(Object.assign(new Event('lostpointercapture'), fields));
  }
  return { pad, strokes, calls, pressures, send, stop };
}

const stroke = ({ send }: ReturnType<typeof setUp>, step: Step = {}) => {
  send('pointerdown', { ...step, at: [500, 500] });
  send('pointermove', { ...step, at: [510, 520] });
  send('pointerup', { ...step, at: [510, 520] });
};
const drawn = [500, 500, 510, 520];

test('a stroke goes from where the pen comes down to where it lifts', () => {
  const hand = setUp();
  stroke(hand);
  expect(hand.strokes).toEqual([drawn]);
  expect(hand.calls).toEqual(['down', 'up']);
});

test('a move without the main button ends the stroke and draws nothing', () => {
  const hand = setUp();
  hand.send('pointerdown', { at: [1, 1] });
  hand.send('pointermove', { at: [2, 2] });
  hand.send('pointermove', { at: [300, 300], buttons: 0 });
  hand.send('pointermove', { at: [400, 400], buttons: 1 });
  expect(hand.calls).toEqual(['down', 'up']);
  stroke(hand);
  expect(hand.strokes).toEqual([[1, 1, 2, 2], drawn]);
});

test('another button that is still held does not hold the pen down', () => {
  const hand = setUp();
  hand.send('pointerdown', { at: [1, 1] });
  hand.send('pointermove', { at: [300, 300], buttons: 2 });
  expect(hand.strokes).toEqual([[1, 1]]);
  expect(hand.calls).toEqual(['down', 'up']);
});

test.each([
  [
    'the window loses the focus',
    ({ pad }: ReturnType<typeof setUp>) => {
      pad.captured.clear();
      view.dispatchEvent(new Event('blur'));
    },
  ],
  [
    'the capture is lost',
    ({ pad }: ReturnType<typeof setUp>) => {
      pad.captured.clear();
      pad.dispatchEvent(Object.assign(new Event('lostpointercapture'), { pointerId: 1 }));
    },
  ],
  ['the browser cancels the pointer', ({ send }: ReturnType<typeof setUp>) => send('pointercancel')],
  ['the next press is the first sign of it', () => {}],
])('a stroke ends when %s, and the next one is a stroke of its own', (_name, lose) => {
  const hand = setUp();
  hand.send('pointerdown', { at: [1, 1] });
  hand.send('pointermove', { at: [2, 2] });
  lose(hand);
  stroke(hand);
  expect(hand.strokes).toEqual([[1, 1, 2, 2], drawn]);
  expect(hand.calls).toEqual(['down', 'up', 'down', 'up']);
});

test('lostpointercapture of an element inside the pad does not end the stroke', () => {
  const hand = setUp();
  hand.send('pointerdown', { kind: 'touch', at: [1, 1] });
  hand.pad.dispatchEvent(Object.assign(new Event('lostpointercapture'), { pointerId: 1 }));
  hand.send('pointermove', { kind: 'touch', at: [2, 2] });
  expect(hand.strokes).toEqual([[1, 1, 2, 2]]);
});

test.each(['touch', 'pen', 'mouse'] as const)('after a touch whose end was lost, a %s draws', kind => {
  const hand = setUp();
  hand.send('pointerdown', { kind: 'touch', at: [1, 1], id: 4 });
  hand.pad.captured.clear();
  stroke(hand, { kind, id: 5, ms: 100 });
  expect(hand.strokes).toEqual([[1, 1], drawn]);
});

test('after two touches whose ends were lost, a touch draws', () => {
  const hand = setUp();
  hand.send('pointerdown', { kind: 'touch', id: 4 });
  hand.send('pointerdown', { kind: 'touch', id: 5, isPrimary: false, ms: 20 });
  stroke(hand, { kind: 'touch', id: 6, ms: 5000 });
  expect(hand.strokes).toEqual([drawn]);
  expect(hand.calls).not.toContain('undo');
});

test.each([
  ['inside', true],
  ['outside', false],
])('a pointer that cannot be captured draws, and may lift %s the pad', (_name, inside) => {
  const hand = setUp();
  hand.pad.refusesCapture = true;
  hand.send('pointerdown', { at: [500, 500] });
  hand.send('pointermove', { at: [510, 520] });
  if (inside) hand.send('pointerup');
  else view.dispatchEvent(Object.assign(new Event('pointerup'), { pointerId: 1 }));
  expect(hand.strokes).toEqual([drawn]);
  expect(hand.calls).toEqual(['down', 'up']);
});

test('a pen draws while a palm rests on the pad with two contacts', () => {
  const hand = setUp();
  hand.send('pointerdown', { kind: 'touch', id: 4 });
  hand.send('pointerdown', { kind: 'touch', id: 5, isPrimary: false, ms: 20 });
  stroke(hand, { kind: 'pen', id: 6, ms: 50 });
  hand.send('pointerup', { kind: 'touch', id: 4, ms: 90 });
  hand.send('pointerup', { kind: 'touch', id: 5, ms: 90 });
  expect(hand.strokes).toEqual([drawn]);
  expect(hand.calls).toEqual(['down', 'cancel', 'down', 'up']);
});

test('a palm before the pen leaves nothing, and a touch beside the pen draws nothing', () => {
  const hand = setUp();
  hand.send('pointerdown', { kind: 'touch', id: 4, at: [900, 900] });
  hand.send('pointerdown', { kind: 'pen', id: 6, at: [500, 500] });
  hand.send('pointermove', { kind: 'touch', id: 4, at: [901, 901] });
  hand.send('pointermove', { kind: 'pen', id: 6, at: [510, 520] });
  hand.send('pointerup', { kind: 'pen', id: 6 });
  expect(hand.strokes).toEqual([drawn]);
});

test('a short tap of two fingers undoes; a long or cancelled one, or one in pen-only mode, does not', () => {
  const tap = (hand: ReturnType<typeof setUp>, end: string, ms: number) => {
    hand.send('pointerdown', { kind: 'touch', id: 4 });
    hand.send('pointerdown', { kind: 'touch', id: 5, isPrimary: false, ms: 20 });
    hand.send(end, { kind: 'touch', id: 4, ms });
    hand.send('pointerup', { kind: 'touch', id: 5, ms });
    return hand.calls.filter(call => call === 'undo').length;
  };
  expect(tap(setUp(), 'pointerup', 100)).toBe(1);
  expect(tap(setUp(), 'pointerup', 1000)).toBe(0);
  expect(tap(setUp(), 'pointercancel', 100)).toBe(0);
  expect(tap(setUp({ penOnly: true }), 'pointerup', 100)).toBe(0);
});

test('the box of the pad is read once an event, whatever its number of points', () => {
  const hand = setUp();
  hand.send('pointerdown', { at: [0, 0] });
  const coalesced = Array.from({ length: 20 }, (_, i): [number, number] => [i + 1, 2 * i]);
  hand.send('pointermove', { at: [20, 38], coalesced });
  expect(hand.strokes).toEqual([[0, 0, ...coalesced.flat()]]);
  expect(hand.pad.layouts).toBe(2);
});

test('after stop no event reaches the actions', () => {
  const hand = setUp();
  hand.send('pointerdown');
  hand.stop();
  hand.send('pointerup');
  view.dispatchEvent(new Event('blur'));
  stroke(hand);
  expect(hand.calls).toEqual(['down']);
});

test('a finger that moves in pen-only mode is reported as refused; a tap, and a palm beside the pen, are not', () => {
  const refusals = (steps: (hand: ReturnType<typeof setUp>) => void) => {
    const hand = setUp({ penOnly: true });
    steps(hand);
    return hand.calls.filter(call => call === 'refused').length;
  };
  const drag = (hand: ReturnType<typeof setUp>, ms: number) => {
    for (const x of [500, 560, 700])
      hand.send(x === 500 ? 'pointerdown' : 'pointermove', { kind: 'touch', id: 4, at: [x, 500], ms });
  };
  expect(refusals(hand => drag(hand, 5000))).toBe(1);
  expect(refusals(hand => hand.send('pointerdown', { kind: 'touch', id: 4, ms: 5000 }))).toBe(0);
  expect(
    refusals(hand => {
      hand.send('pointermove', { kind: 'pen', id: 6, buttons: 0, ms: 4800 });
      drag(hand, 5000);
    }),
  ).toBe(0);
  expect(
    refusals(hand => {
      hand.send('pointerdown', { kind: 'touch', id: 4, at: [500, 500], ms: 5000 });
      hand.send('pointerdown', { kind: 'pen', id: 6, ms: 5100 });
      hand.send('pointermove', { kind: 'touch', id: 4, at: [700, 500], ms: 5200 });
    }),
  ).toBe(0);
});

test('a pen reports one pressure a point, and a mouse none', () => {
  const hand = setUp();
  hand.send('pointerdown', { kind: 'pen', at: [1, 1], pressure: 0.2 });
  hand.send('pointermove', { kind: 'pen', at: [9, 9], pressure: 0.7 });
  hand.send('pointermove', { kind: 'pen', at: [9, 9], pressure: 0.8 });
  hand.send('pointermove', { kind: 'pen', at: [9, 20], pressure: 0.9 });
  hand.send('pointerup', { kind: 'pen' });
  stroke(hand, { ms: 2000 });
  expect(hand.pressures).toEqual([[0.2, 0.7, 0.9]]);
  expect(hand.strokes[0]).toHaveLength(2 * 3);
});

test('a button over the pad is pressed, not drawn on', () => {
  class FakeButton {
    closest = () => this;
  }
  vi.stubGlobal('Element', FakeButton);
  const { pad, strokes } = setUp();
  const press = Object.assign(new Event('pointerdown'), { pointerId: 1, pointerType: 'mouse', button: 0 });
  Object.defineProperty(press, 'target', { value: new FakeButton() });
  pad.dispatchEvent(press);
  expect(strokes).toEqual([]);
});
