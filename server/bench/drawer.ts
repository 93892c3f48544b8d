import type { Draw, Redraw } from '../../shared/protocol.ts';
import type { TestClient } from '../test-server.ts';
import type { Ink } from './ink.ts';
import { createPen } from './pen.ts';

export interface Pace {
  updatesPerSecond: number;
  pointsPerSecond: number;
}

export interface DrawerParts {
  client: TestClient;
  nextInk(): Ink;
  pace: Pace;
  /** Time to the first update, so that drawers do not move in step. */
  firstMs: number;
  /** Called with each edit just before it is sent. */
  sending(edit: Draw): void;
  /** A digit is complete; it is finished right after. */
  done?(whole: Redraw): void;
}

/** Draws digit after digit at a steady pace, whatever the answers do. Returns what stops it. */
export function startDrawer({ client, nextInk, pace, firstMs, sending, done }: DrawerParts): () => void {
  const pen = createPen(nextInk);
  const periodMs = 1000 / pace.updatesPerSecond;
  let duePoints = 0;
  let dueMs = performance.now() + firstMs;
  let timer = setTimeout(step, firstMs);

  function step() {
    if (client.connected) update();
    dueMs += periodMs;
    timer = setTimeout(step, Math.max(0, dueMs - performance.now()));
  }

  function update() {
    duePoints += pace.pointsPerSecond / pace.updatesPerSecond;
    const edit = pen.draw(Math.max(1, Math.floor(duePoints)));
    duePoints = Math.max(0, duePoints - edit.points.length / 2);
    sending(edit);
    client.emit('draw', edit);
    if (!pen.done()) return;
    done?.(pen.redraw());
    client.emit('finish', { drawing: edit.drawing }, () => {});
  }

  const redraw = () => client.emit('redraw', pen.redraw(), () => {});
  client.on('resend', redraw);
  client.on('welcome', redraw);
  return () => {
    clearTimeout(timer);
    client.off('resend', redraw);
    client.off('welcome', redraw);
  };
}
