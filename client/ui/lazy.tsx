import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';

/** A component whose code loads when it is first rendered. */
export function defer<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  const loaded = signal<ComponentType<Props> | undefined>(undefined);
  let requested = false;
  return function Deferred(props: Props) {
    if (!requested) {
      requested = true;
      load().then(
        component => {
          loaded.value = component;
        },
        // Offline: the next render tries again.
        () => {
          requested = false;
        },
      );
    }
    const Component = loaded.value;
    return Component === undefined ? null : <Component {...props} />;
  };
}
