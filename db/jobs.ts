import { type DatabaseTransactionConnection, sql } from 'slonik';
import { z } from 'zod';
import { json } from './columns.ts';
import type { Database } from './connection/open-database.ts';
import { isUntrained } from './held-out-authors.ts';
import { inRoom, roomOf } from './rooms.ts';

const jobSchema = z.object({
  id: z.string(),
  state: z.enum(['queued', 'running', 'promoted', 'refused', 'failed', 'cancelled']),
  room: z.string(),
  askedBy: z.string(),
  /** Ids of the samples to learn; null for every untrained one. */
  samples: z.array(z.int()).nullable(),
  /** The price on MNIST that the room's host allows, 0…1; null for the usual one. */
  price: z.number().nullable(),
  /** Number of starts. */
  attempt: z.int(),
  /** Somebody requested cancellation; the runner learns of it at its next beat. */
  cancelWanted: z.boolean(),
  wantedAt: z.date(),
  startedAt: z.date().nullable(),
  /** Time of the runner's last beat. */
  beatAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  node: z.string().nullable(),
  message: z.string().nullable(),
  candidate: z.string().nullable(),
  verdict: z.unknown(),
});
export type Job = z.infer<typeof jobSchema>;

/**
 * One attempt at a job, returned by `startJob`. A runner that was declared dead has an old attempt, and can neither
 * end nor promote the job that another runner started again.
 */
export type JobRun = Pick<Job, 'id' | 'attempt'>;

/** Five beats of a runner that beats every three seconds, so that a busy runner is not declared dead. */
const silenceMs = 15_000;
/** A node may go down during the first attempt; a second failure means that the job itself kills its runner. */
const attempts = 2;

const columns = sql.fragment`
  id, state, room, asked_by AS "askedBy", samples, price, attempt, cancel_wanted AS "cancelWanted", wanted_at AS "wantedAt",
  started_at AS "startedAt", beat_at AS "beatAt", ended_at AS "endedAt", node, message, candidate, verdict`;
const underWay = sql.fragment`state IN ('queued', 'running')`;

/**
 * Queues a job of a room unless one of that room is queued or running on any node. Repeating a request creates no second job.
 * Ids of no sample of the room are dropped first: the column may be too narrow for them.
 */
export async function requestJob(
  db: Database,
  {
    id,
    room,
    askedBy,
    samples,
    price = null,
  }: {
    id: string;
    room: string;
    askedBy: string;
    samples?: readonly number[] | undefined;
    price?: number | null | undefined;
  },
): Promise<'queued' | { busy: string }> {
  const wanted = samples
    ? sql.fragment`(
        SELECT coalesce(array_agg(id), '{}') FROM predictions
        WHERE id = ANY(${sql.array([...samples], 'int8')}) AND ${inRoom(room)})`
    : sql.fragment`NULL`;
  return db.run(async connection => {
    for (;;) {
      const queued = await connection.maybeOne(sql.type(jobSchema)`
        INSERT INTO jobs (id, room, state, asked_by, samples, price)
        VALUES (${id}::uuid, ${room}, 'queued', ${askedBy}, ${wanted}, ${price}::real)
        ON CONFLICT DO NOTHING
        RETURNING ${columns}`);
      if (queued) return 'queued';
      const other = await connection.maybeOne(sql.type(z.object({ id: z.string() }))`
        SELECT id FROM jobs WHERE ${underWay} AND room = ${room} OR id = ${id}::uuid ORDER BY id = ${id}::uuid DESC LIMIT 1`);
      if (other?.id === id) return 'queued';
      if (other) return { busy: other.id };
      // The conflicting job ended between the two queries.
    }
  });
}

/**
 * Queues a job of a room in which `afterLabels` labels arrived since its last job began, if that job ended `pauseMs`
 * ago; of several rooms the one whose oldest label waits longest. The database alone decides, so all nodes agree and a
 * restart changes nothing. A room whose host alone teaches has no such job. Jobs with `askedBy` equal to `except` do not count.
 */
export async function requestDueJob(
  db: Database,
  due: { id: string; askedBy: string; except: string; afterLabels: number; pauseMs: number },
): Promise<'queued' | 'not_due'> {
  const queued = await db.run(connection =>
    connection.maybeOne(sql.type(z.object({ id: z.string() }))`
      INSERT INTO jobs (id, room, state, asked_by)
      SELECT ${due.id}::uuid, ${roomOf}, 'queued', ${due.askedBy}
      FROM predictions LEFT JOIN (
        SELECT room, max(started_at) AS began, max(ended_at) AS ended
        FROM jobs WHERE started_at IS NOT NULL AND asked_by <> ${due.except}
        GROUP BY room
      ) AS last ON last.room = ${roomOf}
      WHERE ${isUntrained} AND (last.began IS NULL OR labelled_at > last.began)
        AND (last.ended IS NULL OR last.ended <= now() - ${due.pauseMs} * interval '1 millisecond')
        AND NOT EXISTS (SELECT FROM jobs WHERE jobs.room = ${roomOf} AND ${underWay})
        AND NOT EXISTS (SELECT FROM rooms WHERE name = ${roomOf} AND settings->>'teach' = 'host')
      GROUP BY ${roomOf}
      HAVING count(*) >= ${due.afterLabels}
      ORDER BY min(labelled_at)
      LIMIT 1
      ON CONFLICT DO NOTHING
      RETURNING id`),
  );
  return queued ? 'queued' : 'not_due';
}

/** Gives a queued job to one of the nodes that ask, null to the others. */
export async function startJob(
  db: Database,
  { id, node }: { id: string; node: string },
): Promise<Job | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      UPDATE jobs SET state = 'running', node = ${node}, attempt = attempt + 1,
        started_at = now(), beat_at = now(), message = NULL
      WHERE id = ${id}::uuid AND state = 'queued'
      RETURNING ${columns}`),
  );
}

/**
 * Takes running jobs from silent runners: queues each again, or fails it after the last attempt, or cancels it if that
 * was requested. Their claims become free because the jobs no longer run.
 */
export async function recoverJobs(
  db: Database,
  { silentMs = silenceMs }: { silentMs?: number | undefined } = {},
): Promise<readonly Job[]> {
  return db.run(connection =>
    connection.any(sql.type(jobSchema)`
      UPDATE jobs SET
        state = CASE WHEN cancel_wanted THEN 'cancelled' WHEN attempt < ${attempts} THEN 'queued' ELSE 'failed' END,
        ended_at = CASE WHEN cancel_wanted OR attempt >= ${attempts} THEN now() END,
        message = 'The node that ran it (' || node || ') stopped answering.'
      WHERE state = 'running' AND beat_at < now() - ${silentMs} * interval '1 millisecond'
      RETURNING ${columns}`),
  );
}

/** Fails jobs that only their requesting nodes can run when those nodes are silent. Uses the database's clock. */
export async function failSilentJobs(
  db: Database,
  { askedBy, silentMs = silenceMs }: { askedBy: string; silentMs?: number },
): Promise<readonly Job[]> {
  return db.run(connection =>
    connection.any(sql.type(jobSchema)`
      UPDATE jobs SET state = 'failed', ended_at = now(), message = 'The node that ran it stopped answering.'
      WHERE asked_by = ${askedBy} AND ${underWay}
        AND coalesce(beat_at, wanted_at) < now() - ${silentMs} * interval '1 millisecond'
      RETURNING ${columns}`),
  );
}

/** Records a beat of the runner and returns whether to go on. 'lost': the job no longer belongs to this runner. */
export async function beat(db: Database, { id, attempt }: JobRun): Promise<'go_on' | 'cancel' | 'lost'> {
  const beating = await db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      UPDATE jobs SET beat_at = now()
      WHERE id = ${id}::uuid AND attempt = ${attempt} AND state = 'running'
      RETURNING ${columns}`),
  );
  if (!beating) return 'lost';
  return beating.cancelWanted ? 'cancel' : 'go_on';
}

/** Ends a running job without a promotion (`promoteModel` ends the others). Repeating the call is harmless. */
export async function endJob(
  db: Database,
  end: {
    job: JobRun;
    state: 'refused' | 'failed' | 'cancelled';
    message: string;
    candidate?: string | undefined;
    verdict?: unknown;
  },
): Promise<'ended' | 'lost'> {
  const { job, state, message, candidate = null, verdict } = end;
  const ended = await db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      UPDATE jobs SET state = ${state}, message = ${message}, candidate = ${candidate},
        verdict = ${json(verdict)}, ended_at = coalesce(ended_at, now())
      WHERE id = ${job.id}::uuid AND attempt = ${job.attempt} AND state IN ('running', ${state})
      RETURNING ${columns}`),
  );
  return ended ? 'ended' : 'lost';
}

/** Ends a queued job at once, a running one at its runner's next beat. 'unknown': no such job is under way. */
export async function cancelJob(db: Database, id: string): Promise<'cancelled' | 'asked' | 'unknown'> {
  const job = await db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      UPDATE jobs SET cancel_wanted = TRUE,
        state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END,
        ended_at = CASE state WHEN 'queued' THEN now() END
      WHERE id = ${id}::uuid AND ${underWay}
      RETURNING ${columns}`),
  );
  if (!job) return 'unknown';
  return job.state === 'cancelled' ? 'cancelled' : 'asked';
}

/** A job that is queued or running; null for any other. */
export async function findJob(db: Database, id: string): Promise<Job | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      SELECT ${columns} FROM jobs WHERE id = ${id}::uuid AND ${underWay}`),
  );
}

/** The queued or running job of a room. */
export async function currentJob(db: Database, room: string): Promise<Job | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      SELECT ${columns} FROM jobs WHERE ${underWay} AND room = ${room}`),
  );
}

/** The job that a free runner starts: the one that waits longest, whatever its room. Not those asked for by `except`. */
export async function nextJob(db: Database, { except }: { except: string }): Promise<Job | null> {
  return db.run(connection =>
    connection.maybeOne(sql.type(jobSchema)`
      SELECT ${columns} FROM jobs WHERE state = 'queued' AND asked_by <> ${except}
      ORDER BY wanted_at, id LIMIT 1`),
  );
}

/** The jobs of a room, newest first. */
export async function listJobs(
  db: Database,
  { room, limit }: { room: string; limit: number },
): Promise<readonly Job[]> {
  return db.run(connection =>
    connection.any(sql.type(jobSchema)`
      SELECT ${columns} FROM jobs WHERE room = ${room} ORDER BY wanted_at DESC, id LIMIT ${limit}`),
  );
}

/** Locks the job's row to the end of the transaction; null if the attempt no longer runs or is to be cancelled. */
export async function holdJob(
  transaction: DatabaseTransactionConnection,
  { id, attempt }: JobRun,
): Promise<Job | null> {
  return transaction.maybeOne(sql.type(jobSchema)`
    SELECT ${columns} FROM jobs
    WHERE id = ${id}::uuid AND attempt = ${attempt} AND state = 'running' AND NOT cancel_wanted
    FOR UPDATE`);
}
