import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

/** A component whose code is fetched when it is first shown. */
export function defer<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let asked = false;
  return function Deferred(props: Props) {
    if (!asked) {
      asked = true;
      load().then(
        component => {
          loaded.value = component;
        },
        // No line just now: the next time it is shown asks again.
        () => {
          asked = false;
        },
      );
    }
    const Component = loaded.value;
    return Component === undefined ? null : <Component {...props} />;
  };
}
