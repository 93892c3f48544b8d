import { freePort } from '../../db/testing/free-port.ts';

// Chosen by the process that starts Playwright; those that it starts inherit it.
process.env.E2E_PORT ??= String(await freePort());

/** The server that Playwright starts. Specs share it, each in rooms of its own; those that end a server have their own. */
export const port = Number(process.env.E2E_PORT);
export const adminToken = 'only-for-these-tests-0123456789';
/** As on the machine itself: a secure context, which WebGPU needs. */
export const secureUrl = `http://localhost:${port}`;
