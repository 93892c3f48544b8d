import { padUnits } from '../../shared/limits.ts';
import type { DrawingModel } from '../pad/drawing-model.ts';

export interface PointerActions
  extends Pick<DrawingModel, 'penDown' | 'penMove' | 'penUp' | 'penCancel' | 'undo'> {
  penSeen(): void;
  /** Whether fingers draw; false in pen-only mode. */
  touchDraws(): boolean;
  /** A finger, and no palm beside a pen, has moved as if it drew. */
  touchRefused(): void;
  /** The pressures of the next points, 0…1, for a pen that measures them; `begins`: of a new stroke. */
  pressed(pressures: readonly number[], begins: boolean): void;
}

interface StrokeStart {
  ms: number;
  x: number;
  y: number;
}

interface Stroke {
  state: 'drawing';
  pointer: number;
  kind: string;
  /** The pad receives every event of the pointer, wherever it is. */
  captured: boolean;
  start: StrokeStart;
  x: number;
  y: number;
  far: boolean;
}

/** `tap`: two or more fingers are down; they undo if they lift in time. */
type Gesture = { state: 'idle' } | Stroke | { state: 'tap'; sinceMs: number; down: Set<number> };

type Pad = Pick<
  HTMLElement,
  | 'addEventListener'
  | 'removeEventListener'
  | 'getBoundingClientRect'
  | 'setPointerCapture'
  | 'hasPointerCapture'
>;

const tapMs = 350; // a tap is shorter, a stroke rarely
const tapUnits = 40; // a resting finger trembles less
const penRestMs = 1000; // a touch sooner after the pen is the palm of the hand that writes
const mainButton = 1; // bit of `buttons`: the left button, the tip of a pen, a finger

const padCoordinate = (offset: number, size: number) =>
  Math.min(padUnits - 1, Math.max(0, Math.round((offset / size) * (padUnits - 1))));

/** Adds all pointer listeners of the pad. Returns the function that removes them. */
export function bindPointer(pad: Pad, actions: PointerActions): () => void {
  let gesture: Gesture = { state: 'idle' };
  let penMs = Number.NEGATIVE_INFINITY;
  /** Where a finger came down that does not draw. */
  let refused: { pointer: number; x: number; y: number } | undefined;

  function seePen(event: PointerEvent) {
    if (event.pointerType !== 'pen') return;
    penMs = event.timeStamp;
    refused = undefined;
    actions.penSeen();
  }

  /** Reports a finger that moves as if it drew. */
  function watchRefused(event: PointerEvent) {
    if (refused?.pointer !== event.pointerId) return;
    const box = pad.getBoundingClientRect();
    const unit = (padUnits - 1) / box.width;
    if (unit * Math.hypot(event.clientX - refused.x, event.clientY - refused.y) < tapUnits) return;
    refused = undefined;
    actions.touchRefused();
  }

  /** Ends the gesture and keeps its ink. */
  function lift() {
    const ended = gesture;
    gesture = { state: 'idle' };
    if (ended.state === 'drawing') actions.penUp();
  }

  /** Whether `next` proves that the pad never received the end of the gesture. */
  function isLost(next: PointerEvent): boolean {
    if (gesture.state === 'idle') return false;
    const kind = gesture.state === 'tap' ? 'touch' : gesture.kind;
    // A primary pointer is the only one of its kind that is down.
    if (next.isPrimary && next.pointerType === kind) return true;
    return gesture.state === 'drawing' && gesture.captured && !pad.hasPointerCapture(gesture.pointer);
  }

  /** `setPointerCapture` throws if the pointer is gone by now: the stroke then goes on without capture. */
  function capture(pointer: number): boolean {
    try {
      pad.setPointerCapture(pointer);
    } catch {
      return false;
    }
    return pad.hasPointerCapture(pointer);
  }

  function down(event: PointerEvent) {
    // A button or a link over the pad is pressed, not drawn on.
    const { target } = event;
    if (target !== event.currentTarget && target instanceof Element && target.closest('button, a')) return;
    seePen(event);
    const isTouch = event.pointerType === 'touch';
    if (event.button !== 0) return;
    if (isTouch && !actions.touchDraws()) {
      const byPalm = event.timeStamp - penMs < penRestMs;
      if (!byPalm) refused = { pointer: event.pointerId, x: event.clientX, y: event.clientY };
      return;
    }
    if (isLost(event)) lift();
    if (gesture.state === 'tap' && isTouch) {
      gesture.down.add(event.pointerId);
      return;
    }
    if (gesture.state === 'drawing') {
      const palmFirst = gesture.kind === 'touch' && event.pointerType === 'pen';
      const soon = event.timeStamp - gesture.start.ms < tapMs && !gesture.far;
      if (isTouch && gesture.kind === 'touch' && soon) {
        actions.penCancel();
        const touches = new Set([gesture.pointer, event.pointerId]);
        gesture = { state: 'tap', sinceMs: gesture.start.ms, down: touches };
        return;
      }
      if (!palmFirst) return;
      actions.penCancel();
    }
    const { pointerId: pointer, pointerType: kind, timeStamp: ms } = event;
    const box = pad.getBoundingClientRect();
    const x = padCoordinate(event.clientX - box.left, box.width);
    const y = padCoordinate(event.clientY - box.top, box.height);
    const captured = capture(pointer);
    gesture = { state: 'drawing', pointer, kind, captured, start: { ms, x, y }, x, y, far: false };
    if (kind === 'pen') actions.pressed([event.pressure], true);
    actions.penDown(x, y);
  }

  function move(event: PointerEvent) {
    seePen(event);
    watchRefused(event);
    if (gesture.state !== 'drawing' || gesture.pointer !== event.pointerId) return;
    // The button came up where the page gets no event: in another window, a menu or a dialog.
    if ((event.buttons & mainButton) === 0) {
      lift();
      return;
    }
    // Absent on pages served over plain http: there the browser reports one point a frame.
    const coalesced = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    // Read once an event: the call may lay out the page.
    const box = pad.getBoundingClientRect();
    const points: number[] = [];
    const pressures: number[] = [];
    for (const each of coalesced.length > 0 ? coalesced : [event]) {
      const x = padCoordinate(each.clientX - box.left, box.width);
      const y = padCoordinate(each.clientY - box.top, box.height);
      // Drops a point only if it equals the one before.
      if (x === gesture.x && y === gesture.y) continue;
      gesture.far ||= Math.hypot(x - gesture.start.x, y - gesture.start.y) > tapUnits;
      gesture.x = x;
      gesture.y = y;
      points.push(x, y);
      pressures.push(each.pressure);
    }
    if (gesture.kind === 'pen') actions.pressed(pressures, false);
    actions.penMove(points);
  }

  function up(event: PointerEvent) {
    if (gesture.state === 'tap') {
      const { sinceMs, down } = gesture;
      if (!down.delete(event.pointerId)) return;
      const isCancelled = event.type === 'pointercancel';
      if (down.size > 0 && !isCancelled) return;
      lift();
      if (!isCancelled && event.timeStamp - sinceMs < 2 * tapMs) actions.undo();
      return;
    }
    if (gesture.state === 'drawing' && gesture.pointer === event.pointerId) lift();
  }

  function captureLost({ pointerId }: PointerEvent) {
    // The event also bubbles from an element inside the pad whose capture the pad took over.
    if (gesture.state !== 'drawing' || gesture.pointer !== pointerId || pad.hasPointerCapture(pointerId))
      return;
    lift();
  }

  const preventMenu = (event: Event) => event.preventDefault();
  pad.addEventListener('pointerdown', down);
  pad.addEventListener('pointermove', move);
  pad.addEventListener('lostpointercapture', captureLost);
  pad.addEventListener('contextmenu', preventMenu);
  // A pointer that is not captured may come up outside the pad.
  window.addEventListener('pointerup', up);
  window.addEventListener('pointercancel', up);
  window.addEventListener('blur', lift);
  return () => {
    pad.removeEventListener('pointerdown', down);
    pad.removeEventListener('pointermove', move);
    pad.removeEventListener('lostpointercapture', captureLost);
    pad.removeEventListener('contextmenu', preventMenu);
    window.removeEventListener('pointerup', up);
    window.removeEventListener('pointercancel', up);
    window.removeEventListener('blur', lift);
  };
}
