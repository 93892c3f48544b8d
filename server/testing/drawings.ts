import { emptyDrawing } from '../../shared/drawing.ts';
import type { DrawingsParts } from '../drawing/drawing-service.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import type { Room } from '../room/room.ts';

/** Drawings for a room, without connections. */

let begun = 0;

interface Begun {
  author: string;
  id: string;
  person: number;
  begunAt: number;
}

export function begin(room: Room, who: Partial<Begun> = {}): LiveDrawing {
  const { author, id, person, begunAt }: Begun = {
    author: 'ada',
    id: `drawing of ${who.author}`,
    person: 1,
    begunAt: ++begun,
    ...who,
  };
  const live: LiveDrawing = {
    id,
    author,
    begunAt,
    room,
    person,
    ...room.place(0),
    drawing: emptyDrawing(),
    drawer: { session: author, address: '', room, person, guess: () => {}, page: () => 0, setPage: () => {} },
    state: 'open',
    edits: 0,
    labelling: Promise.resolve(),
    logging: Promise.resolve(),
    predictionWaiters: [],
  };
  room.begun(live);
  return live;
}

export function ink(live: LiveDrawing, stroke: number, points: readonly number[]) {
  const known = live.drawing.strokes[stroke] ?? [];
  live.drawing.strokes[stroke] = [...known, ...points];
  live.room.inked(live, { stroke, offset: known.length / 2 });
}

/** Parts for `createDrawings` without predictions, storage limits or a database. */
export const idleDrawingsParts = (): DrawingsParts => ({
  predictor: { changed() {}, prioritise() {} },
  feedback: {
    storeLabel: async () => ({ ok: true, value: { sample: 1 } }),
    storeFinished: async () => {},
    storeOpen: async () => {},
    relabel: async () => ({ ok: true, value: { sample: 2 } }),
    readLabel: async () => true,
  },
  budget: { payFor: () => 0 },
  metrics: { gauge() {}, unlogged: { inc() {} } },
  after: () => () => {},
});
