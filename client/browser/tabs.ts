/** One tab posts this to the other tabs of its browser. */
interface TabMessage {
  tab: string;
  /** The time when the tab was opened or reloaded, in milliseconds since 1970. */
  since: number;
  /** Id of the drawing on its pad. */
  drawing: string;
  /** Whether the other tabs answer with a message of theirs. */
  asks: boolean;
}

/** Posts messages to all other tabs of the browser. */
export interface Channel {
  post(message: unknown): void;
  listen(listener: (message: unknown) => void): () => void;
}

export interface TabsParts extends Pick<TabMessage, 'tab' | 'since'> {
  channel: Channel;
  /** Id of the drawing on this tab's pad. */
  drawing(): string;
  /** An older tab has this tab's drawing: the browser copied that tab with its session storage. */
  copied(): void;
  wait(ms: number): Promise<void>;
}

export interface Tabs {
  /** Ids of the drawings on the pads of the other tabs. */
  drawingsElsewhere(): Promise<ReadonlySet<string>>;
  stop(): void;
}

const answerMs = 300; // a tab that does not answer by then counts as closed

/** Tabs of one browser share its storage; each drawing belongs to one tab. */
export function createTabs({ channel, tab, since, drawing, copied, wait }: TabsParts): Tabs {
  let elsewhere = new Set<string>();
  const post = (asks: boolean) => channel.post({ tab, since, drawing: drawing(), asks } satisfies TabMessage);

  const stop = channel.listen(message => {
    if (!isTabMessage(message) || message.tab === tab) return;
    elsewhere.add(message.drawing);
    const isOlder = message.since < since || (message.since === since && message.tab < tab);
    if (message.drawing === drawing() && isOlder) copied();
    if (message.asks) post(false);
  });
  post(true);

  return {
    async drawingsElsewhere() {
      elsewhere = new Set();
      post(true);
      await wait(answerMs);
      return elsewhere;
    },
    stop,
  };
}

function isTabMessage(message: unknown): message is TabMessage {
  if (typeof message !== 'object' || message === null) return false;
  return (
    'tab' in message &&
    typeof message.tab === 'string' &&
    'since' in message &&
    typeof message.since === 'number' &&
    'drawing' in message &&
    typeof message.drawing === 'string' &&
    'asks' in message
  );
}

export function openChannel(name: string): Channel {
  const channel = new BroadcastChannel(name);
  return {
    post: message => channel.postMessage(message),
    listen(listener) {
      channel.addEventListener('message', event => listener(event.data));
      return () => channel.close();
    },
  };
}
