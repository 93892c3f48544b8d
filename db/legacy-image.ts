const hexBytes = '\\x';

/**
 * Decodes a PNG from a column read as text: hexadecimal bytes, or base64 with or without a `data:…,` prefix. Null for
 * anything else, because browsers receive the result as a picture.
 */
export function decodeLegacyImage(text: string): Uint8Array | null {
  if (!text.startsWith(hexBytes)) return onlyPng(Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64'));
  const bytes = Buffer.from(text.slice(hexBytes.length), 'hex');
  // Some tables store base64 text as bytes.
  return (
    onlyPng(bytes) ?? onlyPng(Buffer.from(bytes.toString('latin1').replace(/^data:[^,]*,/, ''), 'base64'))
  );
}

function onlyPng(bytes: Buffer): Uint8Array | null {
  return bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')) ? bytes : null;
}
