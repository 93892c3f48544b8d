import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ModelEntry, ModelList } from '../../shared/http-api.ts';
import { refusalText } from '../language/refusal-text.ts';
import { refetchOn } from '../models/refetch.ts';
import type { Api } from '../net/api.ts';
import type { Answer } from '../net/retry.ts';

export interface VersionsModel {
  readonly list: ReadonlySignal<ModelList | undefined>;
  /** The served version: the room's newest, else the list's. */
  readonly champion: ReadonlySignal<string | undefined>;
  /** The version whose verdict is shown: the chosen one, else the newest with a verdict. */
  readonly shown: ReadonlySignal<ModelEntry | undefined>;
  /** The version of the promotion request in flight. */
  readonly promoting: ReadonlySignal<string | undefined>;
  readonly refusal: ReadonlySignal<string | undefined>;
  show(version: string | undefined): void;
  promote(version: string): Promise<void>;
  /** The room follows the house again. */
  startOver(): Promise<void>;
  stop(): void;
}

export interface VersionsParts {
  api: Pick<Api, 'models' | 'promote' | 'startOver'>;
  /** The version that the room's server predicts with. */
  servedVersion: ReadonlySignal<string | undefined>;
  ends: ReadonlySignal<number>;
  wait(ms: number): Promise<void>;
  random(): number;
}

export function createVersionsModel({
  api,
  servedVersion,
  ends,
  wait,
  random,
}: VersionsParts): VersionsModel {
  const list = signal<ModelList | undefined>(undefined);
  const chosen = signal<string | undefined>(undefined);
  const promoting = signal<string | undefined>(undefined);
  const refusal = signal<string | undefined>(undefined);

  async function refresh() {
    const next = await api.models();
    if (next !== undefined) list.value = next;
  }

  async function move(to: string, request: () => Promise<Answer<{ version: string }>>) {
    if (promoting.value !== undefined) return;
    promoting.value = to;
    const answer = await request();
    refusal.value = answer.ok ? undefined : refusalText(answer);
    if (answer.ok) await refresh();
    promoting.value = undefined;
  }

  let moves = 0;
  let last = `${servedVersion.peek()} ${ends.peek()}`;
  const events = computed(() => {
    const now = `${servedVersion.value} ${ends.value}`;
    if (now !== last) moves++;
    last = now;
    return moves;
  });
  const stop = refetchOn({ events, refetch: refresh, wait, random });

  return {
    list,
    champion: computed(() => servedVersion.value ?? list.value?.champion),
    shown: computed(() => {
      const models = list.value?.models ?? [];
      const evaluated = models.filter(({ verdict }) => verdict !== null);
      return evaluated.find(({ version }) => version === chosen.value) ?? evaluated[0];
    }),
    promoting,
    refusal,
    show(version) {
      chosen.value = version;
    },
    promote: version => move(version, () => api.promote(version)),
    startOver: () => move('house', api.startOver),
    stop,
  };
}
