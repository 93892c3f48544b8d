/** What one tab of a browser tells the others. */
interface TabMessage {
  tab: string;
  /** When the tab was opened or reloaded, in milliseconds of the era. */
  since: number;
  /** What is on its pad. */
  drawing: string;
  /** The others answer. */
  asks: boolean;
}

/** Carries messages to all other tabs of the browser. */
export interface Channel {
  post(message: unknown): void;
  listen(hear: (message: unknown) => void): () => void;
}

export interface TabsParts extends Pick<TabMessage, 'tab' | 'since'> {
  channel: Channel;
  /** The drawing on this tab's pad. */
  drawing(): string;
  /** A tab that is older has this tab's drawing: the browser copied that tab, with all that it kept. */
  copied(): void;
  wait(ms: number): Promise<void>;
}

export interface Tabs {
  /** The drawings on the pads of the other tabs. */
  drawingsElsewhere(): Promise<ReadonlySet<string>>;
  stop(): void;
}

const answerMs = 300; // a tab that does not answer by then is taken for closed

/** Tabs of one browser share what the browser keeps; each drawing belongs to one of them. */
export function createTabs({ channel, tab, since, drawing, copied, wait }: TabsParts): Tabs {
  let elsewhere = new Set<string>();
  const tell = (asks: boolean) => channel.post({ tab, since, drawing: drawing(), asks } satisfies TabMessage);

  const stop = channel.listen(message => {
    if (!isTabMessage(message) || message.tab === tab) return;
    elsewhere.add(message.drawing);
    const isOlder = message.since < since || (message.since === since && message.tab < tab);
    if (message.drawing === drawing() && isOlder) copied();
    if (message.asks) tell(false);
  });
  tell(true);

  return {
    async drawingsElsewhere() {
      elsewhere = new Set();
      tell(true);
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
    listen(hear) {
      channel.addEventListener('message', event => hear(event.data));
      return () => channel.close();
    },
  };
}
