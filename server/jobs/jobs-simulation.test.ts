import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { lost } from '../../db/connection/database-errors.ts';
import { house } from '../../db/rooms.ts';
import { chance, createRandom, int, type Random } from '../../shared/random.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { createRoomModels } from '../inference/room-models.ts';
import { createServedModel, type ServedModelTracker } from '../inference/served-model.ts';
import type { FromTraining, Outcome, TrainingAssignment } from '../job-workers/training-worker-messages.ts';
import type { Child } from '../process/child-process.ts';
import { createFakeJobs, type FakeJobs } from '../testing/jobs.ts';
import { createSchedule, type Schedule } from '../testing/schedule.ts';
import { createRoundEvaluation } from './round-evaluation.ts';
import { createTrainingProgress, trainingOf } from './training-progress.ts';
import { createTrainingRunner } from './training-runner.ts';

/**
 * Three nodes, two rooms, one database and the messages between them, in virtual time. The database is slow, messages
 * are lost, doubled and late; `rough` also stops nodes and cuts the database off.
 */

const log = pino({ level: 'silent' });
const base = { version: 'base-1', card: { version: 'base-1' }, weights: Uint8Array.of(1) };
const rooms = ['lobby', '4b'];
const auto = { afterLabels: 3, pauseMs: 30_000 };

interface World {
  random: Random;
  schedule: Schedule;
  db: FakeJobs;
  rough: boolean;
  nodes: Node[];
  /** Verbs fail until then. */
  awayUntilMs: number;
  /** Jobs whose candidate met another champion. */
  outdated: Set<string>;
  /** Every version that was a champion, oldest first, by room; `''` is the house. */
  champions: Map<string, string[]>;
  faults: string[];
}
type Node = ReturnType<typeof addNode>;

const slowestMs = 2_500; // either way: five seconds are the longest that a verb takes

function addNode(world: World) {
  const { random, schedule, db } = world;
  const id = randomUUID();
  const state = { stopped: false };
  /** Timers of a stopped process never run. */
  const after = (ms: number, run: () => void) => schedule.after(ms, () => state.stopped || run());
  const wait = (ms: number) => new Promise<void>(resolve => after(ms, resolve));
  const latencyMs = () => (chance(random, 0.2) ? int(random, slowestMs) : int(random, 40));

  function slow<Args extends unknown[], Result>(verb: (...args: Args) => Result) {
    return async (...args: Args): Promise<Result> => {
      await wait(latencyMs());
      const away = schedule.nowMs() < world.awayUntilMs;
      // The connection may break before or after the statement.
      if (away && chance(random, 0.5)) throw lost('cut off');
      const result = verb(...args);
      await wait(latencyMs());
      if (away) throw lost('cut off');
      return result;
    };
  }
  const { verbs } = db;
  const store = {
    shared: true,
    requestJob: slow(verbs.requestJob),
    requestDueJob: slow(verbs.requestDueJob),
    startJob: slow(verbs.startJob),
    beat: slow(verbs.beat),
    endJob: slow(verbs.endJob),
    cancelJob: slow(verbs.cancelJob),
    failSilentJobs: slow(verbs.failSilentJobs),
    recoverJobs: slow(verbs.recoverJobs),
    findJob: slow(verbs.findJob),
    nextJob: slow(verbs.nextJob),
    listJobs: slow(verbs.listJobs),
    claimSamples: slow(verbs.claimSamples),
    readHeldOutSamples: slow(verbs.readHeldOutSamples),
    readCorrections: slow(verbs.readCorrections),
    ensureBase: slow(verbs.ensureBase),
    readChampion: slow(verbs.readChampion),
    listChampions: slow(verbs.listChampions),
    loadModel: slow(verbs.loadModel),
    addCandidate: slow(verbs.addCandidate),
    refuseCandidate: slow(verbs.refuseCandidate),
    promoteModel: slow((promotion: Parameters<typeof verbs.promoteModel>[0]) => {
      const done = verbs.promoteModel(promotion);
      if (done === 'outdated' && promotion.job) world.outdated.add(promotion.job.id);
      if (done === 'promoted') note(world, promotion);
      return done;
    }),
  };

  /** The version by which each room was last predicted again here. */
  const readBy = new Map<string, string>();
  const reread = (room: string) => void readBy.set(room, registry.model(room).version);
  const registry: ServedModelTracker = createServedModel({
    base,
    store,
    roomModels: createRoomModels(base),
    models: { load: store.loadModel },
    inference: { serve: () => wait(int(random, 300)), prepare: () => wait(int(random, 300)) },
    rereader: {
      reread,
      rereadHouse: except => rooms.filter(room => !except.includes(room)).forEach(reread),
    },
    announcer: { model() {}, houseModel() {} },
    log,
    after,
  });

  registry.start();
  for (const room of rooms) void registry.use(room);

  const broadcasts: { room: string; training: Training }[] = [];
  let listener = (_room: string, _training: Training) => {};
  const news = createTrainingProgress({
    store,
    announcer: {
      training(room, training) {
        broadcasts.push({ room, training });
        const job = db.jobs().find(({ id }) => id === training.job);
        if (job !== undefined && job.room !== room)
          world.faults.push(`${job.id} of ${job.room} is announced in ${room}`);
        if (training.phase !== 'promoted' || world.rough) return;
        const champions = world.champions.get(room) ?? [];
        const served = champions.lastIndexOf(registry.model(room).version);
        if (served < champions.indexOf(job?.candidate ?? ''))
          world.faults.push(`${training.job} is called promoted before its version is served`);
      },
    },
    registry,
    cluster: {
      onTraining(added) {
        listener = added;
      },
      publishTraining(room, training) {
        for (const other of world.nodes) {
          if (other.id === id || chance(random, 0.2)) continue;
          const copies = chance(random, 0.1) ? 2 : 1;
          for (let copy = 0; copy < copies; copy++)
            schedule.after(chance(random, 0.1) ? int(random, 8_000) : int(random, 50), () =>
              other.receive(room, training),
            );
        }
      },
    },
  });

  function spawn(): Child<TrainingAssignment, FromTraining> {
    let [send, exit] = [(_message: FromTraining) => {}, (_how: string) => {}];
    let killed = false;
    const later = (ms: number, run: () => void) => after(ms, () => killed || run());
    return {
      send() {
        const seconds = 1 + int(random, 20);
        const progress = { phase: 'training', steps: seconds, loss: 1, accuracy: 0.5 } as const;
        for (let step = 1; step < seconds; step++)
          later(1_000 * step, () => send({ type: 'progress', progress: { ...progress, step } }));
        later(1_000 * seconds, () => {
          const what = int(random, 10);
          if (what === 0) exit('SIGKILL');
          else if (what === 1)
            send({ type: 'failed', message: 'It failed.', error: new Error('It failed.') });
          else send({ type: 'done', outcome: outcomeOf(random) });
        });
      },
      onMessage(listener) {
        send = listener;
      },
      onExit(listener) {
        exit = listener;
      },
      kill() {
        killed = true;
      },
    };
  }

  const runner = createTrainingRunner({
    store,
    base,
    spawn,
    news,
    announcer: { model() {} },
    registry,
    stepsShare: 1,
    ...auto,
    log,
    after,
  });
  const evaluateRound = createRoundEvaluation({
    store,
    base,
    registry,
    evaluator: {
      async evaluate() {
        await wait(int(random, 5_000));
        if (chance(random, 0.1)) throw new Error('The evaluation process ended.');
        return outcomeOf(random);
      },
    },
    announcer: { model() {} },
    wait,
    stopping: new AbortController().signal,
    after,
  });

  function poll() {
    void runner.poll();
    after(1_000, poll);
  }
  poll();

  const node = {
    state,
    registry,
    readBy,
    news,
    runner,
    broadcasts,
    id,
    receive(room: string, training: Training) {
      if (!state.stopped) listener(room, training);
    },
    async conclude(room: string) {
      const { version } = registry.model(room);
      const { weights } = base;
      await evaluateRound({ room, base: version, weights, fresh: [], samples: [], uploads: [] }).catch(
        () => {},
      );
    },
  };
  return node;
}

/** The version is the champion of the room now; the house's, of each room that follows it. */
function note({ champions, db }: World, { room, version }: { room: string; version: string }) {
  const followers = rooms.filter(name => !db.verbs.listChampions().has(name));
  for (const name of room === house ? followers : [room]) champions.get(name)?.push(version);
}

let candidates = 0;
const set = { count: 0, accuracy: 1, perDigit: [], ece: 0, confusion: [] };
const figures = {
  sets: { mnist: set, strangers: set, corrections: set, lessons: set, marked: set },
  canariesFired: 0,
  microsPerImage: 100,
};
function outcomeOf(random: Random): Outcome {
  const evidence = { strangers: 0, level: 'none' as const };
  const verdict: Outcome['verdict'] = chance(random, 0.6)
    ? { kind: 'promoted', message: 'It learned.', evidence }
    : { kind: 'refused', reason: 'mnist_fell', message: 'MNIST fell.', evidence };
  const weights = new Uint8Array(new Uint32Array([++candidates]).buffer);
  return { verdict, before: figures, candidate: { weights, after: figures } };
}

function step(world: World) {
  const { random, schedule, db, nodes } = world;
  const live = nodes.filter(({ state }) => !state.stopped);
  const node = live[int(random, live.length)]!;
  const what = int(random, 100);
  const room = rooms[int(random, rooms.length)]!;
  if (what < 25) db.label(room);
  else if (what < 33) void node.runner.request({ room, askedBy: 'ada' }).catch(() => {});
  else if (what < 43) {
    const job = db.verbs.currentJob(room);
    if (job) void node.runner.cancel(job.id, { author: null, admin: true }).catch(() => {});
  } else if (what < 48) void node.conclude(room);
  else if (what < 50) {
    // An admin promotes by hand, in a room or for the house, or a room starts over.
    if (chance(random, 0.3)) {
      const back = db.verbs.followHouse({ room });
      if (back !== 'unknown') world.champions.get(room)?.push(back.version);
      return;
    }
    const where = chance(random, 0.4) ? house : room;
    const version = `by hand ${schedule.nowMs()}`;
    const origin = { parent: 'base-1', source: 'import' as const, room: where, weights: new Uint8Array(1) };
    db.verbs.addCandidate({ version, card: { version }, ...origin });
    const expectedChampion = db.champion(where);
    const by = { by: 'an admin', reason: 'by hand' };
    db.verbs.promoteModel({ room: where, version, expectedChampion, ...by });
    note(world, { room: where, version });
  } else if (what < 52 && world.rough) {
    node.state.stopped = true;
    nodes[nodes.indexOf(node)] = addNode(world);
  } else if (what < 53 && world.rough) world.awayUntilMs = schedule.nowMs() + int(random, 20_000);
}

async function simulate(seed: number, { rough }: { rough: boolean }) {
  const random = createRandom(seed);
  const schedule = createSchedule();
  const db = createFakeJobs(schedule.nowMs);
  const world: World = {
    random,
    schedule,
    db,
    rough,
    nodes: [],
    awayUntilMs: 0,
    outdated: new Set(),
    champions: new Map(rooms.map(room => [room, [base.version]])),
    faults: [],
  };
  for (let i = 0; i < 3; i++) world.nodes.push(addNode(world));
  for (let i = 0; i < 400; i++) {
    step(world);
    await schedule.advance(int(random, 4_000));
  }
  await schedule.advance(240_000);
  return world;
}

const seeds = Array.from({ length: 12 }, (_, i) => i + 1);

test.each(seeds)(
  '[J10] [J11] jobs, versions and announcements of them converge on three nodes, in each room (seed %i)',
  async seed => {
    const world = await simulate(seed, { rough: false });
    expect(world.faults).toEqual([]);
    checkEnd(world);
    // No node stopped and no beat was late by more than a job may be silent: no job was begun twice.
    expect(world.db.jobs().filter(({ attempt }) => attempt > 1)).toEqual([]);
  },
);

test.each(seeds)(
  '[J10] they converge also when nodes stop and the database is away (seed %i)',
  async seed => {
    checkEnd(await simulate(1_000 + seed, { rough: true }));
  },
);

function checkEnd({ db, nodes, outdated }: World) {
  const jobs = db.jobs();
  expect(jobs.length).toBeGreaterThan(10);
  expect(new Set(jobs.map(({ state }) => state)).size).toBeGreaterThan(3);
  expect(jobs.filter(({ state }) => state === 'queued' || state === 'running')).toEqual([]);
  for (const room of rooms) {
    for (const { registry, readBy } of nodes) {
      expect(registry.model(room).version).toBe(db.champion(room));
      expect(readBy.get(room) ?? base.version).toBe(db.champion(room));
    }
    // The status and the newest announcement name the end of the last job of the room.
    const [last] = db.verbs.listJobs({ room, limit: 1 });
    for (const { news, broadcasts } of nodes) {
      expect(trainingOf(last!, news.latest(room)).phase).toBe(last!.state);
      const announced = broadcasts.findLast(each => each.room === room)?.training;
      if (announced) expect(announced.phase).toBe(jobs.find(({ id }) => id === announced.job)?.state);
    }
  }
  checkRooms(db);
  const blamed = jobs.filter(({ message }) => message?.startsWith('Another version'));
  expect(blamed.filter(({ id }) => !outdated.has(id))).toEqual([]);
  checkPauses(db);
}

/** A job learned labels of its room, which has had its version as champion, and each room had jobs. */
function checkRooms(db: FakeJobs) {
  for (const room of rooms) expect(db.jobs().filter(job => job.room === room).length).toBeGreaterThan(3);
  const promoted = new Map(db.jobs().map(({ candidate, room }) => [candidate, room]));
  for (const { trainedIn, room } of db.labels())
    if (trainedIn !== null) expect(promoted.get(trainedIn)).toBe(room);
}

/** Jobs that begin by themselves keep the pause of their room and wait for its labels. */
function checkPauses(db: FakeJobs) {
  const own = db.jobs().filter(({ askedBy, startedAt }) => askedBy !== 'browsers' && startedAt !== null);
  for (const job of db.jobs().filter(({ askedBy }) => askedBy === 'inkling')) {
    const earlier = own.filter(({ room, wantedAt }) => room === job.room && wantedAt < job.wantedAt);
    const endedMs = Math.max(-Infinity, ...earlier.map(({ endedAt }) => endedAt?.getTime() ?? 0));
    expect(job.wantedAt.getTime() - endedMs).toBeGreaterThanOrEqual(auto.pauseMs);
    const beganMs = Math.max(-Infinity, ...earlier.map(({ startedAt }) => startedAt?.getTime() ?? 0));
    const wantedMs = job.wantedAt.getTime();
    const fresh = db
      .labels()
      .filter(({ room, atMs }) => room === job.room && atMs > beganMs && atMs <= wantedMs);
    expect(fresh.length).toBeGreaterThanOrEqual(auto.afterLabels);
  }
}
