import { useEffect, useRef } from 'preact/hooks';
import type { Theme } from '../browser/theme.ts';
import { bindCanvas, type Sheet } from '../paint/canvas.ts';

interface CanvasViewProps {
  class: string;
  scheme: Theme['scheme'];
  /** The first one given stays. Signals it reads repaint. */
  paint: (sheet: Sheet) => void;
}

/** A canvas painted in one effect for as long as it is shown. */
export function CanvasView({ class: name, scheme, paint }: CanvasViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : bindCanvas(canvas.current, scheme, paint)), []);
  return <canvas ref={canvas} class={name} />;
}
