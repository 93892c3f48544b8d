/** Publishes text to other nodes; messages sent while it is down are lost. */
export interface Bus {
  publish(channel: string, text: string): void;
  /** Resolves when it listens, or when it is down and will listen once it is up. */
  listen(channel: string): Promise<void>;
  unlisten(channel: string): void;
  onMessage(listener: (channel: string, text: string) => void): void;
  /** It came up, at first or again. */
  onUp(listener: () => void): void;
  close(): Promise<void>;
}

/** The bus of a node that has no other nodes. */
export const silentBus: Bus = {
  publish() {},
  listen: async () => {},
  unlisten() {},
  onMessage() {},
  onUp() {},
  close: async () => {},
};
