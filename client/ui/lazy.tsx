import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { inBrowser, loadCode } from '../browser/load-code.ts';

/** Placeholder of a component without its code: the code loads, or the last attempt failed. */
export type Loading = 'loading' | 'failed';

/** A component whose code loads when it is first rendered; `StandIn` is shown until then. */
export function defer<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  StandIn?: ComponentType<{ state: Loading }>,
) {
  const loaded = signal<ComponentType<Props> | Loading | undefined>(undefined);
  async function start() {
    loaded.value = 'loading';
    const failed = () => {
      loaded.value = 'failed';
    };
    loaded.value = await loadCode(load, { ...inBrowser, failed });
  }
  return function Deferred(props: Props) {
    if (loaded.peek() === undefined) void start();
    const Loaded = loaded.value;
    if (typeof Loaded === 'string') return StandIn === undefined ? null : <StandIn state={Loaded} />;
    return Loaded === undefined ? null : <Loaded {...props} />;
  };
}
