import { freePoints, maxBurstPoints } from '../rate-limit/rate-limits.ts';
import type { LiveDrawing } from './live-drawing.ts';

/** Counts the points that drawings hold in memory beyond their free allowance. */
export function createInkMemory() {
  const held = new Map<LiveDrawing, { address: string; points: number }>();
  const byAddress = new Map<string, number>();
  let all = 0;

  function add(address: string, points: number) {
    all += points;
    const ofAddress = (byAddress.get(address) ?? 0) + points;
    if (ofAddress > 0) byAddress.set(address, ofAddress);
    else byAddress.delete(address);
  }

  function forget(live: LiveDrawing) {
    const known = held.get(live);
    if (known === undefined) return;
    held.delete(live);
    add(known.address, -known.points);
  }

  return {
    /** Whether the drawing may have so many points; if so, records them as held. */
    hold(live: LiveDrawing, points: number): boolean {
      const wanted = Math.max(0, points - freePoints);
      const known = held.get(live);
      const more = wanted - (known?.points ?? 0);
      const address = known?.address ?? live.drawer.address;
      const hasRoom =
        all + more <= maxBurstPoints.server && (byAddress.get(address) ?? 0) + more <= maxBurstPoints.address;
      if (more > 0 && !hasRoom) return false;
      if (more === 0) return true;
      forget(live);
      if (wanted === 0) return true;
      held.set(live, { address, points: wanted });
      add(address, wanted);
      return true;
    },
    forget,
    points: () => all,
  };
}
