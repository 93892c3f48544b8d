/** A backend that is in use from now on. */
export interface Backend {
  name: string;
  /** A graphics card that the processor plays, slower than what it does itself. */
  isSoftware: boolean;
  isLost(): boolean;
  /** Resolves with the reason when the device is gone. */
  lost: Promise<string>;
}

/** Names of cards that are none. */
export const software = /swiftshader|llvmpipe|basic render|software/i;

/** For what computes as long as the page lives. */
export const lasting = { isSoftware: false, isLost: () => false, lost: new Promise<string>(() => {}) };
