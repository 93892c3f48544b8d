const hexBytes = '\\x';

/**
 * A PNG out of a column read as text: the hexadecimal of bytes, or base64 with or without `data:…,` before it.
 * Null for anything else, because it goes to a browser as a picture.
 */
export function decodeLegacyImage(text: string): Uint8Array | null {
  if (!text.startsWith(hexBytes)) return onlyPng(Buffer.from(text.replace(/^data:[^,]*,/, ''), 'base64'));
  const bytes = Buffer.from(text.slice(hexBytes.length), 'hex');
  // Base64 may also have been stored as the bytes of its letters.
  return (
    onlyPng(bytes) ?? onlyPng(Buffer.from(bytes.toString('latin1').replace(/^data:[^,]*,/, ''), 'base64'))
  );
}

function onlyPng(bytes: Buffer): Uint8Array | null {
  return bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')) ? bytes : null;
}
