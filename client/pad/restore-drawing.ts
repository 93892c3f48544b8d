import { applyEdit, type Drawing, emptyDrawing } from '../../shared/drawing.ts';
import { strokesIn } from '../browser/storage.ts';

const seqMargin = 1000; // more than the edits sent after the last save: otherwise the server would take a restored drawing for stale

interface RestoredDrawing {
  id: string;
  drawing: Drawing;
  /** The ink at the time of its label. */
  labelled: number[][] | undefined;
}

/** The drawing stored before a reload; undefined if `value` is not one. */
export function restoreDrawing(value: unknown): RestoredDrawing | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('id' in value && typeof value.id === 'string' && 'seq' in value && 'strokes' in value))
    return undefined;
  const strokes = strokesIn(value.strokes);
  if (strokes === undefined || !Number.isSafeInteger(value.seq)) return undefined;
  const drawing = emptyDrawing();
  const seq = Number(value.seq) + seqMargin;
  const labelled = 'labelled' in value ? strokesIn(value.labelled) : undefined;
  return applyEdit(drawing, { seq, strokes }) === 'applied' ? { id: value.id, drawing, labelled } : undefined;
}
