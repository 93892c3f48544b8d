import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LabelledDrawing } from './digits.ts';

const line = z.object({
  label: z.int().min(0).max(9),
  strokes: z.array(z.array(z.tuple([z.number(), z.number()]))),
  t: z.unknown().optional(),
  set: z.string().optional(),
  writer: z.union([z.string(), z.number().transform(String)]).optional(),
});
const timesSchema = z.array(z.array(z.number()));

/** The file cannot be read, or one of its lines is no drawing. */
export class StrokesFileError extends Error {
  override name = 'StrokesFileError';
}

/**
 * Reads lines `{"label":7,"strokes":[[[x,y],…],…],"t"?:[[ms,…],…],"set"?,"writer"?}`. Throws StrokesFileError, which names
 * the line. Times that are not one for each point are left out.
 */
export async function readStrokesFile(path: string): Promise<LabelledDrawing[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new StrokesFileError(`${path} cannot be read: ${error.message}`);
  });
  if (text.includes('\0')) throw new StrokesFileError(`${path} is not text in UTF-8`);
  // `trim` also removes the byte order mark that some editors write at the start of a file.
  const contents = text.split(/\r\n?|\n/).map(content => content.trim());
  const lines = contents.map((content, i) => ({ content, where: `${path}, line ${i + 1}` }));
  const drawings = lines.filter(({ content }) => content !== '').map(parseLine);
  if (drawings.length === 0) throw new StrokesFileError(`${path} holds no drawings`);
  return drawings;
}

function parseLine({ content, where }: { content: string; where: string }): LabelledDrawing {
  const result = line.safeParse(parseJson(content, where));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new StrokesFileError(`${where}: ${issue?.path.join('.') || 'the line'}: ${issue?.message}`);
  }
  const { strokes, t, ...rest } = result.data;
  const times = timesOf(strokes, t);
  return { ...rest, strokes: strokes.map(points => points.flat()), ...(times && { times }) };
}

function timesOf(strokes: readonly unknown[][], t: unknown): number[][] | undefined {
  const { data: times } = timesSchema.safeParse(t);
  const isOneEach =
    times?.length === strokes.length && strokes.every((s, i) => s.length === times[i]?.length);
  return isOneEach ? times : undefined;
}

function parseJson(content: string, where: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new StrokesFileError(`${where}: this is not JSON`);
  }
}
