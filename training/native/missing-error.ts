/** The native engine lacks a part; the message names it and where to get it. */
export class MissingError extends Error {
  override name = 'MissingError';
}
