import { useEffect, useRef } from 'preact/hooks';
import type { Theme } from '../browser/theme.ts';
import { bindCanvas, type Sheet } from '../paint/canvas.ts';

interface CanvasViewProps {
  class: string;
  scheme: Theme['scheme'];
  /** Only the first render's function is used. It repaints when a signal that it reads changes. */
  paint: (sheet: Sheet) => void;
}

/** A canvas that one effect paints while it is mounted. */
export function CanvasView({ class: name, scheme, paint }: CanvasViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : bindCanvas(canvas.current, scheme, paint)), []);
  return <canvas ref={canvas} class={name} />;
}
