import { type ReadonlySignal, signal } from '@preact/signals';
import type { OwnDrawings, PrivacyTerms } from '../../shared/http-api.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Api } from '../net/api.ts';

/** `sure`: the page asks whether to go on. */
export type ErasingState =
  | { state: 'idle' }
  | { state: 'sure' }
  | { state: 'erasing' }
  | { state: 'done'; erased: number }
  | { state: 'refused'; message: string };

export interface PrivacyModel {
  /** Undefined until the server has answered. */
  readonly terms: ReadonlySignal<PrivacyTerms | undefined>;
  readonly own: ReadonlySignal<OwnDrawings | undefined>;
  readonly erasing: ReadonlySignal<ErasingState>;
  load(): Promise<void>;
  /** Asks whether to erase, before `erase`. */
  ask(): void;
  keep(): void;
  erase(): Promise<void>;
}

interface PrivacyParts {
  api: Pick<Api, 'privacy' | 'ownDrawings' | 'eraseOwn'>;
  /** Takes the drawing off the pad and drops what waits to be sent. */
  eraseHere(): void;
}

/** The server's retention, and the visitor's own drawings. */
export function createPrivacyModel({ api, eraseHere }: PrivacyParts): PrivacyModel {
  const terms = signal<PrivacyTerms | undefined>(undefined);
  const own = signal<OwnDrawings | undefined>(undefined);
  const erasing = signal<ErasingState>({ state: 'idle' });

  async function load() {
    [terms.value, own.value] = await Promise.all([api.privacy(), api.ownDrawings()]);
  }

  return {
    terms,
    own,
    erasing,
    load,
    ask() {
      erasing.value = { state: 'sure' };
    },
    keep() {
      erasing.value = { state: 'idle' };
    },
    async erase() {
      erasing.value = { state: 'erasing' };
      // First, so that nothing of it is sent after the server has erased the rest.
      eraseHere();
      const answer = await api.eraseOwn();
      erasing.value = answer.ok
        ? { state: 'done', erased: answer.value.erased }
        : { state: 'refused', message: refusalText(answer) };
      await load();
    },
  };
}
