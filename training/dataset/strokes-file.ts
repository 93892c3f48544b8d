import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LabelledDrawing } from './digits.ts';

const line = z.object({
  label: z.int().min(0).max(9),
  strokes: z.array(z.array(z.tuple([z.number(), z.number()]))),
  set: z.string().optional(),
  writer: z.union([z.string(), z.number().transform(String)]).optional(),
});

/** This file, or a line of it, does not hold drawings. */
export class StrokesFileError extends Error {
  override name = 'StrokesFileError';
}

/** Lines `{"label":7,"strokes":[[[x,y],…],…],"set"?,"writer"?}`; throws StrokesFileError naming the line. */
export async function readStrokesFile(path: string): Promise<LabelledDrawing[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new StrokesFileError(`${path} cannot be read: ${error.message}`);
  });
  if (text.includes('\0')) throw new StrokesFileError(`${path} is not text in UTF-8`);
  // Trimmed of the byte order mark that some editors write at the start of a file, too.
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
  const { strokes, ...rest } = result.data;
  return { ...rest, strokes: strokes.map(points => points.flat()) };
}

function parseJson(content: string, where: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new StrokesFileError(`${where}: this is not JSON`);
  }
}
