import { effect } from '@preact/signals';
import type { Connection } from '../net/connection.ts';
import type { RoomModel } from './room-model.ts';

export interface WallPager {
  /** `by` pages on, round and round. */
  turn(by: number): void;
  stop(): void;
}

export interface WallPagerParts {
  connection: Connection;
  room: RoomModel;
  wait(ms: number): Promise<void>;
}

/** Long enough to find one's own drawing, short enough to wait for it. */
export const pageTurnMs = 12_000;
/** Somebody stands before the wall and turns the pages: let them look. */
export const pageHoldMs = 60_000;

/** Turns the pages of a wall that has several, by itself while nobody does. */
export function createWallPager({ connection, room, wait }: WallPagerParts): WallPager {
  let alive = true;
  let held = false;
  let holds = 0;

  function show(page: number) {
    void connection.setPage({ page: (page + room.pages.value) % room.pages.value });
  }

  async function turning() {
    while (alive) {
      await wait(pageTurnMs);
      if (alive && !held && room.pages.value > 1) show(room.page.value + 1);
    }
  }

  async function hold() {
    const mine = ++holds;
    held = true;
    await wait(pageHoldMs);
    if (mine === holds) held = false;
  }

  // The page in front of us may have been the last one, and be empty now.
  const stopClamping = effect(() => {
    if (room.page.value >= room.pages.value) show(room.pages.value - 1);
  });
  void turning();

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
