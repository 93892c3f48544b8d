import { maxPointsPerDrawing, maxStrokesPerDrawing } from './limits.ts';

/** One stroke, flat: `[x0, y0, x1, y1, …]` in pad units. */
export type Stroke = number[];

/**
 * A drawing on both ends of the wire. `seq` numbers its newest edit, −1 before the first; `points` counts all its
 * points.
 */
export interface Drawing {
  strokes: Stroke[];
  seq: number;
  points: number;
}

export interface Append {
  seq: number;
  /** Index of the stroke to append to; the current number of strokes starts a new one. */
  stroke: number;
  /** Number of points that the stroke must already have. */
  offset: number;
  /** None where only the pen was lifted. */
  points: readonly number[];
}

export interface Replace {
  seq: number;
  strokes: readonly (readonly number[])[];
}

export type Edit = Append | Replace;

/**
 * `applied`; `stale`, already known, changes nothing; `gap`, an edit is missing before it and the whole drawing is
 * needed; `too_large`, beyond the limits of a drawing.
 */
export type EditResult = 'applied' | 'stale' | 'gap' | 'too_large';

export function emptyDrawing(): Drawing {
  return { strokes: [], seq: -1, points: 0 };
}

export function countPoints(strokes: readonly (readonly number[])[]): number {
  let coordinates = 0;
  for (const stroke of strokes) coordinates += stroke.length;
  return coordinates / 2;
}

/**
 * Applies `edit` to `drawing` in place; every result but `applied` leaves it unchanged. A `Replace` holds the whole
 * drawing and always applies, so a client that lost its count can recover.
 */
export function applyEdit(drawing: Drawing, edit: Edit): EditResult {
  return 'strokes' in edit ? replace(drawing, edit) : append(drawing, edit);
}

function replace(drawing: Drawing, { seq, strokes }: Replace): EditResult {
  const points = countPoints(strokes);
  if (strokes.length > maxStrokesPerDrawing || points > maxPointsPerDrawing) return 'too_large';
  drawing.strokes = strokes.map(stroke => [...stroke]);
  drawing.points = points;
  drawing.seq = seq;
  return 'applied';
}

function append(drawing: Drawing, { seq, stroke, offset, points }: Append): EditResult {
  const known = stroke < drawing.strokes.length ? drawing.strokes[stroke].length / 2 : 0;
  if (stroke > drawing.strokes.length || offset !== known) return seq <= drawing.seq ? 'stale' : 'gap';
  const added = points.length / 2;
  if (drawing.points + added > maxPointsPerDrawing || stroke >= maxStrokesPerDrawing) return 'too_large';
  if (stroke === drawing.strokes.length) drawing.strokes.push([...points]);
  else for (const coordinate of points) drawing.strokes[stroke].push(coordinate);
  drawing.points += added;
  drawing.seq = Math.max(drawing.seq, seq);
  return 'applied';
}
