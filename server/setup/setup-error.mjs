/** The clone cannot be made ready; the message tells the user what is wrong and what to do. */
export class SetupError extends Error {
  name = 'SetupError';
}
