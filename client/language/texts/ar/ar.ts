import type { AllTexts } from '../all-texts.ts';
import { beside } from './beside.ts';
import { guide } from './guide.ts';
import { lab } from './lab.ts';
import { page } from './page.ts';
import { privacy } from './privacy.ts';
import { refusals } from './refusals.ts';
import { room } from './room.ts';
import { verdict } from './verdict.ts';

export const texts: AllTexts = { page, beside, guide, room, lab, verdict, privacy, refusals };
