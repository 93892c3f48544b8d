import { useSignal } from '@preact/signals';
import type { Theme } from '../browser/theme.ts';
import { paintPicture } from '../paint/picture-painter.ts';
import { CanvasView } from './canvas-view.tsx';

/** A picture from the older application, repainted in the ink colour. */
export function Picture({ src, scheme }: { src: string; scheme: Theme['scheme'] }) {
  const loaded = useSignal<HTMLImageElement | undefined>(undefined);
  const image = loaded.value;
  if (image !== undefined)
    return <CanvasView class="ink" scheme={scheme} paint={sheet => paintPicture(sheet, image)} />;
  return (
    <img
      class="ink-image"
      src={src}
      alt=""
      loading="lazy"
      onLoad={event => {
        loaded.value = event.currentTarget;
      }}
    />
  );
}
