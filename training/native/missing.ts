/** Something that the native engine needs is not there; the sentence says what and where to get it. */
export class MissingError extends Error {
  override name = 'MissingError';
}
