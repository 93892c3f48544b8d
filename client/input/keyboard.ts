import type { KeyboardPen } from '../pad/keyboard-pen.ts';

export interface KeyActions {
  label(digit: number): void;
  confirm(): void;
  next(): void;
  undo(): void;
}

const step = 24; // pad units: forty key presses from edge to edge
const largeStep = 96;
const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Keys that work anywhere on the page: digits label, Enter confirms, Escape clears, Ctrl+Z undoes. */
export function bindKeys(actions: KeyActions): () => void {
  function press(event: KeyboardEvent) {
    if (event.defaultPrevented || event.altKey || isTyping(event.target)) return;
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl && event.key.toLowerCase() === 'z' && !event.shiftKey) actions.undo();
    else if (withControl) return;
    else if (/^[0-9]$/.test(event.key) && !event.repeat) actions.label(Number(event.key));
    else if (event.key === 'Escape' && !event.repeat) actions.next();
    // Enter on a focused button presses that button.
    else if (event.key === 'Enter' && !event.repeat && !isPressable(event.target)) actions.confirm();
    else return;
    event.preventDefault();
  }
  addEventListener('keydown', press);
  return () => removeEventListener('keydown', press);
}

/** Keys of the focused pad: arrows move the pen, Space puts it down and lifts it. */
export function bindPadKeys(pad: HTMLElement, pen: KeyboardPen): () => void {
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = directions[event.key];
    const distance = event.shiftKey ? largeStep : step;
    if (direction !== undefined) pen.move(direction[0] * distance, direction[1] * distance);
    else if (event.key === ' ') {
      if (!event.repeat) pen.toggle();
    } else return;
    event.preventDefault();
  }
  const hide = () => pen.hide();
  pad.addEventListener('keydown', press);
  pad.addEventListener('blur', hide);
  return () => {
    pad.removeEventListener('keydown', press);
    pad.removeEventListener('blur', hide);
  };
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));
const isPressable = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('button, a[href], summary') !== null;
