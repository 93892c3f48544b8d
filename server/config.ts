import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { AddressError, describeAddress, parseAddress, tlsModes } from '../db/connection/server-address.ts';
import { nativeFolder } from '../training/engine/native-folder.ts';
import { cutSettings } from './env-file.ts';

/** All settings of the server. Only this file reads the environment. */
export interface Config {
  port: number;
  /** The address to listen on; absent, all addresses of the machine. */
  host?: string;
  /** PostgreSQL; absent, the embedded database in `dataDir`. */
  databaseUrl?: string;
  dataDir: string;
  redisUrl?: string;
  adminToken?: string;
  engine: 'auto' | 'tfjs-node' | 'wasm';
  /** The package of the native engine. */
  nativeDir: string;
  /** Cores that serving leaves to a training job; more than four do not speed it up. */
  trainingThreads: number;
  inferenceProcesses: number;
  /** Number of reverse proxies in front whose reports of the client's address are trusted. */
  trustProxy: number;
  /** The public address of the page, if it differs from the requested one. */
  publicOrigin?: string;
  /** Whether Kubernetes runs the server. */
  kubernetes: boolean;
  /** Number of new labels that starts a job automatically; 0 disables it. */
  teachAfterLabels: number;
  /** Shortest interval between two automatic jobs. */
  teachPauseMs: number;
  /** People who may start a job. */
  teachBy: 'anyone' | 'admin';
  /** A file of the operator's own pen drawings, which the house's gate reads instead of those made by rule. */
  pensFile?: string;
  /** Whether visitors may enter the lobby; otherwise they make and enter rooms. */
  isLobbyOpen: boolean;
  /** The share of its usual steps that a lesson takes, 0…1. */
  teachStepsShare: number;
  /** Niceness of training and evaluation processes: 0 is as urgent as the server, 19 comes last. */
  teachNice: number;
  /** Whether the net that was trained on MNIST alone reads along. */
  secondOpinion: boolean;
  /** Days after which a drawing without a label is erased; 0 is never. */
  retainDays: number;
  /** The same for a drawing with a label. */
  retainLabelledDays: number;
  /** Whom visitors ask about what is stored of them. */
  privacyContact?: string;
  /** Warnings about suspicious settings. */
  doubts: readonly string[];
}

export class SettingError extends Error {
  override name = 'SettingError';
  constructor(setting: string, value: string, allowed: string) {
    super(`The setting ${setting} is ${JSON.stringify(value)}; allowed is ${allowed}.`);
  }
}

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .refine(number => number >= min && number <= max);

const url = (protocols: readonly string[]) =>
  z.string().refine(text => URL.canParse(text) && protocols.includes(new URL(text).protocol));

const isHost = (text: string) =>
  text.startsWith('/') || isIP(text.replace(/^\[(.+)\]$/, '$1')) > 0 || /^[\w.-]+$/.test(text);

/** One core is left to the event loop; more than four processes only queue behind it. */
const defaultProcesses = () => Math.min(4, Math.max(1, availableParallelism() - 1));

/** A hundred years. */
const maxRetainDays = 36_500;

/** The environment variables; each description states the allowed values in an error message. */
const settings = z.object({
  PORT: whole(0, 65_535).default(8501).describe('a whole number from 0 to 65535'),
  HOST: z
    .string()
    .regex(/^[\w.:%-]+$/)
    .optional()
    .describe('an address of this machine, such as 127.0.0.1'),
  DATABASE_URL: z.string().optional().describe('a postgresql:// address'),
  DB_HOST: z
    .string()
    .refine(isHost)
    .optional()
    .describe('a host name, an address or the folder of a socket; the port is DB_PORT'),
  DB_PORT: whole(1, 65_535).default(5432).describe('a whole number from 1 to 65535'),
  DB_NAME: z.string().default('inkling').describe('the name of a database'),
  DB_USER: z.string().default('inkling').describe('the name of a database user'),
  DB_PASSWORD: z.string().default('').describe('any text'),
  DB_SSLMODE: z.enum(tlsModes).optional().describe(tlsModes.join(', ')),
  DB_SSLROOTCERT: z.string().optional().describe('a file'),
  DATA_DIR: z.string().default('data').describe('a folder'),
  REDIS_URL: url(['redis:', 'rediss:']).optional().describe('a redis:// address'),
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\w~.-]{16,200}$/)
    .optional()
    .describe('16 to 200 letters, digits and the characters _ - . ~'),
  ENGINE: z.enum(['auto', 'tfjs-node', 'wasm']).default('auto').describe('auto, tfjs-node or wasm'),
  TFJS_NODE_DIR: z.string().default(nativeFolder).describe('a folder'),
  INFERENCE_PROCESSES: whole(1, 64).default(defaultProcesses).describe('a whole number from 1 to 64'),
  TRUST_PROXY: whole(0, 16).default(0).describe('the number of reverse proxies in front, 0 to 16'),
  PUBLIC_ORIGIN: url(['http:', 'https:'])
    .refine(text => URL.canParse(text) && new URL(text).href === `${new URL(text).origin}/`)
    .transform(text => new URL(text).origin)
    .optional()
    .describe(
      'an origin such as https://ink.example.org, without a path: Inkling needs a host name or a port of its own, and cannot be served below a path',
    ),
  // Kubernetes sets it in every container.
  KUBERNETES_SERVICE_HOST: z.string().optional(),
  TEACH_AFTER: whole(0, 100_000).default(0).describe('a number of labels, or 0 for never'),
  TEACH_PAUSE: whole(0, 86_400).default(300).describe('a whole number of seconds up to 86400'),
  TEACH_BY: z.enum(['anyone', 'admin']).default('anyone').describe('anyone or admin'),
  GATE_PENS: z.string().optional().describe('a file of labelled drawings'),
  LOBBY: z.enum(['on', 'off']).default('on').describe('on or off'),
  TEACH_STEPS: whole(5, 100).default(100).describe('a whole number of percent from 5 to 100'),
  TEACH_NICE: whole(0, 19).default(10).describe('a whole number from 0, as urgent as serving, to 19'),
  SECOND_OPINION: z.enum(['on', 'off']).default('on').describe('on or off'),
  RETAIN_DAYS: whole(0, maxRetainDays)
    .default(30)
    .describe(`a number of days up to ${maxRetainDays}, or 0 for ever`),
  RETAIN_LABELLED_DAYS: whole(0, maxRetainDays)
    .default(0)
    .describe(`a number of days up to ${maxRetainDays}, or 0 for ever`),
  PRIVACY_CONTACT: z
    .string()
    .regex(/^[^\p{Cc}\p{Cs}]{1,200}$/u)
    .optional()
    .describe('a name, a mail address or a web address of up to 200 characters'),
});
const hidden = '•••';
const secrets: readonly string[] = ['DATABASE_URL', 'DB_PASSWORD', 'REDIS_URL', 'ADMIN_TOKEN'];

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings of `environment`. An empty variable counts as absent. Throws `SettingError` at the first invalid
 * value.
 */
export function parseConfig(environment: Environment): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(present);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0].path[0]);
    const allowed = new Map<string, z.ZodType>(Object.entries(settings.shape)).get(name)?.description ?? '';
    throw new SettingError(name, secrets.includes(name) ? hidden : (present[name] ?? ''), allowed);
  }
  const read = parsed.data;
  if (read.DB_SSLMODE === 'verify-ca' && read.DB_SSLROOTCERT === undefined)
    throw new SettingError(
      'DB_SSLROOTCERT',
      '',
      'the file of a root certificate, when DB_SSLMODE is verify-ca',
    );
  const databaseUrl = read.DATABASE_URL ?? databaseUrlFrom(read);
  checkAddress(databaseUrl);
  if (read.REDIS_URL !== undefined && databaseUrl === undefined)
    throw new SettingError('DATABASE_URL', '', 'the PostgreSQL that all nodes share, when REDIS_URL is set');
  if (read.REDIS_URL !== undefined && read.ADMIN_TOKEN === undefined)
    throw new SettingError('ADMIN_TOKEN', '', 'the same one on all nodes, when REDIS_URL is set');
  return {
    port: read.PORT,
    host: read.HOST,
    databaseUrl,
    dataDir: read.DATA_DIR,
    redisUrl: read.REDIS_URL,
    adminToken: read.ADMIN_TOKEN,
    engine: read.ENGINE,
    nativeDir: read.TFJS_NODE_DIR,
    trainingThreads: Math.min(4, Math.max(1, availableParallelism() - read.INFERENCE_PROCESSES)),
    inferenceProcesses: read.INFERENCE_PROCESSES,
    trustProxy: read.TRUST_PROXY,
    publicOrigin: read.PUBLIC_ORIGIN,
    kubernetes: read.KUBERNETES_SERVICE_HOST !== undefined,
    teachAfterLabels: read.TEACH_AFTER,
    teachPauseMs: 1_000 * read.TEACH_PAUSE,
    teachBy: read.TEACH_BY,
    pensFile: read.GATE_PENS,
    isLobbyOpen: read.LOBBY === 'on',
    teachStepsShare: read.TEACH_STEPS / 100,
    teachNice: read.TEACH_NICE,
    secondOpinion: read.SECOND_OPINION === 'on',
    retainDays: read.RETAIN_DAYS,
    retainLabelledDays: read.RETAIN_LABELLED_DAYS,
    privacyContact: read.PRIVACY_CONTACT,
    doubts: [],
  };
}

function checkAddress(databaseUrl: string | undefined) {
  try {
    if (databaseUrl !== undefined) parseAddress(databaseUrl);
  } catch (error) {
    throw error instanceof AddressError ? new SettingError('DATABASE_URL', hidden, error.message) : error;
  }
}

/** Joins the parts of a database address; undefined without a host. */
function databaseUrlFrom(parts: Omit<z.infer<typeof settings>, 'DATABASE_URL'>): string | undefined {
  if (parts.DB_HOST === undefined) return undefined;
  const host = parts.DB_HOST.replace(/^\[(.+)\]$/, '$1');
  const [user, password, database] = [parts.DB_USER, parts.DB_PASSWORD, parts.DB_NAME].map(
    encodeURIComponent,
  );
  const where = isIP(host) === 6 ? `[${host}]` : encodeURIComponent(host);
  const tls = Object.entries({ sslmode: parts.DB_SSLMODE, sslrootcert: parts.DB_SSLROOTCERT })
    .filter(([, value]) => value !== undefined)
    .map(([name, value = '']) => `${name}=${encodeURIComponent(value)}`);
  const query = tls.length === 0 ? '' : `?${tls.join('&')}`;
  return `postgresql://${user}:${password}@${where}:${parts.DB_PORT}/${database}${query}`;
}

const envFile = '.env';

/** Settings of the environment, or else of the file `.env` in the working folder. */
export function readConfig(): Config {
  if (!existsSync(envFile)) return parseConfig(process.env);
  process.loadEnvFile(envFile);
  const cut = cutSettings(readFileSync(envFile, 'utf8'), name => name in settings.shape && process.env[name]);
  const doubts = cut.map(
    name =>
      `${name} is not read from ${envFile} as written there: outside quotes a value ends at #. Put it in single quotes.`,
  );
  return { ...parseConfig(process.env), doubts };
}

/** The settings as printable lines with masked secrets. */
export function describeConfig(config: Config): string[] {
  const { databaseUrl } = config;
  return [
    `PORT ${config.port}`,
    `HOST ${config.host ?? 'every address'}`,
    `DATABASE_URL ${databaseUrl === undefined ? 'none: embedded database' : describeAddress(parseAddress(databaseUrl))}`,
    `DATA_DIR ${config.dataDir}`,
    `REDIS_URL ${config.redisUrl === undefined ? 'none: one machine' : hidden}`,
    `ADMIN_TOKEN ${config.adminToken === undefined ? 'generated, kept in the data folder' : hidden}`,
    `ENGINE ${config.engine}`,
    `TFJS_NODE_DIR ${config.nativeDir}`,
    `INFERENCE_PROCESSES ${config.inferenceProcesses}`,
    `TRUST_PROXY ${config.trustProxy}`,
    `PUBLIC_ORIGIN ${config.publicOrigin ?? 'as asked for'}`,
    `TEACH_AFTER ${config.teachAfterLabels || 'never: by hand'}`,
    `TEACH_PAUSE ${config.teachPauseMs / 1_000}`,
    `TEACH_BY ${config.teachBy}`,
    `TEACH_STEPS ${Math.round(100 * config.teachStepsShare)}`,
    `TEACH_NICE ${config.teachNice}`,
    `GATE_PENS ${config.pensFile ?? 'made by rule'}`,
    `LOBBY ${config.isLobbyOpen ? 'on' : 'off: visitors make a room or enter one'}`,
    `SECOND_OPINION ${config.secondOpinion ? 'on' : 'off'}`,
    `RETAIN_DAYS ${config.retainDays || 'for ever'}`,
    `RETAIN_LABELLED_DAYS ${config.retainLabelledDays || 'for ever'}`,
    `PRIVACY_CONTACT ${config.privacyContact ?? 'nobody: /privacy names no contact'}`,
    ...config.doubts,
  ];
}
