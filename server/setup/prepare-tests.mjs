// Requirements of the tests beyond npm packages: a Chromium, the PostgreSQL server programs and Redis.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** `wanted`: what is installed where it can be; the tests run where `found` holds. */
const programs = [
  {
    name: 'Chromium',
    // The browser without a window takes a third of the processor that the whole one takes.
    wanted: hasHeadlessShell,
    found: hasBrowser,
    debian: 'chromium-headless-shell',
    byHand: 'npx playwright install --with-deps chromium',
  },
  {
    name: 'PostgreSQL',
    found: hasPostgres,
    debian: 'postgresql',
    byHand: 'the package of your system, such as `brew install postgresql`',
  },
  {
    name: 'Redis 7 or newer',
    found: hasRedis,
    debian: 'redis-server',
    byHand: 'the package of your system, such as `brew install redis`',
  },
];

/** Installs missing programs from the system's packages if permitted, and otherwise names them. */
export function installTestTools() {
  const missing = programs.filter(({ found, wanted = found }) => !wanted());
  if (missing.length === 0) return;
  if (isDebian() && process.getuid?.() === 0) install(missing);
  const still = programs.filter(({ found }) => !found());
  if (still.length === 0) return;
  throw new SetupError(
    still.map(({ name, byHand }) => `The tests need ${name}: install it with ${byHand}.`).join('\n'),
  );
}

function install(missing) {
  process.stderr.write(`Installing ${missing.map(({ name }) => name).join(' and ')}…\n`);
  const quiet = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['update', '-qq', '-o', 'Acquire::http::Timeout=20'], quiet);
    execFileSync(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', ...missing.map(({ debian }) => debian)],
      quiet,
    );
  } catch (error) {
    process.stderr.write(`${error.message}\n`); // what is still missing is named below
  }
}

function hasBrowser() {
  return hasHeadlessShell() || onPath('chromium') || onPath('google-chrome');
}

function hasHeadlessShell() {
  if (process.env.PLAYWRIGHT_CHROMIUM || onPath('chromium-headless-shell')) return true;
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    join(process.env.HOME ?? '', '.cache/ms-playwright'),
    join(process.env.HOME ?? '', 'Library/Caches/ms-playwright'),
  ];
  return caches.some(
    folder => folder && existsSync(folder) && readdirSync(folder).some(name => name.startsWith('chromium')),
  );
}

function hasPostgres() {
  const debian = '/usr/lib/postgresql';
  return (
    onPath('initdb') ||
    (existsSync(debian) &&
      readdirSync(debian).some(version => existsSync(join(debian, version, 'bin/initdb'))))
  );
}

/** Redis before 7 does not count: it lacks sharded channels. */
function hasRedis() {
  if (!onPath('redis-server')) return false;
  const version = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
  return Number(/v=(\d+)/.exec(version)?.[1]) >= 7;
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, program)));
}
