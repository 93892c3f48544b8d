import type { BesideTexts } from './en/beside.ts';
import type { GuideTexts } from './en/guide.ts';
import type { LabTexts } from './en/lab.ts';
import type { PageTexts } from './en/page.ts';
import type { PrivacyTexts } from './en/privacy.ts';
import type { RoomTexts } from './en/room.ts';
import type { VerdictTexts } from './en/verdict.ts';
import type { RefusalTexts } from './refusal-texts.ts';

/** All texts of one language. English is the source: a text that is missing, or takes other parameters, does not compile. */
export interface AllTexts {
  page: PageTexts;
  beside: BesideTexts;
  guide: GuideTexts;
  room: RoomTexts;
  lab: LabTexts;
  verdict: VerdictTexts;
  privacy: PrivacyTexts;
  refusals: RefusalTexts;
}
