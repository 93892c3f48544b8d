export interface LoadCodeParts {
  /** The code does not load; another attempt follows. */
  failed(): void;
  wait(ms: number): Promise<void>;
  /** Whether the server answers now. */
  answers(): Promise<boolean>;
  /** Loads the whole page again. */
  reload(): void;
}

/** A visitor who waits for the server sees the page soon after it is back. */
const retryMs = 2_000;

/**
 * Loads code until it is there. A browser may remember that a module failed, and a newer server has modules of other
 * names: where the server answers and the code still does not load, the page is loaded again.
 */
export async function loadCode<Code>(
  load: () => Promise<Code>,
  { failed, wait, answers, reload }: LoadCodeParts,
): Promise<Code> {
  let code = await attempt(load);
  while (code === undefined) {
    failed();
    await wait(retryMs);
    if (!(await answers())) continue;
    code = await attempt(load);
    if (code === undefined) reload();
  }
  return code;
}

const attempt = <Code>(load: () => Promise<Code>): Promise<Code | undefined> => load().catch(() => undefined);

const answers = () =>
  fetch('/healthz').then(
    ({ ok }) => ok,
    () => false,
  );

/** A page that was loaded just now is not loaded again at once. */
const reloadAfterMs = 10_000;
function reload() {
  if (performance.now() > reloadAfterMs) location.reload();
}

export const inBrowser: Omit<LoadCodeParts, 'failed'> = {
  wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
  answers,
  reload,
};
