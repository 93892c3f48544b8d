/** The clone cannot be prepared; the message has the reason and the remedy. */
export class SetupError extends Error {
  name = 'SetupError';
}
