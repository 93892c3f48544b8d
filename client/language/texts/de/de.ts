import type { AllTexts } from '../all-texts.ts';
import { beside } from './beside.ts';
import { lab } from './lab.ts';
import { page } from './page.ts';
import { privacy } from './privacy.ts';
import { refusals } from './refusals.ts';
import { room } from './room.ts';
import { verdict } from './verdict.ts';

export const texts: AllTexts = { page, beside, room, lab, verdict, privacy, refusals };
