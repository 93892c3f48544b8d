/** Weights as bytes that describe themselves. Layout, little-endian:
 *
 *     magic "INKW" · u32 format version · u32 header bytes · u32 FNV-1a of all that follows · header · float32 data
 *
 * The header is JSON `[{name, shape}, …]`, space-padded to 4 bytes; the data follows in that order.
 */
export type Tensor = { shape: readonly number[]; data: Float32Array };
export type Weights = Readonly<Record<string, Tensor>>;

const magic = 'INKW';
const formatVersion = 1;
const preambleBytes = 16;
const maxHeaderBytes = 16 * 1024; // our headers have some 700 bytes
const maxElements = 16 * 1024 * 1024; // no shape may claim more than 64 MiB

/** The bytes are not valid weights; the message has the expected and the found value. */
export class WeightsError extends Error {
  override name = 'WeightsError';
}

export function encodeWeights(weights: Weights): Uint8Array {
  const entries = Object.entries(weights);
  const json = JSON.stringify(entries.map(([name, { shape }]) => ({ name, shape })));
  const header = ascii(json + ' '.repeat(-json.length & 3));
  const elements = entries.reduce((sum, [, { data }]) => sum + data.length, 0);
  const bytes = new Uint8Array(preambleBytes + header.length + 4 * elements);
  const view = new DataView(bytes.buffer);
  bytes.set(ascii(magic));
  view.setUint32(4, formatVersion, true);
  view.setUint32(8, header.length, true);
  bytes.set(header, preambleBytes);
  let offset = preambleBytes + header.length;
  for (const [name, { shape, data }] of entries) {
    check(
      elementsOf(shape) === data.length,
      `Tensor ${name}: shape [${shape}] needs ${elementsOf(shape)} numbers, found ${data.length}.`,
    );
    for (const value of data) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
    checkFinite(name, data);
  }
  view.setUint32(12, checksum(bytes.subarray(preambleBytes)), true);
  return bytes;
}

/** Throws WeightsError for bytes that `encodeWeights` did not write. */
export function decodeWeights(bytes: Uint8Array): Weights {
  check(
    bytes.length >= preambleBytes,
    `Weights need at least ${preambleBytes} bytes, found ${bytes.length}.`,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const foundMagic = String.fromCharCode(...bytes.subarray(0, 4));
  check(
    foundMagic === magic,
    `Weights begin with ${JSON.stringify(magic)}, found ${JSON.stringify(foundMagic)}.`,
  );
  const version = view.getUint32(4, true);
  check(version === formatVersion, `Weights have format version ${formatVersion}, found ${version}.`);
  const headerBytes = view.getUint32(8, true);
  const room = Math.min(maxHeaderBytes, bytes.length - preambleBytes);
  check(
    headerBytes <= room && headerBytes % 4 === 0,
    `The header has at most ${room} bytes in fours, found ${headerBytes}.`,
  );
  const header = parseHeader(bytes.subarray(preambleBytes, preambleBytes + headerBytes));
  const elements = header.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const length = preambleBytes + headerBytes + 4 * elements;
  check(bytes.length === length, `Weights of these shapes have ${length} bytes, found ${bytes.length}.`);
  const expected = view.getUint32(12, true);
  const found = checksum(bytes.subarray(preambleBytes));
  check(found === expected, `The checksum is ${hex(expected)}, that of the bytes ${hex(found)}.`);

  const weights: Record<string, Tensor> = {};
  let offset = preambleBytes + headerBytes;
  for (const { name, shape } of header) {
    const data = new Float32Array(elementsOf(shape));
    for (let i = 0; i < data.length; i++, offset += 4) data[i] = view.getFloat32(offset, true);
    checkFinite(name, data);
    weights[name] = { shape, data };
  }
  return weights;
}

function parseHeader(bytes: Uint8Array): { name: string; shape: number[] }[] {
  const header = parseJson(String.fromCharCode(...bytes));
  check(Array.isArray(header), `The header is a list, found ${typeof header}.`);
  const names = new Set<string>();
  return header.map((entry: unknown, i) => {
    check(
      typeof entry === 'object' && entry !== null && 'name' in entry && 'shape' in entry,
      `Header entry ${i} has no name and shape.`,
    );
    const { name, shape } = entry;
    check(
      typeof name === 'string' && /^[a-zA-Z]\w{0,39}$/.test(name),
      `Header entry ${i} has a name that is none.`,
    );
    check(!names.has(name), `Tensor ${name} comes twice.`);
    names.add(name);
    check(
      Array.isArray(shape) && shape.length <= 6 && shape.every(isSide),
      `Tensor ${name} has a shape that is none.`,
    );
    check(
      elementsOf(shape) <= maxElements,
      `Tensor ${name} has at most ${maxElements} numbers, found ${elementsOf(shape)}.`,
    );
    return { name, shape };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WeightsError('The header is JSON, found something else.');
  }
}

const isSide = (side: unknown): side is number => Number.isInteger(side) && Number(side) > 0;
const elementsOf = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);
const ascii = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0));
const hex = (value: number) => value.toString(16).padStart(8, '0');

function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function checkFinite(name: string, data: Float32Array) {
  const at = data.findIndex(value => !Number.isFinite(value));
  check(at < 0, `Tensor ${name}: expected finite numbers, found ${data[at]} at ${at}.`);
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new WeightsError(message);
}
