import { applyEdit, type Drawing, emptyDrawing } from '../../shared/drawing.ts';
import { strokesIn } from '../browser/storage.ts';

const seqMargin = 1000; // above any edit sent after the last save: a restored drawing must not count as stale

interface KeptDrawing {
  id: string;
  drawing: Drawing;
  /** Its ink when its label was said. */
  labelled: number[][] | undefined;
}

/** The drawing that a shelf kept over a reload, if it is one. */
export function restoreDrawing(value: unknown): KeptDrawing | undefined {
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
