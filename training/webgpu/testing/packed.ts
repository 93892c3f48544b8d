/** Numbers as they travel between a test and a page: lists of them take seconds. */
export function pack(numbers: Float32Array | Uint8Array): string {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export const unpackBytes = (packed: string) => Uint8Array.from(atob(packed), letter => letter.charCodeAt(0));

export const unpack = (packed: string) => new Float32Array(unpackBytes(packed).buffer);
