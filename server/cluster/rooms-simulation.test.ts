import { pino } from 'pino';
import { expect, test } from 'vitest';
import { leaveAfterMs } from '../../shared/limits.ts';
import { chance, createRandom, int, type Random } from '../../shared/random.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { createTicker } from '../room/frame-ticker.ts';
import { createRoom } from '../room/room.ts';
import { begin, ink, predictionOf } from '../testing/drawings.ts';
import { createTestHosts } from '../testing/hosts.ts';
import { createSchedule, type Schedule } from '../testing/schedule.ts';
import type { Bus } from './bus.ts';
import { createCluster } from './cluster.ts';

/**
 * One room on three nodes in virtual time, with their real tickers. Messages, beats included, are lost, doubled and
 * late; nodes stop and are replaced; clocks differ and advance while a node works.
 */

const log = pino({ level: 'silent' });

interface World {
  random: Random;
  schedule: Schedule;
  nodes: Node[];
  /** From now on no message is lost, doubled or late. */
  calm: boolean;
  count: number;
}
type Node = ReturnType<typeof addNode>;

function addNode(world: World) {
  const { random, schedule, nodes } = world;
  const node = `node ${++world.count}`;
  const state = { stopped: false };
  const offsetMs = random();
  const skewMs = int(random, 2_000);
  let workedMs = 0;
  const now = () => {
    workedMs = (workedMs + random() / 4) % 1;
    return schedule.nowMs() + offsetMs + workedMs;
  };
  const after = (ms: number, run: () => void) => schedule.after(ms, () => state.stopped || run());
  const listening = new Set<string>();
  let receive = (_channel: string, _text: string) => {};

  const bus: Bus = {
    publish(channel, text) {
      for (const other of nodes) other.deliver(channel, text);
    },
    listen: async channel => void listening.add(channel),
    unlisten: channel => void listening.delete(channel),
    onMessage(listener) {
      receive = listener;
    },
    onUp() {},
    close: async () => {},
  };
  const own = new Map<string, LiveDrawing>();
  const connected = new Set<string>();
  const room = createRoom({
    name: 'room',
    now,
    date: () => 1_000_000 + skewMs + Math.floor(schedule.nowMs()),
    onChanged: () => ticker.requestTick(),
    onEvicted: live => own.delete(live.id),
  });
  let beatCluster = () => {};
  const cluster = createCluster({
    bus,
    node,
    drawings: {
      remove() {},
      takeOff() {},
      evict: live => void own.delete(live.id),
      readLabel() {},
      onRelabelled() {},
    },
    hosts: createTestHosts().hosts,
    metrics: { gauge() {} },
    log,
    now,
    // Beats come late here, as in `beat` below.
    after(_ms, run) {
      beatCluster = run;
      return () => {};
    },
  });
  cluster.start();
  const ticker = createTicker({
    room,
    minTickMs: () => 20,
    now,
    after,
    send() {},
    onTicked: () => cluster.publishTick(room),
  });
  cluster.open(room);

  function beat() {
    for (const live of room.sweep()) finish(live);
    beatCluster();
    after(!world.calm && chance(random, 0.03) ? 6_000 : 1_000, beat);
  }
  function finish(live: LiveDrawing) {
    if (live.state === 'finished') return;
    live.state = 'finished';
    room.finished(live);
  }
  after(int(random, 1_000), beat);

  return {
    state,
    room,
    own,
    connected,
    finish,
    deliver(channel: string, text: string) {
      if (!world.calm && chance(random, 0.05)) return;
      const copies = !world.calm && chance(random, 0.05) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++)
        schedule.after(!world.calm && chance(random, 0.05) ? int(random, 3_000) : int(random, 5), () => {
          if (!state.stopped && listening.has(channel)) receive(channel, text);
        });
    },
    enter(session: string, name: string) {
      if (connected.has(session)) room.disconnect(session);
      connected.add(session);
      return room.connect(session, name).person;
    },
    leave(session: string) {
      if (connected.delete(session)) room.disconnect(session);
    },
    /** Starts a drawing as drawing-service.ts does, whose author may come from another node. */
    draw(session: string, id: string) {
      const elsewhere = room.find(id);
      if (elsewhere !== undefined && elsewhere.author !== session) return;
      if (elsewhere !== undefined) room.dropped(elsewhere);
      const begunAt = Math.max(
        1_000_000 + skewMs + Math.floor(schedule.nowMs()),
        (elsewhere?.begunAt ?? 0) + 1,
      );
      const person = this.enter(session, '');
      const live = begin(room, { author: session, id, person, begunAt });
      own.set(id, live);
      ink(live, 0, [int(random, 1_000), 1]);
    },
  };
}

const sessions = ['ada', 'bo', 'cy', 'dee', 'eve', 'flo'];

function step({ random, nodes, count }: World, i: number) {
  const node = nodes[int(random, nodes.length)]!;
  const session = sessions[int(random, sessions.length)]!;
  const open = [...node.own.values()].filter(({ state }) => state === 'open');
  const live = open[int(random, Math.max(1, open.length))];
  const what = int(random, 100);
  if (what < 4) node.enter(session, '');
  else if (what < 9) node.enter(session, `${session} ${i}`);
  else if (what < 12) node.leave(session);
  else if (what < 18) node.draw(session, `drawing ${i} of ${session}`);
  else if (what < 21) {
    // The author continues a drawing of another node here.
    const other = nodes[int(random, nodes.length)]!;
    const there = [...other.own.values()].find(({ state }) => state === 'open');
    if (there === undefined || other === node) return;
    other.leave(there.author);
    node.draw(there.author, there.id);
  } else if (live === undefined) return;
  else if (what < 60) ink(live, int(random, live.drawing.strokes.length + 1), [i % 1_000, (3 * i) % 1_000]);
  else if (what < 65) {
    live.drawing.strokes.splice(0, Infinity, [i % 1_000, 5]);
    live.room.redrawn(live);
  } else if (what < 92) {
    guess(live, i);
  } else if (what < 96) {
    // One label of eleven is taken off.
    live.label = i % 11 === 10 ? undefined : i % 10;
    live.room.labelled(live);
  } else if (what < 98) node.finish(live);
  return count;
}

function guess(live: LiveDrawing, i: number) {
  const sure = (top: number) => Array.from({ length: 10 }, (_, digit) => (digit === top ? 1 : 0));
  // A quarter of them is another version's.
  live.guess = predictionOf(sure(i % 10), { seq: i, ...(i % 4 === 3 && { was: sure(i % 7) }) });
  live.room.guessed(live);
}

/** Stops one node with all its people and replaces it. */
function replaceOne(world: World) {
  const at = int(world.random, world.nodes.length);
  world.nodes[at]!.state.stopped = true;
  world.nodes[at] = addNode(world);
}

/** Open drawings as a viewer sees them, with the names of their people, and the people who are present. */
function seenOn({ room }: Node) {
  const { tiles, absent = [] } = room.snapshot(0);
  const names = new Map([...room.people(), ...absent].map(({ person, name }) => [person, name]));
  const open = tiles.filter(({ finished }) => finished !== true);
  return {
    people: room
      .people()
      .map(({ name }) => name)
      .sort(),
    open: open
      .map(({ drawing, ink: strokes, guess, was, label, person }) => ({
        drawing,
        strokes,
        guess,
        was,
        label,
        name: names.get(person) ?? '',
      }))
      .sort((one, other) => (one.drawing < other.drawing ? -1 : 1)),
  };
}

test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
  '[C2] rooms, drawings, predictions and names converge on three nodes (seed %i)',
  async seed => {
    const world: World = {
      random: createRandom(seed),
      schedule: createSchedule(),
      nodes: [],
      calm: false,
      count: 0,
    };
    for (let i = 0; i < 3; i++) world.nodes.push(addNode(world));
    for (let i = 0; i < 700; i++) {
      step(world, i);
      if (chance(world.random, 0.003)) replaceOne(world);
      await world.schedule.advance(int(world.random, 60));
    }
    world.calm = true;
    await world.schedule.advance(leaveAfterMs + 12_000);
    // A burst of predictions without any later change that would cause a tick.
    for (let i = 0; i < 4; i++) {
      for (const live of world.nodes.flatMap(({ own }) => [...own.values()])) guess(live, i);
      await world.schedule.advance(60);
    }
    await world.schedule.advance(900);
    const [one, two, three] = world.nodes.map(seenOn);
    expect(one!.open.length + one!.people.length).toBeGreaterThan(2);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  },
);
