/** The clone cannot be prepared; the message tells the user the reason and the remedy. */
export class SetupError extends Error {
  name = 'SetupError';
}
