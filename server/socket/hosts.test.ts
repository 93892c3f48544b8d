import pino from 'pino';
import { expect, test } from 'vitest';
import type { Ack } from '../../shared/ack.ts';
import type { HostAction, HostView } from '../../shared/host-protocol.ts';
import { unpackInk } from '../../shared/ink.ts';
import { leaveAfterMs, maxFinishedShown, maxNameLength } from '../../shared/limits.ts';
import type { Snapshot } from '../../shared/protocol.ts';
import { roomSchema } from '../../shared/protocol.ts';
import { addressable } from '../../shared/room-address.ts';
import { createCluster } from '../cluster/cluster.ts';
import { createMetrics } from '../core/metrics.ts';
import { createDrawings } from '../drawing/drawing-service.ts';
import { madeUpName, madeUpRoom, roomNameBits } from '../room/made-up-names.ts';
import { createPauseKeeper } from '../room/pause-keeper.ts';
import { createRooms } from '../room/room-registry.ts';
import { idleDrawingsParts } from '../testing/drawings.ts';
import { createRoomTable, createTestHosts } from '../testing/hosts.ts';
import { createEventRouter } from './event-router.ts';

/** Nodes with a room each, one database and one bus between them, and people who send events without connections. */

const name = '4b';
const log = pino({ level: 'silent' });
let drawings = 0;
const newId = () => `00000000-0000-4000-8000-${`${++drawings}`.padStart(12, '0')}`;

function createNet() {
  const table = createRoomTable();
  const listeners: ((channel: string, text: string) => void)[] = [];
  const flush = () => new Promise(resolve => setImmediate(resolve));

  function createNode(node: string) {
    let nowMs = 1_000;
    const { hosts, hostActions } = createTestHosts(table);
    const subscribed: ((channel: string, text: string) => void)[] = [];
    const bus = {
      publish: (channel: string, text: string) => {
        for (const listener of listeners) if (!subscribed.includes(listener)) listener(channel, text);
      },
      listen: async () => {},
      unlisten() {},
      onMessage(listener: (channel: string, text: string) => void) {
        subscribed.push(listener);
        listeners.push(listener);
      },
      onUp() {},
      close: async () => {},
    };
    const drawn = createDrawings(idleDrawingsParts());
    const clock = { now: () => nowMs, after: () => () => {} };
    const cluster = createCluster({
      ...clock,
      bus,
      node,
      drawings: drawn,
      hosts,
      log,
      metrics: { gauge() {} },
    });
    const rooms = createRooms({
      ...clock,
      subscribers: { send() {}, sendDueSnapshots() {} },
      cluster,
      drawings: drawn,
      hosts,
      overload: { minTickMs: () => 0 },
    });
    const router = createEventRouter({
      ...clock,
      drawings: drawn,
      networks: { labels() {} },
      metrics: createMetrics(),
      log,
    });
    const { room } = rooms.get(name);

    function enter(session: string, { key, called }: { key?: string; called?: string } = {}) {
      const claimant = { admin: false, key };
      const { person } = room.connect(session, called);
      const member = { room, session, isHost: () => hosts.isHost(name, claimant) };
      const received = [hostActions.newsOf(member)];
      hosts.watch(name, () => received.push(hostActions.newsOf(member)));
      const receive = router.of({
        session,
        address: 'home',
        room: name,
        drawer: {
          session,
          address: 'home',
          room,
          person,
          guess() {},
          opinion() {},
          page: () => 0,
          setPage() {},
        },
        resender: { ask() {}, stop() {} },
        refusalToDraw: () => hostActions.refusalToDraw(member),
        act: action => hostActions.act(action, member),
      });
      const send = <Answer>(event: string, payload: object) =>
        new Promise<Answer>(resolve => receive(event, payload, resolve));
      return {
        person,
        lastNews: () => received.at(-1),
        news: () => hostActions.newsOf(member),
        draw: (drawing: string, points = [1, 1]) =>
          send<Ack>('draw', { drawing, seq: 1, stroke: 0, offset: 0, points }),
        redraw: (drawing: string, strokes: number[][]) => send<Ack>('redraw', { drawing, seq: 2, strokes }),
        finish: (drawing: string) => send<Ack>('finish', { drawing }),
        label: (drawing: string) => send<Ack>('label', { drawing, digit: 7 }),
        does: async (action: HostAction) => {
          const answer = await send<Ack<HostView>>('host', action);
          await flush();
          return answer;
        },
      };
    }

    return {
      hosts,
      hostActions,
      room,
      cluster,
      enter,
      drawings: drawn,
      pass: (ms: number) => {
        nowMs += ms;
      },
      /** The drawings on the wall. */
      wall: (): string[] => room.snapshot(0).tiles.map(({ drawing }) => drawing),
      restart: async () => {
        const next = createNode(`${node} again`);
        await next.hosts.enter(name);
        next.room.setRules(next.hosts.rulesOf(name));
        return next;
      },
    };
  }
  return { table, createNode, flush };
}

/** A room with its host, on one node. */
async function setUp() {
  const net = createNet();
  const node = net.createNode('a');
  const made = await node.hosts.make(name);
  if (!made.ok) throw new Error(made.message);
  await node.hosts.enter(name);
  const { key } = made.value;
  return { ...net, node, key, host: node.enter('host', { key }) };
}

/** A client of the wall that applies frames as pages do. */
function createViewer(node: Awaited<ReturnType<typeof setUp>>['node']) {
  const tiles = new Map<number, { drawing: string; ink: number[][]; finished: boolean }>();
  const from = (snapshot: Snapshot) => {
    for (const tile of snapshot.tiles)
      tiles.set(tile.tile, {
        drawing: tile.drawing,
        ink: tile.ink.map(unpackInk),
        finished: tile.finished === true,
      });
  };
  node.room.buildFrames();
  from(node.room.snapshot(0));
  return () => {
    for (const { frame } of node.room.buildFrames()) {
      for (const [tile, drawing] of frame.begun ?? []) tiles.set(tile, { drawing, ink: [], finished: false });
      for (const [tile, ink] of frame.redrawn ?? []) {
        const shown = tiles.get(tile);
        if (shown !== undefined) shown.ink = ink.map(unpackInk);
      }
      for (const tile of frame.finished ?? []) {
        const shown = tiles.get(tile);
        if (shown !== undefined) shown.finished = true;
      }
      for (const tile of frame.gone ?? []) tiles.delete(tile);
    }
    return [...tiles.values()];
  };
}

test.each([
  ['4B', '4b'],
  ['Class 4B!', 'class-4b'],
  ['  Élèves du café ', 'eleves-du-cafe'],
  ['Straße', 'strasse'],
  ['物理', ''],
  ['---', ''],
  ['x'.repeat(maxNameLength), 'x'.repeat(32)],
  [`${'ab '.repeat(12)}`, 'ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab'],
])('[H1] a room that is called %j gets the address %j', (written, address) => {
  expect(addressable(written)).toBe(address);
  if (address !== '') expect(roomSchema.safeParse(address).success).toBe(true);
});

test('[H1] a made-up name fits an address and holds 40 bits', () => {
  expect(roomNameBits).toBeGreaterThan(40);
  for (let i = 0; i < 200; i++) expect(roomSchema.safeParse(madeUpRoom()).success).toBe(true);
  expect(roomSchema.safeParse(madeUpRoom(below => below - 1)).success).toBe(true);
  expect(new Set(Array.from({ length: 200 }, () => madeUpRoom())).size).toBe(200);
});

test('[H1] a room is made once under a name, in any script, and the lobby never', async () => {
  const { hosts, table } = createTestHosts();
  expect(await hosts.make('Class 4B')).toMatchObject({ ok: true, value: { room: 'class-4b' } });
  expect(await hosts.make('class 4b')).toMatchObject({ ok: false, reason: 'busy' });
  expect(await hosts.make('Lobby')).toMatchObject({ ok: false, reason: 'busy' });
  expect(await hosts.make('<b>')).toMatchObject({ ok: false, reason: 'invalid' });
  expect(await hosts.make('a'.repeat(maxNameLength + 1))).toMatchObject({ ok: false, reason: 'too_large' });
  const [physics, nameless] = [await hosts.make('物理'), await hosts.make(undefined)];
  if (!physics.ok || !nameless.ok) throw new Error('both rooms are made');
  await hosts.enter(physics.value.room);
  expect(hosts.rulesOf(physics.value.room).settings.title).toBe('物理');
  expect(table.rows.size).toBe(3);
});

test('[S12] without an open lobby nobody but an admin enters it, and every other room is open', () => {
  const { hostActions } = createTestHosts(createRoomTable(), { isLobbyOpen: false });
  const enter = (room: string, admin = false) =>
    hostActions.refusalToEnter({ room, session: 'eve', claimant: { admin, key: undefined } });
  expect(enter('lobby')).toMatchObject({
    reason: 'forbidden',
    message: expect.stringContaining('Make a room'),
  });
  expect(enter('lobby', true)).toBeUndefined();
  expect(enter('4b')).toBeUndefined();
  expect(
    createTestHosts().hostActions.refusalToEnter({
      room: 'lobby',
      session: 'eve',
      claimant: { admin: false, key: undefined },
    }),
  ).toBeUndefined();
});

test('[H2] a key opens its own room alone, until it is renewed', async () => {
  const { node, key, host, table } = await setUp();
  const other = await node.hosts.make('another');
  await node.hosts.enter('another');
  const isHost = (room: string, offered: string | undefined) =>
    node.hosts.isHost(room, { admin: false, key: offered });
  expect(isHost(name, key)).toBe(true);
  for (const forged of [
    undefined,
    '',
    'x',
    key.slice(1),
    key.toUpperCase(),
    table.rows.get(name)?.keyHash ?? '',
  ])
    expect(isHost(name, forged)).toBe(false);
  expect(isHost('another', key)).toBe(false);
  expect(other.ok && isHost(name, other.value.key)).toBe(false);
  expect(node.hosts.isHost(name, { admin: true, key: undefined })).toBe(true);
  const renewed = await node.hosts.renew(name);
  expect(isHost(name, key)).toBe(false);
  expect(renewed.ok && isHost(name, renewed.value.key)).toBe(true);
  expect(host.lastNews()).toMatchObject({ host: false });
  expect(await host.does({ does: 'clear', on: true })).toMatchObject({ reason: 'forbidden' });
});

test('[H4] nobody but a host changes the room or sees what is off the wall', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  const actions: HostAction[] = [
    { does: 'view' },
    { does: 'clear', on: true },
    { does: 'set', settings: { locked: true } },
    { does: 'hide', drawing: newId(), on: true },
    { does: 'pause', person: host.person, on: true },
  ];
  for (const action of actions) expect(await eve.does(action)).toMatchObject({ reason: 'forbidden' });
  expect(await host.does({ does: 'pause', person: 999, on: true })).toMatchObject({ reason: 'not_found' });
  const bad: object = { does: 'set', settings: { names: 'rude' } };
  expect(await host.does(bad as HostAction)).toMatchObject({ reason: 'invalid' });
});

test('[H5] a drawing hidden while it is drawn leaves the wall, grows unseen and comes back whole', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  const [bad, good] = [newId(), newId()];
  const view = createViewer(node);
  await eve.draw(bad, [1, 1, 2, 2]);
  await node.enter('ada').draw(good);
  expect(view()).toHaveLength(2);
  await host.does({ does: 'hide', drawing: bad, on: true });
  expect(view().map(({ drawing }) => drawing)).toEqual([good]);
  expect(eve.lastNews()?.veiled).toEqual([[bad, 'hidden']]);
  await eve.redraw(bad, [
    [1, 1],
    [9, 9],
  ]);
  await eve.finish(bad);
  expect(view().map(({ drawing }) => drawing)).toEqual([good]);
  expect(node.wall()).toEqual([good]);
  expect(await host.does({ does: 'view' })).toMatchObject({
    value: { veiled: [{ drawing: bad, veil: 'hidden' }] },
  });
  await host.does({ does: 'hide', drawing: bad, on: false });
  expect(view().find(({ drawing }) => drawing === bad)).toEqual({
    drawing: bad,
    ink: [
      [1, 1],
      [9, 9],
    ],
    finished: true,
  });
});

test('[H5] hiding and showing within one tick changes nothing on the wall', async () => {
  const { node, host } = await setUp();
  const drawing = newId();
  const view = createViewer(node);
  await node.enter('eve').draw(drawing, [5, 5]);
  view();
  await host.does({ does: 'hide', drawing, on: true });
  await host.does({ does: 'hide', drawing, on: false });
  expect(view()).toEqual([{ drawing, ink: [[5, 5]], finished: false }]);
});

test('[H6] a paused person neither draws nor labels, until the host lets them', async () => {
  const { node, host } = await setUp();
  const [eve, ada] = [node.enter('eve'), node.enter('ada')];
  const drawing = newId();
  await eve.draw(drawing);
  await host.does({ does: 'pause', person: eve.person, on: true });
  for (const answer of [
    await eve.draw(newId()),
    await eve.redraw(drawing, [[3, 3]]),
    await eve.label(drawing),
  ])
    expect(answer).toMatchObject({ ok: false, reason: 'paused' });
  expect(eve.lastNews()?.paused).toBe(true);
  expect(ada.lastNews()?.paused).toBe(false);
  expect(await ada.draw(newId())).toEqual({ ok: true });
  expect(await eve.finish(drawing)).toEqual({ ok: true });
  await host.does({ does: 'pause', person: eve.person, on: false });
  expect(eve.lastNews()?.paused).toBe(false);
  expect(await eve.draw(newId())).toEqual({ ok: true });
});

test('[H6] a paused person who comes back under a new session stays paused, one newcomer of the network at most', async () => {
  const { hosts } = createTestHosts();
  await hosts.enter(name);
  const pauses = createPauseKeeper({ hosts });
  const visit = (session: string, network = 'school') => pauses.entered({ room: name, session, network });
  const paused = () => [...hosts.rulesOf(name).paused];
  await visit('eve');
  await visit('ada');
  await hosts.decide(name, state => ({ ...state, paused: ['eve'] }));
  // While eve is here, newcomers are somebody else.
  await visit('kim');
  pauses.left({ room: name, session: 'eve' });
  await visit('kim');
  await visit('tom', 'elsewhere');
  expect(paused()).toEqual(['eve']);
  await visit('eve again');
  expect(paused()).toEqual(['eve', 'eve again']);
  await visit('lou');
  expect(paused()).toEqual(['eve', 'eve again']);
  pauses.left({ room: name, session: 'eve again' });
  await visit('eve at last');
  expect(paused()).toEqual(['eve', 'eve again', 'eve at last']);
});

test('[H7] names are shown as given, made up or not at all, and a single name is taken off', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve', { called: 'Rude' });
  const shown = (person: number) => node.room.people().find(each => each.person === person)?.name;
  const nameNow = () =>
    node.room.buildFrames()[0]?.frame.came?.findLast(each => each.person === eve.person)?.name;
  nameNow();
  await host.does({ does: 'unname', person: eve.person, on: true });
  expect(shown(eve.person)).toBe('');
  expect(nameNow()).toBe('');
  expect(eve.lastNews()?.nameless).toEqual([eve.person]);
  const answer = await host.does({ does: 'view' });
  expect(answer.ok && answer.value.people).toContainEqual({
    person: eve.person,
    name: '',
    given: 'Rude',
    paused: false,
    nameless: true,
  });
  await host.does({ does: 'set', settings: { names: 'made_up' } });
  expect(shown(eve.person)).toBe(madeUpName('eve'));
  expect(madeUpName('eve')).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
  expect(madeUpName('eve')).not.toBe(madeUpName('ada'));
  await host.does({ does: 'set', settings: { names: 'none' } });
  expect(shown(eve.person)).toBe('');
  await host.does({ does: 'set', settings: { names: 'given' } });
  await host.does({ does: 'unname', person: eve.person, on: false });
  expect(shown(eve.person)).toBe('Rude');
  expect(nameNow()).toBe('Rude');
});

test('[H8] a person gets the rules of the room and what concerns them, and nobody else’s', async () => {
  const { node, host } = await setUp();
  const [eve, ada] = [node.enter('eve'), node.enter('ada')];
  const drawing = newId();
  await eve.draw(drawing);
  await host.does({ does: 'set', settings: { frozen: true, teach: 'host' } });
  await host.does({ does: 'hide', drawing, on: true });
  expect(eve.lastNews()).toEqual({
    settings: { title: '', names: 'given', museum: false, frozen: true, locked: false, teach: 'host' },
    nameless: [],
    host: false,
    paused: true,
    veiled: [[drawing, 'hidden']],
    ended: false,
  });
  expect(ada.lastNews()).toMatchObject({ veiled: [], paused: true });
  expect(host.lastNews()).toMatchObject({ host: true, paused: false });
});

test('[H9] in museum mode a drawing is shown once it is let through, and what was there stays', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  const [before, waiting, fine] = [newId(), newId(), newId()];
  await eve.draw(before);
  await host.does({ does: 'set', settings: { museum: true } });
  const view = createViewer(node);
  await eve.draw(waiting);
  await eve.draw(fine);
  expect(view().map(({ drawing }) => drawing)).toEqual([before]);
  await host.does({ does: 'show', drawing: fine, on: true });
  expect(view().map(({ drawing }) => drawing)).toEqual([before, fine]);
  await host.does({ does: 'set', settings: { museum: false } });
  expect(view().map(({ drawing }) => drawing)).toEqual([before, fine, waiting]);
});

test('[H9] with nobody to let them through, any number of waiting drawings take no place on the wall', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  const shown = newId();
  await eve.draw(shown);
  await eve.finish(shown);
  await host.does({ does: 'set', settings: { museum: true } });
  for (let i = 0; i < 2 * maxFinishedShown; i++) {
    const drawing = newId();
    await eve.draw(drawing);
    await eve.finish(drawing);
  }
  expect(node.wall()).toEqual([shown]);
  expect(node.room.veiled()).toHaveLength(maxFinishedShown);
});

test('[H10] a frozen wall takes ink of the host alone', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  await host.does({ does: 'set', settings: { frozen: true } });
  expect(await eve.draw(newId())).toMatchObject({ reason: 'paused' });
  expect(await host.draw(newId())).toEqual({ ok: true });
  await host.does({ does: 'set', settings: { frozen: false } });
  expect(await eve.draw(newId())).toEqual({ ok: true });
});

test('[H10] a cleared wall is empty, goes on with new drawings, and comes back', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  const [old, open] = [newId(), newId()];
  await eve.draw(old);
  await eve.finish(old);
  await eve.draw(open);
  await host.does({ does: 'clear', on: true });
  expect(node.wall()).toEqual([]);
  expect(eve.lastNews()?.veiled).toEqual([
    [old, 'cleared'],
    [open, 'cleared'],
  ]);
  // The clock that begins drawings has milliseconds.
  await new Promise(resolve => setTimeout(resolve, 5));
  const next = newId();
  await eve.draw(next);
  expect(node.wall()).toEqual([next]);
  await host.does({ does: 'clear', on: false });
  expect(node.wall()).toEqual([old, open, next]);
});

test('[H11] a locked room lets in its host and the people who were there, also after a restart', async () => {
  const { node, key, host } = await setUp();
  node.enter('ada');
  await host.does({ does: 'set', settings: { locked: true } });
  const enters = (at: typeof node, session: string, offered?: string) =>
    at.hostActions.refusalToEnter({ room: name, session, claimant: { admin: false, key: offered } });
  const again = await node.restart();
  for (const at of [node, again]) {
    expect(enters(at, 'ada')).toBeUndefined();
    expect(enters(at, 'eve')).toMatchObject({ reason: 'locked' });
    expect(enters(at, 'eve', 'wrong')).toMatchObject({ reason: 'locked' });
    expect(enters(at, 'new tablet', key)).toBeUndefined();
  }
  await host.does({ does: 'set', settings: { locked: false } });
  expect(enters(node, 'eve')).toBeUndefined();
});

test('[H12] a room that ends while it is drawn in takes no more ink and lets nobody in', async () => {
  const { node, host, key } = await setUp();
  const eve = node.enter('eve');
  const drawing = newId();
  await eve.draw(drawing);
  expect(await node.hosts.end(name)).toEqual({ ok: true });
  expect(eve.lastNews()?.ended).toBe(true);
  expect(node.wall()).toEqual([]);
  expect(node.drawings.count()).toBe(0);
  expect(await eve.redraw(drawing, [[3, 3]])).toMatchObject({ reason: 'not_found' });
  expect(await host.does({ does: 'clear', on: true })).toMatchObject({ reason: 'forbidden' });
  const entering = { room: name, session: 'host', claimant: { admin: false, key } };
  expect(node.hostActions.refusalToEnter(entering)).toMatchObject({ reason: 'ended' });
  expect(await node.hosts.end('lobby')).toMatchObject({ reason: 'invalid' });
});

test('[H3] rules survive a restart and reach people on another node', async () => {
  const { createNode, host, flush } = await setUp();
  const other = createNode('b');
  await other.hosts.enter(name);
  const eve = other.enter('eve', { called: 'Rude' });
  const drawing = newId();
  await eve.draw(drawing);
  other.cluster.publishTick(other.room);
  await host.does({ does: 'hide', drawing, on: true });
  await flush();
  expect(other.wall()).toEqual([]);
  expect(eve.lastNews()?.veiled).toEqual([[drawing, 'hidden']]);
  await host.does({ does: 'set', settings: { frozen: true } });
  expect(await eve.draw(newId())).toMatchObject({ reason: 'paused' });
  const again = await other.restart();
  expect(await again.enter('eve').draw(newId())).toMatchObject({ reason: 'paused' });
});

test('[R2] a paused person who leaves and comes back is still paused', async () => {
  const { node, host } = await setUp();
  const eve = node.enter('eve');
  await host.does({ does: 'pause', person: eve.person, on: true });
  node.room.disconnect('eve');
  node.pass(leaveAfterMs + 1);
  node.room.sweep();
  expect(await node.enter('eve').draw(newId())).toMatchObject({ reason: 'paused' });
});
