import { unpackAppends, unpackInk } from '../../../shared/ink.ts';
import type { Draw, Frame } from '../../../shared/protocol.ts';

/** What the viewers of one load process received. */
export interface FrameReport {
  frames: number;
  bytes: number;
  /** Points of ink, once for each viewer that got them. */
  points: number;
  /** For each frame with ink and each viewer: from its oldest point being sent to the frame being there. */
  agesMs: Float64Array;
}

interface Content {
  points: number;
  /** When the oldest point was sent; undefined when none of ours is in it. */
  oldestMs: number | undefined;
}

const rememberedFrames = 64; // two seconds of ticks: no viewer is further behind another

/** Counts the ink of one room. Every viewer gets the same text, so each frame is parsed once for all of them. */
export function createFrameTally(measuring: () => boolean, now: () => number) {
  const sentMs = new Map<string, number[][]>();
  const tiles = new Map<number, { drawing: string; seen: number[] }>();
  const contents = new Map<string, Content>();
  let agesMs: number[] = [];
  let [frames, bytes, points] = [0, 0, 0];

  function contentOf(json: string): Content {
    const known = contents.get(json);
    if (known !== undefined) return known;
    const content = read(JSON.parse(json));
    contents.set(json, content);
    for (const oldest of contents.keys()) {
      if (contents.size <= rememberedFrames) break;
      contents.delete(oldest);
    }
    return content;
  }

  function read({ begun = [], ink = '', redrawn = [], finished = [] }: Frame): Content {
    for (const [tile, drawing] of begun) tiles.set(tile, { drawing, seen: [] });
    const content: Content = { points: 0, oldestMs: undefined };
    for (const { tile, stroke, differences } of unpackAppends(ink)) {
      content.points += differences.length / 2;
      const shown = tiles.get(tile);
      if (shown === undefined) continue;
      const from = shown.seen[stroke] ?? 0;
      shown.seen[stroke] = from + differences.length / 2;
      const sent = sentMs.get(shown.drawing)?.[stroke]?.[from];
      if (sent !== undefined) content.oldestMs = Math.min(sent, content.oldestMs ?? sent);
    }
    for (const [tile, strokes] of redrawn) {
      const shown = tiles.get(tile);
      if (shown) shown.seen = strokes.map(packed => unpackInk(packed).length / 2);
    }
    for (const tile of finished) {
      sentMs.delete(tiles.get(tile)?.drawing ?? '');
      tiles.delete(tile);
    }
    return content;
  }

  return {
    sent({ drawing, stroke, points: sent }: Draw) {
      const strokes = sentMs.get(drawing) ?? [];
      const times = strokes[stroke] ?? [];
      for (let point = 0; point < sent.length / 2; point++) times.push(now());
      strokes[stroke] = times;
      sentMs.set(drawing, strokes);
    },
    received(json: string, size: number) {
      const content = contentOf(json);
      if (!measuring()) return;
      frames++;
      bytes += size;
      points += content.points;
      if (content.oldestMs !== undefined) agesMs.push(now() - content.oldestMs);
    },
    restart() {
      agesMs = [];
      [frames, bytes, points] = [0, 0, 0];
    },
    report: (): FrameReport => ({ frames, bytes, points, agesMs: Float64Array.from(agesMs) }),
  };
}
