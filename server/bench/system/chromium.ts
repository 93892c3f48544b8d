import { existsSync } from 'node:fs';
import type { Browser } from '@playwright/test';
import { UsageError } from '../../../training/commands/run-command.ts';

/** The whole browser first: only it has a real card. */
const systemChromiums = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell'];

export type LaunchChromium = (args?: readonly string[]) => Promise<Browser>;

/**
 * Starts a headless Chromium: the program `executable`, else Playwright's own, else the system's. Null where there is none.
 * Throws a `UsageError` where `executable` is named and does not exist.
 */
export async function findChromium(executable?: string): Promise<LaunchChromium | null> {
  // A server's installation lacks this package.
  const playwright = await import('@playwright/test').catch(() => null);
  if (playwright === null) return null;
  const { chromium } = playwright;
  if (executable !== undefined && !existsSync(executable))
    throw new UsageError(`There is no program ${executable}: --chromium takes the path of a Chromium.`);
  const system = systemChromiums.find(existsSync);
  const hasOwn = existsSync(chromium.executablePath());
  if (executable === undefined && !hasOwn && system === undefined) return null;
  const executablePath = executable ?? (hasOwn ? undefined : system);
  return (args = []) =>
    chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: ['--headless=new', '--no-sandbox', ...args],
    });
}
