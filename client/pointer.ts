import { padUnits } from '../shared/limits.ts';

export interface PointerActions {
  penDown(x: number, y: number): void;
  penMove(points: readonly number[]): void;
  penUp(): void;
  /** What was drawn since `penDown` was not meant. */
  penCancel(): void;
  undo(): void;
  penSeen(): void;
  /** Whether fingers draw; not while a pen does. */
  touchDraws(): boolean;
}

interface Begun {
  ms: number;
  x: number;
  y: number;
}

/** What the hands on the pad are doing. `tap`: two fingers down, which lifted soon and still means undo. */
type Gesture =
  | { state: 'idle' }
  | { state: 'drawing'; pointer: number; kind: string; begun: Begun; x: number; y: number; far: boolean }
  | { state: 'tap'; sinceMs: number; down: number };

const tapMs = 350; // a tap is over sooner, a stroke rarely
const tapUnits = 40; // a finger that lies still still trembles

/** All pointer listeners of the pad. Returns what takes them off. */
export function bindPointer(pad: HTMLElement, actions: PointerActions): () => void {
  let gesture: Gesture = { state: 'idle' };

  function at(event: PointerEvent): [number, number] {
    const box = pad.getBoundingClientRect();
    const units = (offset: number, size: number) =>
      Math.min(padUnits - 1, Math.max(0, Math.round((offset / size) * (padUnits - 1))));
    return [units(event.clientX - box.left, box.width), units(event.clientY - box.top, box.height)];
  }

  function down(event: PointerEvent) {
    if (event.pointerType === 'pen') actions.penSeen();
    const isTouch = event.pointerType === 'touch';
    if (isTouch && !actions.touchDraws()) return;
    if (gesture.state === 'drawing') {
      const palmFirst = gesture.kind === 'touch' && event.pointerType === 'pen';
      const soon = event.timeStamp - gesture.begun.ms < tapMs && !gesture.far;
      if (isTouch && gesture.kind === 'touch' && soon) {
        actions.penCancel();
        gesture = { state: 'tap', sinceMs: gesture.begun.ms, down: 2 };
        return;
      }
      if (!palmFirst) return;
      actions.penCancel();
    }
    if (gesture.state === 'tap' || event.button !== 0) return;
    const [x, y] = at(event);
    const { pointerId: pointer, pointerType: kind, timeStamp: ms } = event;
    pad.setPointerCapture(pointer);
    gesture = { state: 'drawing', pointer, kind, begun: { ms, x, y }, x, y, far: false };
    actions.penDown(x, y);
  }

  function move(event: PointerEvent) {
    if (event.pointerType === 'pen') actions.penSeen();
    if (gesture.state !== 'drawing' || gesture.pointer !== event.pointerId) return;
    // Absent where the page comes by plain http: then one point a frame is all a browser tells.
    const coalesced = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    const points: number[] = [];
    for (const each of coalesced.length > 0 ? coalesced : [event]) {
      const [x, y] = at(each);
      // A point twice in the same place says nothing; every other one is kept.
      if (x === gesture.x && y === gesture.y) continue;
      gesture.far ||= Math.hypot(x - gesture.begun.x, y - gesture.begun.y) > tapUnits;
      gesture.x = x;
      gesture.y = y;
      points.push(x, y);
    }
    actions.penMove(points);
  }

  function up(event: PointerEvent) {
    if (gesture.state === 'tap' && event.pointerType === 'touch') {
      const down = gesture.down - 1;
      if (down > 0) {
        gesture = { ...gesture, down };
        return;
      }
      const quick = event.timeStamp - gesture.sinceMs < 2 * tapMs;
      gesture = { state: 'idle' };
      if (quick && event.type === 'pointerup') actions.undo();
      return;
    }
    if (gesture.state !== 'drawing' || gesture.pointer !== event.pointerId) return;
    gesture = { state: 'idle' };
    actions.penUp();
  }

  const noMenu = (event: Event) => event.preventDefault();
  pad.addEventListener('pointerdown', down);
  pad.addEventListener('pointermove', move);
  pad.addEventListener('pointerup', up);
  pad.addEventListener('pointercancel', up);
  pad.addEventListener('contextmenu', noMenu);
  return () => {
    pad.removeEventListener('pointerdown', down);
    pad.removeEventListener('pointermove', move);
    pad.removeEventListener('pointerup', up);
    pad.removeEventListener('pointercancel', up);
    pad.removeEventListener('contextmenu', noMenu);
  };
}
