import { existsSync } from 'node:fs';
import type { Browser } from '@playwright/test';
import { UsageError } from '../../../training/commands/run-command.ts';

const systemChromium = '/usr/bin/chromium';

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
  const own = existsSync(chromium.executablePath()) ? undefined : systemChromium;
  const executablePath = executable ?? own;
  if (executablePath !== undefined && !existsSync(executablePath)) {
    if (executable === undefined) return null;
    throw new UsageError(`There is no program ${executable}: --chromium takes the path of a Chromium.`);
  }
  return (args = []) =>
    chromium.launch({
      ...(executablePath !== undefined && { executablePath }),
      args: ['--headless=new', '--no-sandbox', ...args],
    });
}
