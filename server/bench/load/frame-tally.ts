import { unpackAppends, unpackInk } from '../../../shared/ink.ts';
import type { Draw, Frame } from '../../../shared/protocol.ts';

/** Frames received by the viewers of one load process. */
export interface FrameReport {
  frames: number;
  bytes: number;
  /** Points of ink, counted once per viewer. */
  points: number;
  /** For each frame with ink and each viewer: the time from sending its oldest point to receiving the frame. */
  agesMs: Float64Array;
}

interface Content {
  points: number;
  /** Time of sending the oldest point; undefined if the frame has none of this process. */
  oldestMs: number | undefined;
}

const rememberedFrames = 64; // two seconds of ticks: the largest distance between two viewers

/** Counts the ink of one room. All viewers receive the same text, so each frame is parsed once. */
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
