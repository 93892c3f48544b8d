import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { unpackInk } from '../../shared/ink.ts';
import { leaveAfterMs } from '../../shared/limits.ts';
import { createRandom, int } from '../../shared/random.ts';
import type { Training } from '../../shared/training-protocol.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { createRoom, type Room } from '../room/room.ts';
import { begin as beginIn, ink, predictionOf } from '../testing/drawings.ts';
import { mutate, mutateJson, pick } from '../testing/fuzz.ts';
import { createTestHosts } from '../testing/hosts.ts';
import type { Bus } from './bus.ts';
import { type Cluster, createCluster } from './cluster.ts';

interface Node {
  room: Room;
  cluster: Cluster;
  evicted: LiveDrawing[];
  trainings: string[];
  deleted: string[];
  expired: string[];
  erased: string[];
  relabelled: string[];
  /** Number of nodes with a recent beat, itself included. */
  nodes(): number;
  /** Nothing reaches it, and nothing leaves it. */
  cut: boolean;
  /** The timer of its beats, while there is one. */
  beat?: (() => void) | undefined;
  /** Redis is there again. */
  comeUp(): void;
}

let nodes: Node[];
let queue: (() => void)[];
let nowMs: number;
let messages: number;

beforeEach(() => {
  nodes = [];
  queue = [];
  nowMs = 0;
  messages = 0;
});

/** Messages arrive after the current turn, in the order of sending. */
async function finishWork() {
  do {
    for (const deliver of queue.splice(0)) deliver();
    await new Promise(resolve => setImmediate(resolve));
  } while (queue.length > 0);
}

function addNode(log = pino({ level: 'silent' })): Node {
  const listening = new Set<string>();
  let [receive, up] = [(_channel: string, _text: string) => {}, () => {}];
  const bus: Bus = {
    publish(channel, text) {
      if (node.cut) return;
      messages++;
      for (const other of buses) queue.push(() => other(channel, text));
    },
    listen: async channel => void listening.add(channel),
    unlisten: channel => void listening.delete(channel),
    onMessage(listener) {
      receive = listener;
    },
    onUp(listener) {
      up = listener;
    },
    close: async () => {},
  };
  const evicted: LiveDrawing[] = [];
  const [trainings, deleted, relabelled]: string[][] = [[], [], []];
  const [expired, erased]: string[][] = [[], []];
  let countNodes = () => 0;
  const node: Node = {
    room: createRoom({
      name: 'room',
      now: () => nowMs,
      date: () => 1 + nowMs,
      onChanged() {},
      onEvicted() {},
    }),
    cluster: createCluster({
      bus,
      node: `node ${nodes.length}`,
      drawings: {
        remove: drawing => void deleted.push(drawing),
        takeOff: drawing => void expired.push(drawing),
        readLabel: drawing => void relabelled.push(drawing),
        onRelabelled() {},
        evict: live => void evicted.push(live),
      },
      hosts: createTestHosts().hosts,
      metrics: {
        gauge(_name, _help, read) {
          countNodes = read;
        },
      },
      log,
      now: () => nowMs,
      after(_ms, run) {
        node.beat = run;
        return () => {
          node.beat = undefined;
        };
      },
    }),
    evicted,
    trainings,
    deleted,
    expired,
    erased,
    relabelled,
    nodes: () => countNodes(),
    cut: false,
    comeUp() {
      node.cut = false;
      up();
    },
  };
  buses.push((channel, text) => {
    if (!node.cut && listening.has(channel)) receive(channel, text);
  });
  node.cluster.onTraining((name, { job }) => trainings.push(`${job} in ${name}`));
  node.cluster.onErased(({ author }) => erased.push(author));
  node.cluster.start();
  nodes.push(node);
  return node;
}
let buses: ((channel: string, text: string) => void)[];
beforeEach(() => {
  buses = [];
});

async function openOn(count: number): Promise<Node[]> {
  const opened = Array.from({ length: count }, () => addNode());
  for (const { cluster, room } of opened) cluster.open(room);
  await finishWork();
  return opened;
}

/** The author joins the room first. */
function begin({ room }: Node, { id, author = 'ada' }: { id: string; author?: string }): LiveDrawing {
  return beginIn(room, { id, author, person: room.connect(author, author).person });
}

async function tick() {
  for (const { room, cluster } of nodes) {
    room.buildFrames();
    cluster.publishTick(room);
  }
  await finishWork();
}

const wallOf = ({ room }: Node) =>
  new Map(
    room
      .snapshot(0)
      .tiles.map(({ drawing, ink: strokes, finished, label }) => [
        drawing,
        { strokes: strokes.map(unpackInk), finished, label },
      ]),
  );
const namesOf = ({ room }: Node) =>
  room
    .people()
    .map(({ name }) => name)
    .sort();

test('[C2] a drawing is on the walls of the other nodes, with its author', async () => {
  const [one, two] = await openOn(2);
  const live = begin(one!, { id: 'd' });
  ink(live, 0, [10, 10, 20, 30]);
  await tick();
  ink(live, 0, [25, 35]);
  live.guess = predictionOf([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  one!.room.guessed(live);
  await tick();
  const [tile] = two!.room.snapshot(0).tiles;
  expect(tile).toMatchObject({ drawing: 'd', guess: 'AAA_AAAAAA' });
  expect(tile!.ink.map(unpackInk)).toEqual([[10, 10, 20, 30, 25, 35]]);
  expect(two!.room.people()).toEqual([{ person: tile!.person, name: 'ada' }]);
});

test('[C1] a room on one node alone costs nothing but the question', async () => {
  const [one] = await openOn(1);
  const before = messages;
  const live = begin(one!, { id: 'd' });
  for (let i = 0; i < 50; i++) {
    ink(live, 0, [i, i]);
    await tick();
  }
  expect(messages).toBe(before);
});

test('[C1] a tick is one message, whatever the number of drawers', async () => {
  const [one] = await openOn(3);
  const drawings = Array.from({ length: 40 }, (_, i) => begin(one!, { id: `d${i}`, author: `a${i}` }));
  await tick();
  const before = messages;
  for (const live of drawings) ink(live, 0, [1, 2, 3, 4]);
  await tick();
  expect(messages).toBe(before + 1);
});

test('[C2] a node that opens the room later finds everything there is', async () => {
  const [one, two] = await openOn(2);
  ink(begin(one!, { id: 'd' }), 0, [1, 2]);
  ink(begin(two!, { id: 'e', author: 'bo' }), 0, [3, 4]);
  await tick();
  const three = addNode();
  three.cluster.open(three.room);
  await finishWork();
  expect([...wallOf(three).keys()].sort()).toEqual(['d', 'e']);
  expect(namesOf(three)).toEqual(['ada', 'bo']);
});

test('[C3] three walls are the same after 2,000 seeded changes, some messages lost on the way', async () => {
  const all = await openOn(3);
  const random = createRandom(7);
  const drawings: LiveDrawing[] = [];
  for (let i = 0; i < 2_000; i++) {
    const at = all[int(random, 3)]!;
    const live = drawings[int(random, Math.max(1, drawings.length))];
    const what = int(random, 20);
    if (live === undefined || what === 0)
      drawings.push(begin(at, { id: `d${i}`, author: `a${int(random, 9)}@${all.indexOf(at)}` }));
    else if (live.state === 'finished') continue;
    else if (what === 1) {
      live.drawing.strokes.splice(0, Infinity, [i % 1000, 5]);
      live.room.redrawn(live);
    } else if (what === 2 && drawings.length > 4) {
      live.state = 'finished';
      live.room.finished(live);
    } else if (what === 3) {
      live.label = i % 10;
      live.room.labelled(live);
    } else ink(live, int(random, live.drawing.strokes.length + 1), [i % 1000, (3 * i) % 1000]);
    if (int(random, 4) === 0) await tick();
    if (int(random, 60) === 0) queue.splice(0, 1);
    nowMs += 40;
  }
  for (const { room } of all) room.connect('last', 'last');
  await tick();
  nowMs += 1_000;
  for (const { room } of all) room.connect('very last', 'very last');
  await tick();
  const open = (node: Node) => new Map([...wallOf(node)].filter(([, { finished }]) => finished !== true));
  expect(open(all[0]!).size).toBeGreaterThan(5);
  expect(sorted(open(all[1]!))).toEqual(sorted(open(all[0]!)));
  expect(sorted(open(all[2]!))).toEqual(sorted(open(all[0]!)));
});
const sorted = (wall: Map<string, unknown>) => [...wall].sort(([a], [b]) => (a < b ? -1 : 1));

test('[C4] people and drawings of a node that falls silent leave the walls', async () => {
  const [one, two] = await openOn(2);
  ink(begin(one!, { id: 'd' }), 0, [1, 2]);
  await tick();
  one!.cut = true;
  for (let second = 1; second <= 5; second++) {
    nowMs += 1_000;
    two!.beat?.();
    await finishWork();
  }
  expect(wallOf(two!).size).toBe(0);
  expect(namesOf(two!)).toEqual([]);
  expect(two!.nodes()).toBe(1);
  expect(two!.room.buildFrames()).toMatchObject([{ frame: { gone: [1] } }]);
});

test('[C4] nodes that lost each other are one room again when Redis is back', async () => {
  const [one, two] = await openOn(2);
  const live = begin(one!, { id: 'd' });
  ink(live, 0, [1, 2]);
  await tick();
  one!.cut = true;
  two!.cut = true;
  ink(live, 0, [3, 4]);
  ink(begin(two!, { id: 'e', author: 'bo' }), 0, [5, 6]);
  await tick();
  nowMs += 5_000;
  one!.beat?.();
  two!.beat?.();
  expect(wallOf(two!).has('d')).toBe(false);
  one!.comeUp();
  two!.comeUp();
  await finishWork();
  expect(wallOf(two!).get('d')?.strokes).toEqual([[1, 2, 3, 4]]);
  expect(wallOf(one!).get('e')?.strokes).toEqual([[5, 6]]);
});

test('[C5] a drawing follows its author to another node, and is on one node only', async () => {
  const [one, two, three] = await openOn(3);
  const old = begin(one!, { id: 'd' });
  ink(old, 0, [1, 2]);
  await tick();
  const remote = two!.room.find('d')!;
  expect(remote.author).toBe('ada');
  two!.room.dropped(remote);
  ink(begin(two!, { id: 'd' }), 0, [1, 2, 3, 4]);
  await tick();
  expect(one!.evicted).toEqual([old]);
  await tick();
  for (const node of [one!, two!, three!]) {
    expect(node.room.snapshot(0).tiles).toHaveLength(1);
    expect(wallOf(node).get('d')?.strokes).toEqual([[1, 2, 3, 4]]);
  }
});

test('[C6] a session on two nodes is one person, who leaves when both nodes publish it', async () => {
  const [one, two, three] = await openOn(3);
  begin(one!, { id: 'd' });
  begin(two!, { id: 'e' });
  await tick();
  await tick();
  for (const node of [one!, two!, three!]) expect(namesOf(node)).toEqual(['ada']);
  // All drawings of a person have one number.
  for (const { room } of [one!, two!, three!])
    expect(room.snapshot(0).tiles.map(({ person }) => person)).toEqual(
      Array(2).fill(room.people()[0]!.person),
    );
  three!.room.buildFrames();
  one!.room.disconnect('ada');
  nowMs += leaveAfterMs + 1;
  one!.room.sweep();
  await tick();
  for (const node of [one!, two!, three!]) expect(namesOf(node)).toEqual(['ada']);
  expect(three!.room.buildFrames()).toEqual([]);
  two!.room.disconnect('ada');
  nowMs += leaveAfterMs + 1;
  two!.room.sweep();
  await tick();
  for (const node of [one!, two!, three!]) expect(namesOf(node)).toEqual([]);
});

test('[C6] a person who moves to another node and takes a name there has it everywhere', async () => {
  const [one, two] = await openOn(2);
  begin(one!, { id: 'd' });
  await tick();
  one!.room.disconnect('ada');
  two!.room.connect('ada', 'Ada');
  await tick();
  expect(namesOf(two!)).toEqual(['Ada']);
  nowMs += leaveAfterMs + 1;
  one!.room.sweep();
  await tick();
  for (const node of [one!, two!]) expect(namesOf(node)).toEqual(['Ada']);
});

test('[C6] a person who moves to another node and takes the name off has none anywhere', async () => {
  const [one, two] = await openOn(2);
  begin(one!, { id: 'd' });
  await tick();
  one!.room.disconnect('ada');
  two!.room.connect('ada', '');
  await tick();
  for (const node of [one!, two!]) expect(namesOf(node)).toEqual(['']);
});

test('[C6] a person who changes the name keeps the number on every node, and so do the drawings', async () => {
  const [one, two] = await openOn(2);
  ink(begin(one!, { id: 'd' }), 0, [1, 2]);
  await tick();
  const [tile] = two!.room.snapshot(0).tiles;
  one!.room.connect('ada', 'Ada Lovelace');
  await tick();
  expect(two!.room.people()).toEqual([{ person: tile!.person, name: 'Ada Lovelace' }]);
  // A short absence keeps the number too.
  one!.room.disconnect('ada');
  one!.room.disconnect('ada');
  nowMs += leaveAfterMs + 1;
  one!.room.sweep();
  await tick();
  expect(two!.room.people()).toEqual([]);
  one!.room.connect('ada', 'Ada Lovelace');
  await tick();
  expect(two!.room.people()).toEqual([{ person: tile!.person, name: 'Ada Lovelace' }]);
});

test('[C6] of two names that a session has on two nodes the later one counts everywhere', async () => {
  const [one, two, three] = await openOn(3);
  two!.room.connect('ada', 'first');
  await tick();
  one!.room.connect('ada', 'second');
  await tick();
  await tick();
  for (const node of [one!, two!, three!]) expect(namesOf(node)).toEqual(['second']);
});

test('[C3] a last message that is lost is noticed by the next beat', async () => {
  const [one, two] = await openOn(2);
  ink(begin(one!, { id: 'd' }), 0, [1, 2]);
  one!.room.buildFrames();
  one!.cluster.publishTick(one!.room);
  queue.splice(0);
  await tick();
  expect(wallOf(two!).has('d')).toBe(false);
  nowMs += 1_000;
  one!.beat?.();
  await finishWork();
  expect(wallOf(two!).get('d')?.strokes).toEqual([[1, 2]]);
});

test('[C7] messages of another version are warned of once a minute', async () => {
  const warnings: string[] = [];
  const [one] = await openOn(1);
  const node = addNode(pino({ level: 'warn' }, { write: line => warnings.push(line) }));
  node.cluster.open(node.room);
  for (let i = 0; i < 1_000; i++) buses[1]!('inkling:1:room:room', '{"kind":"shout"}');
  expect(warnings).toHaveLength(1);
  nowMs += 60_000;
  buses[1]!('inkling:1:room:room', '{"kind":"shout"}');
  expect(warnings).toHaveLength(2);
  expect(warnings[1]).toContain('"messages":1000');
  expect(one!.nodes()).toBe(1);
});

test('[C5] no node takes another author’s drawing', async () => {
  const [one, two] = await openOn(2);
  ink(begin(one!, { id: 'd' }), 0, [1, 2]);
  await tick();
  begin(two!, { id: 'd', author: 'mallory' });
  await tick();
  expect(one!.evicted).toEqual([]);
  expect(wallOf(one!).get('d')?.strokes).toEqual([[1, 2]]);
});

test('[C8] a job is announced on every node with its room, a malformed message on no node', async () => {
  const [one, two] = await openOn(2);
  const training = {
    where: 'server',
    phase: 'training',
    step: 1,
    steps: 9,
    loss: null,
    accuracy: null,
    taught: { drawings: 9, people: 2 },
    digits: [{ digit: 7, count: 9, before: 0, after: 9 }],
  } satisfies Omit<Training, 'job'>;
  const received: Training[] = [];
  two!.cluster.onTraining((_room, each) => received.push(each));
  one!.cluster.publishTraining('4b', { job: 'j', ...training });
  buses[1]!('inkling:1:nodes', 'no JSON');
  buses[1]!('inkling:1:nodes', '{"kind":"shout"}');
  await finishWork();
  expect([one!.trainings, two!.trainings]).toEqual([[], ['j in 4b']]);
  expect(received).toEqual([{ job: 'j', ...training }]);
});

describe('a node goes on whatever another node sends', () => {
  /** The messages of one node to the room, and a node that receives them. */
  async function recordMessages() {
    const [one, two] = await openOn(2);
    const messages: [string, string][] = [];
    buses.push((channel, text) => messages.push([channel, text]));
    return { one: one!, two: two!, messages };
  }

  test.each([
    ['invalid ink', { ink: '!' }],
    ['ink that ends in a number', { ink: 'BAC_' }],
    ['ink far from the pad', { ink: 'BAC______' }],
    ['a stroke after a gap', { ink: 'B_________BAA' }],
    ['an invalid prediction', { guesses: [[1, '!']] }],
    ['the digit 10', { labelled: [[1, 10]] }],
    ['a drawing start without its author', { begun: [[7, 'e', 1]] }],
  ])('[C7] %s', async (_what, changes) => {
    const { one, two } = await recordMessages();
    const live = begin(one, { id: 'd' });
    ink(live, 0, [1, 2]);
    await tick();
    ink(live, 0, [3, 4]);
    await tick();
    // The first tick was the node's third message.
    for (let sequence = 1; sequence < 9; sequence++) {
      const message = { kind: 'tick', node: 'node 0', said: sequence, beginnings: [], changes };
      buses[1]!('inkling:1:room:room', JSON.stringify(message));
    }
    two.room.buildFrames();
    nowMs += 1_000;
    ink(live, 0, [5, 6]);
    await tick();
    await tick();
    expect(wallOf(two)).toEqual(wallOf(one));
  });

  const forged = { kind: 'state', node: 'node 0', people: [], tiles: [] };

  test('[C7] a state under a number that the node has not reached is replaced after its next beat', async () => {
    const { one, two } = await recordMessages();
    ink(begin(one, { id: 'd' }), 0, [1, 2]);
    await tick();
    buses[1]!('inkling:1:room:room', JSON.stringify({ ...forged, said: 1_000 }));
    expect(wallOf(two).has('d')).toBe(false);
    nowMs += 1_000;
    one.beat?.();
    await finishWork();
    expect(wallOf(two)).toEqual(wallOf(one));
  });

  test('[C7] a state under the number of a lost one is replaced once the bus is back', async () => {
    const { one, two, messages } = await recordMessages();
    const live = begin(one, { id: 'd' });
    await tick();
    ink(live, 0, [1, 2]);
    one.room.buildFrames();
    one.cluster.publishTick(one.room);
    queue.splice(0);
    const said = 1 + Math.max(...messages.map(([, text]) => JSON.parse(text).said ?? 0));
    buses[1]!('inkling:1:room:room', JSON.stringify({ ...forged, said }));
    two.comeUp();
    one.comeUp();
    await finishWork();
    expect(wallOf(two)).toEqual(wallOf(one));
  });

  const rounds = 10_000;
  test(`[C7] ${rounds} mutated messages`, async () => {
    const { one, two, messages } = await recordMessages();
    const random = createRandom(14);
    const live = begin(one, { id: 'd' });
    for (let round = 0; round < rounds; round++) {
      if (round % 20 === 0) {
        ink(live.state === 'open' ? live : begin(one, { id: `d${round}` }), 0, [round % 1000, 5]);
        live.label = round % 40 === 0 ? undefined : round % 10;
        one.room.labelled(live);
        if (round % 60 === 0) one.cluster.publishRelabelled('d');
        if (round % 100 === 0) begin(one, { id: `d${round}`, author: `a${round % 7}` });
        nowMs += 40;
        await tick();
      }
      const [channel, text] = pick(random, messages.slice(-40));
      const known: unknown = JSON.parse(text);
      // Sent as the node's next tick, or from any node.
      const message = mutateJson(random, known);
      buses[1]!(channel, int(random, 20) === 0 ? mutate(random, text) : JSON.stringify(message));
      if (round % 10 === 0) {
        two.room.buildFrames();
        two.room.snapshot(0);
        two.cluster.publishTick(two.room);
      }
    }
    queue.splice(0);
    for (let second = 0; second < 6; second++) {
      nowMs += 1_000;
      one.beat?.();
      await finishWork();
      two.beat?.();
      await finishWork();
    }
    two.comeUp();
    one.comeUp();
    await finishWork();
    await tick();
    const open = (node: Node) => sorted(new Map([...wallOf(node)].filter(([, { finished }]) => !finished)));
    expect(open(two)).toEqual(open(one));
  });
});

test.each(['deleted', 'relabelled'] as const)(
  '[C8] that a drawing was %s reaches every other node, and one that was cut off when it is back',
  async kind => {
    const [one, two, three] = await openOn(3);
    three!.cut = true;
    one!.cluster[kind === 'deleted' ? 'publishDeleted' : 'publishRelabelled']('d');
    await finishWork();
    expect([one![kind], two![kind], three![kind]]).toEqual([['d'], ['d'], []]);
    nowMs += 10_000;
    for (const { beat } of nodes) beat?.();
    await finishWork();
    three!.comeUp();
    await finishWork();
    expect(three![kind]).toContain('d');
  },
);

test('[C8] a label that changes, and one that is taken off, are seen on the walls of all nodes', async () => {
  const [one, two] = await openOn(2);
  const live = begin(one!, { id: 'a' });
  const seen = (node: Node) => wallOf(node).get('a')?.label;
  for (const label of [3, 4, undefined]) {
    live.label = label;
    one!.room.labelled(live);
    await tick();
    expect([seen(one!), seen(two!)]).toEqual([label, label]);
  }
  // Taken off while nothing reaches the other node; the state of the room reports it afterwards.
  live.label = 5;
  one!.room.labelled(live);
  await tick();
  two!.cut = true;
  live.label = undefined;
  one!.room.labelled(live);
  await tick();
  two!.cut = false;
  live.drawing.strokes.push([1, 1]);
  one!.room.redrawn(live);
  nowMs += 1_000;
  await tick();
  expect(seen(two!)).toBeUndefined();
});

test('[PV1] drawings erased by age leave the walls of every node', async () => {
  const [one, two] = await openOn(2);
  one!.cluster.publishExpired(['a', 'b']);
  await finishWork();
  expect([one!.expired, two!.expired]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('[PV3] an erased session reaches every other node, and one that was cut off when it is back', async () => {
  const [one, two, three] = await openOn(3);
  three!.cut = true;
  one!.cluster.publishErased('ada');
  await finishWork();
  expect([one!.erased, two!.erased, three!.erased]).toEqual([[], ['ada'], []]);
  nowMs += 10_000;
  for (const { beat } of nodes) beat?.();
  await finishWork();
  three!.comeUp();
  await finishWork();
  expect(three!.erased).toContain('ada');
});

test('nothing is armed after a stop', async () => {
  const node = addNode();
  expect(node.beat).toBeDefined();
  await node.cluster.stop();
  expect(node.beat).toBeUndefined();
});
