import { z } from 'zod';
import { packInk, unpackInk } from './ink.ts';
import { rasterPixels } from './rasterise.ts';

/** A labelled drawing as a visitor's browser receives it. */
export interface PackedSample {
  digit: number;
  /** Distinguishes authors within this pack only. */
  author: number;
  /** Whether the label contradicts the prediction. */
  correction: boolean;
  /** Flat strokes in pad units. */
  strokes: number[][];
  /** 784 bytes. */
  raster: Uint8Array;
}

/** The data that a browser needs for training: labelled samples, and MNIST digits for replay. */
export interface Pack {
  /** The version to train from. */
  base: string;
  /** Whose model it is for. A room may teach signs of its own. */
  gate: 'house' | 'room';
  /** The share of the usual steps that a lesson takes here, above 0 and up to 1. */
  stepsShare: number;
  samples: PackedSample[];
  /** n × 784 bytes and n digits, class-balanced. */
  replay: { images: Uint8Array; labels: Uint8Array };
}

/** The bytes are not a pack of this format. */
export class PackError extends Error {
  override name = 'PackError';
}

const magic = 'IPK1';
const prefixBytes = 8;
const headerSchema = z.object({
  base: z.string(),
  gate: z.enum(['house', 'room']).default('house'),
  stepsShare: z.number().gt(0).max(1).default(1),
  /** `[digit, author, correction, packed strokes]` */
  lessons: z.array(z.tuple([z.int(), z.int(), z.boolean(), z.array(z.string())])),
  replay: z.int().min(0),
});

/** Magic, header length, header as JSON, then rasters of the samples, labels and images of the replay. */
export function encodePack({ base, gate, stepsShare, samples, replay }: Pack): Uint8Array {
  const header = JSON.stringify({
    base,
    gate,
    stepsShare,
    lessons: samples.map(({ digit, author, correction, strokes }) => {
      return [digit, author, correction, strokes.map(stroke => packInk(stroke))];
    }),
    replay: replay.labels.length,
  });
  const head = ascii(header);
  const bytes = new Uint8Array(
    prefixBytes + head.length + payloadBytes(samples.length, replay.labels.length),
  );
  bytes.set(ascii(magic));
  new DataView(bytes.buffer).setUint32(magic.length, head.length, true);
  bytes.set(head, prefixBytes);
  let at = prefixBytes + head.length;
  for (const part of [...samples.map(({ raster }) => raster), replay.labels, replay.images]) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Decodes `encodePack`. Throws PackError with the expected and the found value. */
export function decodePack(bytes: Uint8Array): Pack {
  if (bytes.length < prefixBytes || text(bytes.subarray(0, magic.length)) !== magic) {
    throw new PackError(`A pack begins with ${magic}.`);
  }
  const headLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  const start = prefixBytes + headLength;
  if (bytes.length < start)
    throw new PackError(`The header has ${headLength} bytes, found ${bytes.length - prefixBytes}.`);
  const header = headerSchema.parse(JSON.parse(text(bytes.subarray(prefixBytes, start))));
  const expected = start + payloadBytes(header.lessons.length, header.replay);
  if (bytes.length !== expected)
    throw new PackError(`The pack has ${expected} bytes, found ${bytes.length}.`);
  let at = start;
  const take = (length: number) => {
    at += length;
    return bytes.slice(at - length, at);
  };
  const samples = header.lessons.map(([digit, author, correction, ink]) => {
    return {
      digit,
      author,
      correction,
      strokes: ink.map(stroke => unpackInk(stroke)),
      raster: take(rasterPixels),
    };
  });
  const labels = take(header.replay);
  const { base, gate, stepsShare } = header;
  return { base, gate, stepsShare, samples, replay: { labels, images: take(header.replay * rasterPixels) } };
}

const payloadBytes = (samples: number, replay: number) => (samples + replay) * rasterPixels + replay;

/** Versions are ASCII; all other header fields are numbers. */
function ascii(characters: string): Uint8Array {
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

function text(bytes: Uint8Array): string {
  let characters = '';
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return characters;
}
