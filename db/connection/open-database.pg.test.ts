import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { sql } from 'slonik';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { recordLabel } from '../predictions.ts';
import { countLabels } from '../testing/count-labels.ts';
import { startPostgres, type TestPostgres } from '../testing/postgres.ts';
import { DatabaseUnavailable } from './database-errors.ts';
import { type Database, openDatabase } from './open-database.ts';

let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

const opened: Database[] = [];
afterEach(async () => {
  for (const db of opened.splice(0)) await db.close();
});
async function open(url: string, verbMs?: number): Promise<Database> {
  const db = await openDatabase({ url, dataDir: '', ...(verbMs && { verbMs }) });
  opened.push(db);
  return db;
}
let databases = 0;
const freshDatabase = () => server.createDatabase(`open_${++databases}`);

const labelSeven = (db: Database, drawing: string = randomUUID()) =>
  recordLabel(db, {
    drawing,
    digit: 7,
    author: 'ada',
    room: 'lobby',
    strokes: [[1, 2]],
    raster: new Uint8Array(784),
    guess: null,
    probabilities: null,
    model: null,
    at: new Date(),
  });

async function elapsedMs(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
const isUnavailable = (work: Promise<unknown>) => expect(work).rejects.toBeInstanceOf(DatabaseUnavailable);
const back = (db: Database) =>
  vi.waitFor(async () => expect(await db.trouble()).toBeNull(), { timeout: 60_000, interval: 50 });

describe('opening', () => {
  test('twenty nodes open an empty database at the same time', async () => {
    const url = await freshDatabase();
    const nodes = await Promise.all(Array.from({ length: 20 }, () => open(url)));
    // On a slow machine `openDatabase` resolves before the schema is applied.
    await Promise.all(nodes.map(back));
    await Promise.all(nodes.map(node => labelSeven(node)));
    expect(await countLabels(nodes[0]!)).toBe(20);
  });

  test('a database with the schema is usable while a backup locks its tables; a dropped table is recreated', async () => {
    const url = await freshDatabase();
    await labelSeven(await open(url));
    const other = await open(url);
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const backup = other.run(
      connection =>
        connection.transaction(async transaction => {
          await transaction.query(sql.unsafe`LOCK TABLE predictions IN ACCESS SHARE MODE`);
          hold();
          await done;
        }),
      60_000,
    );
    await held;
    const node = await open(url);
    expect(await node.trouble()).toBeNull();
    await labelSeven(node);
    release();
    await backup;
    await other.run(connection => connection.query(sql.unsafe`DROP TABLE authors`));
    await labelSeven(await open(url));
    expect(await countLabels(node)).toBe(3);
  });

  test('wrong settings fail the start with the server’s message', async () => {
    await expect(open(`postgresql://postgres@127.0.0.1:${server.port}/missing`)).rejects.toThrow(
      'database "missing" does not exist',
    );
    await expect(open(`postgresql://nobody@127.0.0.1:${server.port}/postgres`)).rejects.toThrow('nobody');
  });

  test('starts while the server is down and uses it once it answers', async () => {
    const url = await freshDatabase();
    await server.stop();
    const db = await open(url);
    expect(await db.trouble()).toMatchObject({ reason: expect.any(String) });
    await isUnavailable(labelSeven(db));
    await server.start();
    await back(db);
    await labelSeven(db);
    expect(await countLabels(db)).toBe(1);
  });

  test('closes without waiting for a server that is down', async () => {
    const db = await open('postgresql://postgres@127.0.0.1:9/postgres');
    expect(await elapsedMs(() => db.close())).toBeLessThan(60_000);
    await isUnavailable(labelSeven(db));
    expect(await db.trouble()).toMatchObject({ reason: expect.any(String) });
  });

  test('work that closing interrupts is unavailable, not an error of its own', async () => {
    const db = await open(await freshDatabase());
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const work = db.run(async connection => {
      begun.resolve();
      await goOn.promise;
      await connection.query(sql.unsafe`SELECT`);
    });
    const refused = isUnavailable(work);
    await begun.promise;
    await db.close();
    goOn.resolve();
    await refused;
  });
});

describe('a server that misbehaves', () => {
  const sockets = new Set<Socket>();
  const fakes = new Set<Server>();
  afterAll(() => {
    for (const fake of fakes) fake.close();
    for (const socket of sockets) socket.destroy();
  });
  async function listen(onSocket: (socket: Socket) => void): Promise<string> {
    const fake = createServer(socket => {
      sockets.add(socket);
      socket.on('error', () => {});
      onSocket(socket);
    });
    fakes.add(fake);
    await new Promise<void>(resolve => fake.listen(0, '127.0.0.1', resolve));
    const address = fake.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `postgresql://postgres@127.0.0.1:${address.port}/postgres`;
  }
  /** AuthenticationOk, ReadyForQuery. */
  const greeting = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

  test('sends nothing: opening and verbs end in bounded time', async () => {
    const url = await listen(() => {});
    const waitedMs = await elapsedMs(async () => {
      const db = await open(url, 1_000);
      await isUnavailable(labelSeven(db));
      expect(await db.trouble()).toMatchObject({ reason: expect.any(String) });
    });
    expect(waitedMs).toBeLessThan(60_000);
  });

  test('and hangs after its greeting: opening ends in bounded time', async () => {
    const url = await listen(socket => socket.once('data', () => socket.write(greeting)));
    const waitedMs = await elapsedMs(async () => {
      const db = await open(url, 500);
      await isUnavailable(labelSeven(db));
      await db.close();
    });
    expect(waitedMs).toBeLessThan(60_000);
  });

  test('greets and then closes: verbs reject, the process survives', async () => {
    const url = await listen(socket => {
      socket.once('data', () => {
        socket.write(greeting);
        socket.once('data', () => socket.destroy());
      });
    });
    const db = await open(url);
    await isUnavailable(labelSeven(db));
  });
});

describe('an open database', () => {
  test('rejects verbs during an outage and works again afterwards', async () => {
    const db = await open(await freshDatabase());
    await Promise.all(Array.from({ length: 20 }, () => labelSeven(db)));
    await server.stop();
    expect(await elapsedMs(() => isUnavailable(labelSeven(db)))).toBeLessThan(60_000);
    expect(await db.trouble()).toMatchObject({ reason: expect.any(String) });
    await server.start();
    await back(db);
    await labelSeven(db);
    expect(await countLabels(db)).toBe(21);
  });

  test('after a crash under load every acked label is stored, and every retried label once', async () => {
    const db = await open(await freshDatabase());
    let refused = 0;
    let running = true;
    const write = async () => {
      for (let label = 0; label < 20 || running; label++) {
        // Labels are on their way all the time; without a pause they would keep every core busy for the whole test.
        await new Promise(resolve => setTimeout(resolve, 20));
        const drawing = randomUUID();
        written++;
        for (;;) {
          const answer = await labelSeven(db, drawing).catch((error: unknown) => error);
          if (!(answer instanceof Error)) break;
          expect(answer).toBeInstanceOf(DatabaseUnavailable);
          refused++;
          await new Promise(resolve => setTimeout(resolve, 200));
        }
      }
    };
    let written = 0;
    const writers = Array.from({ length: 15 }, write);
    await new Promise(resolve => setTimeout(resolve, 300));
    await server.kill();
    await vi.waitFor(() => server.start(), { timeout: 60_000, interval: 200 });
    await back(db);
    running = false;
    await Promise.all(writers);
    expect(refused).toBeGreaterThan(0);
    expect(await countLabels(db)).toBe(written);
  });

  test('ends a query that hangs and discards its connection', async () => {
    const db = await open(await freshDatabase(), 300);
    const sleep = () => db.run(connection => connection.query(sql.unsafe`SELECT pg_sleep(600)`));
    const waitedMs = await elapsedMs(async () => {
      await Promise.all(Array.from({ length: 12 }, () => isUnavailable(sleep())));
    });
    expect(waitedMs).toBeLessThan(60_000);
    await vi.waitFor(() => labelSeven(db), { timeout: 60_000, interval: 50 });
  });
});
