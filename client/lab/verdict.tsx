import { useSignal } from '@preact/signals';
import type { ModelEntry, SetName, VerdictView } from '../../shared/http-api.ts';
import { formatTime } from '../browser/format-time.ts';
import type { VersionsModel } from '../lab-models/versions-model.ts';
import { PencilMark } from '../ui/pencil-mark.tsx';
import { Confusions } from './confusions.tsx';
import { PerDigit } from './per-digit.tsx';

/** The gate's verdict on a version, with the figures before and after. */
export function Verdict({ versions }: { versions: VersionsModel }) {
  const entry = versions.shown.value;
  return (
    <section class="verdict-section" aria-label="The verdict">
      <header class="section-head">
        <h2>The verdict</h2>
        {entry !== undefined && (
          <p class="soft">
            {entry.version}, <time dateTime={entry.at}>{formatTime(entry.at)}</time>
          </p>
        )}
      </header>
      {entry?.verdict ? (
        <VerdictSheet key={entry.version} entry={entry} verdict={entry.verdict} />
      ) : (
        <p class="empty">
          No lesson yet. After one, this says what was learned and what it cost: digit by digit, on MNIST and
          on drawings of people who never teach. What has become worse is refused.
        </p>
      )}
    </section>
  );
}

function VerdictSheet({ entry, verdict }: { entry: ModelEntry; verdict: VerdictView }) {
  const { kind, message, evidence, before, after } = verdict;
  const sets = shownSets.filter(set => before[set].count > 0);
  const set = useSignal<SetName>(sets[0] ?? 'mnist');
  return (
    <div class="verdict-sheet" data-kind={kind} data-testid="verdict">
      <p class="verdict-outcome">
        <PencilMark kind={kind === 'promoted' ? 'tick' : 'cross'} />
        {kind === 'promoted' ? 'Promoted' : 'Refused'}
        {kind === 'refused' && entry.parent !== null && (
          <span class="soft"> {entry.parent} stays as it was.</span>
        )}
      </p>
      <p class="verdict-message">{message}</p>
      <p>
        <span class="badge" data-level={evidence.level}>
          {evidenceLine(evidence)}
        </span>
      </p>
      <div class="per-digits">
        <PerDigit
          title="Drawings of held-out people"
          before={before.strangers}
          after={after?.strangers}
          none="No drawings of held-out people to check on."
        />
        <PerDigit title="MNIST hold-out" before={before.mnist} after={after?.mnist} />
      </div>
      <div class="confusion">
        <header class="confusion-head">
          <h3>What was read as what</h3>
          <div class="choice">
            {sets.map(each => (
              <button
                key={each}
                type="button"
                class="button"
                aria-pressed={set.value === each}
                onClick={() => {
                  set.value = each;
                }}
              >
                {setNames[each]}
              </button>
            ))}
          </div>
        </header>
        <Confusions before={before[set.value]} after={after?.[set.value]} />
      </div>
    </div>
  );
}

const setNames: Record<SetName, string> = {
  strangers: 'Held-out people',
  lessons: 'The lessons',
  corrections: 'Earlier corrections',
  mnist: 'MNIST',
  marked: 'Marked digits',
};
const shownSets: readonly SetName[] = ['lessons', 'strangers', 'corrections', 'mnist'];

function evidenceLine({ strangers, level }: VerdictView['evidence']): string {
  switch (level) {
    case 'none':
      return 'Evidence: none, no drawings of held-out people';
    case 'few':
      return `Evidence: weak, ${strangers} drawings of held-out people`;
    case 'enough':
      return `Evidence: good, ${strangers} drawings of held-out people`;
    default:
      return level satisfies never;
  }
}
