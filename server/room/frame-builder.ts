import { packDistribution } from '../../shared/distribution.ts';
import { packAppend } from '../../shared/ink.ts';
import { wallGuessMs } from '../../shared/limits.ts';
import type { Frame, Person } from '../../shared/protocol.ts';
import type { WallDrawing } from '../drawing/live-drawing.ts';
import { packStroke } from './packed-ink.ts';

/** The changes of a room for one kind of receiver. */
export type Changes<P extends Person = Person> = Omit<Frame, 'tick' | 'pages' | 'came'> & { came?: P[] };
export type FrameBuilder<P extends Person = Person> = ReturnType<typeof createFrameBuilder<P>>;
/** The subset of `FrameBuilder` that records changes of drawings. */
export type DrawingChanges = Omit<FrameBuilder, 'came' | 'left' | 'take' | 'shown'>;

/** Merges changes until `take` returns them. Predictions shown too recently stay for a later frame. */
export function createFrameBuilder<P extends Person = Person>(now: () => number) {
  /** The last prediction sent of a drawing. */
  const lastSent = new WeakMap<WallDrawing, { packed: string; was: string; atMs: number }>();
  const guessed = new Set<WallDrawing>();
  let next = nothing<P>();

  function dueGuesses(): { guesses: [number, string][]; reread: [number, string][] } {
    const guesses: [number, string][] = [];
    const reread: [number, string][] = [];
    for (const drawing of guessed) {
      const last = lastSent.get(drawing);
      if (last !== undefined && now() - last.atMs < wallGuessMs) continue;
      guessed.delete(drawing);
      if (drawing.guess === undefined) continue;
      const packed = packDistribution(drawing.guess.distribution);
      const was = packDistribution(drawing.guess.was ?? []);
      if (packed === last?.packed && was === last.was) continue;
      lastSent.set(drawing, { packed, was, atMs: now() });
      guesses.push([drawing.tile, packed]);
      if (was !== '') reread.push([drawing.tile, was]);
    }
    return { guesses, reread };
  }

  return {
    came(person: P) {
      next.left = next.left.filter(number => number !== person.person);
      next.came.push(person);
    },
    left(person: number) {
      // Emits `left` even if `came` is still unsent: clients may know this person under an earlier name.
      next.came = next.came.filter(each => each.person !== person);
      next.left.push(person);
    },
    begun(drawing: WallDrawing) {
      next.begun.push([drawing.tile, drawing.id, drawing.person]);
    },
    /** Ink was appended to `stroke`, which had `offset` points before. */
    inked(drawing: WallDrawing, { stroke, offset }: { stroke: number; offset: number }) {
      if (next.redrawn.has(drawing)) return;
      const sent = next.ink.get(drawing) ?? new Map<number, number>();
      if (!sent.has(stroke)) next.ink.set(drawing, sent.set(stroke, 2 * offset));
    },
    redrawn(drawing: WallDrawing) {
      next.ink.delete(drawing);
      next.redrawn.add(drawing);
    },
    guessed: (drawing: WallDrawing) => void guessed.add(drawing),
    /** It has another label, or none any more. */
    labelled: (drawing: WallDrawing) => void next.labelled.add(drawing),
    /** A drawing that clients do not know, as it is now. It may have been `gone` in this frame: clients apply that last. */
    shown(drawing: WallDrawing) {
      next.gone = next.gone.filter(tile => tile !== drawing.tile);
      next.begun.push([drawing.tile, drawing.id, drawing.person]);
      next.ink.delete(drawing);
      next.redrawn.add(drawing);
      lastSent.delete(drawing);
      guessed.add(drawing);
      if (drawing.label !== undefined) next.labelled.add(drawing);
      if (drawing.state === 'finished') next.finished.push(drawing.tile);
    },
    finished: (drawing: WallDrawing) => void next.finished.push(drawing.tile),
    gone(drawing: WallDrawing) {
      next.ink.delete(drawing);
      next.redrawn.delete(drawing);
      next.labelled.delete(drawing);
      guessed.delete(drawing);
      next.gone.push(drawing.tile);
    },
    /** Whether predictions wait for their interval to pass. */
    waiting: () => guessed.size > 0,
    /** Undefined if nothing changed. */
    take(): Changes<P> | undefined {
      const { guesses, reread } = dueGuesses();
      const { came, left, begun, ink, redrawn, finished, gone } = next;
      const [labelled, unlabelled] = labelsOf(next.labelled);
      next = nothing<P>();
      let grown = '';
      for (const [{ tile, drawing }, sent] of ink) {
        for (const [stroke, from] of sent)
          grown += packAppend({ tile, stroke, points: drawing.strokes[stroke], from });
      }
      const changes: Changes<P> = {
        ...(came.length > 0 && { came }),
        ...(left.length > 0 && { left }),
        ...(begun.length > 0 && { begun }),
        ...(grown !== '' && { ink: grown }),
        ...(redrawn.size > 0 && { redrawn: Array.from(redrawn, redrawnOf) }),
        ...(guesses.length > 0 && { guesses }),
        ...(reread.length > 0 && { reread }),
        ...(labelled.length > 0 && { labelled }),
        ...(unlabelled.length > 0 && { unlabelled }),
        ...(finished.length > 0 && { finished }),
        ...(gone.length > 0 && { gone }),
      };
      return Object.keys(changes).length === 0 ? undefined : changes;
    },
  };
}

const redrawnOf = ({ tile, drawing }: WallDrawing): [number, string[]] => [
  tile,
  drawing.strokes.map(packStroke),
];

/** The labels of the drawings that have one, and the tiles of those that have none. */
function labelsOf(drawings: ReadonlySet<WallDrawing>): [labelled: [number, number][], unlabelled: number[]] {
  const labelled: [number, number][] = [];
  const unlabelled: number[] = [];
  for (const { tile, label } of drawings) {
    if (label === undefined) unlabelled.push(tile);
    else labelled.push([tile, label]);
  }
  return [labelled, unlabelled];
}

function nothing<P>() {
  const came: P[] = [];
  const left: number[] = [];
  const begun: [number, string, number][] = [];
  const finished: number[] = [];
  const gone: number[] = [];
  return {
    came,
    left,
    begun,
    /** For each stroke, the number of coordinates that clients already have. */
    ink: new Map<WallDrawing, Map<number, number>>(),
    redrawn: new Set<WallDrawing>(),
    labelled: new Set<WallDrawing>(),
    finished,
    gone,
  };
}
