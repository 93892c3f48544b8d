import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type PortableSample, portableSampleSchema } from '../../db/export.ts';
import type { Ack } from '../../shared/ack.ts';
import type { Imported } from '../../shared/http-api.ts';
import type { RequesterOf } from '../auth/requester.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { BigReads } from './big-reads.ts';
import { linesOf, maxLineLength } from './lines.ts';
import { replyWith } from './reply.ts';

export interface ExportParts {
  store: Pick<Store, 'exportSamples' | 'importSamples'>;
  requesterOf: RequesterOf;
  bigReads: Pick<BigReads, 'turn'>;
}

export const ndjson = 'application/x-ndjson';
/** Rows of one statement: people who draw wait for each. */
const pageRows = 200;
const exportRows = 20;
/** Limit of complaints in an answer; the rest is counted. */
const maxComplaints = 10;

/** `GET /api/export` and `POST /api/import`: all drawings as NDJSON, streamed, so that a class can take its data home. */
export function serveExport(app: FastifyInstance, { store, requesterOf, bigReads }: ExportParts) {
  app.addContentTypeParser(ndjson, (_request, payload, done) => done(null, payload));
  const forbidden = () =>
    refuse('forbidden', {
      code: 'admin_only',
      message: 'Only an admin may export or import drawings.',
    });

  async function* pages(address: string) {
    for (let after: number | null = 0; after !== null; ) {
      const from: number = after;
      const { text, next } = await bigReads.turn(address, async () => {
        const page = await store.exportSamples({ after: from, limit: exportRows });
        return { text: page.samples.map(sample => `${JSON.stringify(sample)}\n`).join(''), next: page.next };
      });
      if (text !== '') yield text;
      after = next;
    }
  }

  app.get('/api/export', (request, reply) =>
    replyWith(reply, async () => {
      if (!requesterOf(request).admin) return forbidden();
      void reply.type(ndjson).header('content-disposition', 'attachment; filename="inkling.ndjson"');
      return Readable.from(pages(request.ip));
    }),
  );

  app.post(
    '/api/import',
    {
      bodyLimit: Number.MAX_SAFE_INTEGER,
      config: { takes: ndjson },
      // Before a byte of the body is read.
      onRequest: async (request, reply) => {
        if (!requesterOf(request).admin) await replyWith(reply, async () => forbidden());
      },
    },
    (request, reply) =>
      replyWith(reply, async (): Promise<Ack<Imported>> => {
        if (!(request.body instanceof Readable)) return refuse('invalid', `Send the drawings as ${ndjson}.`);
        return { ok: true, value: await take(request.body) };
      }),
  );

  async function take(body: Readable): Promise<Imported> {
    const imported: Imported = { added: 0, known: 0, refused: 0, complaints: [] };
    let waiting: PortableSample[] = [];
    async function store200() {
      const { added, known } = await store.importSamples(waiting);
      imported.added += added;
      imported.known += known;
      waiting = [];
    }
    let number = 0;
    for await (const line of linesOf(body)) {
      number++;
      if (line?.trim() === '') continue;
      const sample = line === null ? `more than ${maxLineLength} characters` : parseLine(line);
      if (typeof sample === 'string') {
        imported.refused++;
        if (imported.complaints.length < maxComplaints) imported.complaints.push(`line ${number}: ${sample}`);
        continue;
      }
      waiting.push(sample);
      if (waiting.length === pageRows) await store200();
    }
    if (waiting.length > 0) await store200();
    return imported;
  }
}

/** The sample of a line, or what is wrong with it. */
function parseLine(line: string): PortableSample | string {
  let json: unknown;
  try {
    // Trimmed of the byte order mark that some editors write at the start of a file, too.
    json = JSON.parse(line.trim());
  } catch {
    // Windows PowerShell writes UTF-16, in which every other byte of a line of JSON is zero.
    return line.includes('\0') ? 'no text in UTF-8' : 'no JSON';
  }
  const parsed = portableSampleSchema.safeParse(json);
  return parsed.success ? parsed.data : refuseInput(parsed.error).message;
}
