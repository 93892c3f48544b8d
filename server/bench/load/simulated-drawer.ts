import type { DrawThrottle } from '../../../shared/draw-throttle.ts';
import type { Draw, Redraw } from '../../../shared/protocol.ts';
import type { TestClient } from '../../testing/server.ts';
import type { Ink } from '../people/ink.ts';
import { createPen } from './simulated-pen.ts';

export interface Pace {
  updatesPerSecond: number;
  pointsPerSecond: number;
}

export interface DrawerParts {
  client: TestClient;
  /** Sends the ink at the server's pace. */
  draws: DrawThrottle;
  nextInk(): Ink;
  pace: Pace;
  /** Delay of the first update, so that drawers are not synchronised. */
  firstMs: number;
  /** Called with each edit as it is drawn. */
  drawing(edit: Draw): void;
  /** Called when a digit is complete, right before its finish. */
  done?(whole: Redraw): void;
}

/**
 * Draws digits at a steady pace and sends them as the page does, independent of responses. Returns a function that
 * stops it.
 */
export function startDrawer(parts: DrawerParts): () => void {
  const { client, draws, nextInk, pace, firstMs, drawing, done } = parts;
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
    drawing(edit);
    draws.draw(edit);
    if (!pen.done()) return;
    draws.flush();
    done?.(pen.redraw());
    client.emit('finish', { drawing: edit.drawing }, () => {});
  }

  function redraw() {
    draws.flush();
    client.emit('redraw', pen.redraw(), () => {});
  }
  client.on('resend', redraw);
  client.on('welcome', redraw);
  client.on('disconnect', draws.drop);
  return () => {
    clearTimeout(timer);
    draws.flush();
    client.off('disconnect', draws.drop);
    client.off('resend', redraw);
    client.off('welcome', redraw);
  };
}
