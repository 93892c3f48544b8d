import { effect } from '@preact/signals';
import type { RoomModel } from '../models/room-model.ts';
import type { Connection } from '../net/connection.ts';

export interface WallPager {
  /** Moves by `by` pages; the first page follows the last. */
  turn(by: number): void;
  stop(): void;
}

export interface WallPagerParts {
  connection: Connection;
  room: RoomModel;
  wait(ms: number): Promise<void>;
}

/** Long enough to find one's own drawing, short enough to wait for its page. */
export const pageTurnMs = 12_000;
/** Time without automatic turns after a person turned a page. */
export const pageHoldMs = 60_000;

/** Turns the pages of a wall; pauses after a person turns one. */
export function createWallPager({ connection, room, wait }: WallPagerParts): WallPager {
  let alive = true;
  let held = false;
  let holds = 0;

  function show(page: number) {
    void connection.setPage({ page: (page + room.pages.value) % room.pages.value });
  }

  async function turnPeriodically() {
    while (alive) {
      await wait(pageTurnMs);
      if (alive && !held && room.pages.value > 1) show(room.page.value + 1);
    }
  }

  async function hold() {
    const own = ++holds;
    held = true;
    await wait(pageHoldMs);
    if (own === holds) held = false;
  }

  // The server may have removed the shown page, if it was the last.
  const stopClamping = effect(() => {
    if (room.page.value >= room.pages.value) show(room.pages.value - 1);
  });
  void turnPeriodically();

  return {
    turn(by) {
      void hold();
      show(room.page.value + by);
    },
    stop() {
      alive = false;
      stopClamping();
    },
  };
}
