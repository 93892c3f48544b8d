import type { Digits } from './digits.ts';
import { penAnchorOf } from './pen-anchor.ts';
import { readStrokesFile } from './strokes-file.ts';

let read: { file: string; digits: Promise<Digits> } | undefined;

/** An operator's own pen drawings for the house's gate, read once a process. Throws StrokesFileError. */
export function readOwnPens(file: string): Promise<Digits> {
  if (read?.file !== file) read = { file, digits: readStrokesFile(file).then(penAnchorOf) };
  return read.digits;
}
