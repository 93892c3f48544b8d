import { useSignal } from '@preact/signals';
import type { ModelEntry, SetName, VerdictView } from '../../shared/http-api.ts';
import type { VersionsModel } from '../lab-models/versions-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { verdictText } from '../language/verdict-text.ts';
import { versionName } from '../language/version-name.ts';
import { PencilMark } from '../ui/pencil-mark.tsx';
import { Confusions } from './confusions.tsx';
import { PerDigit } from './per-digit.tsx';

/** Verdict of the newest job, or of the chosen one; its figures on demand. */
export function Verdict({ versions }: { versions: VersionsModel }) {
  const text = labTexts.value.learned;
  const entry = versions.shown.value;
  return (
    <section class="verdict-section" aria-labelledby="verdict-title">
      <header class="section-head">
        <h2 id="verdict-title">{text.title}</h2>
        {entry !== undefined && (
          <p class="soft">
            <time dateTime={entry.at}>{versionName(entry.card)}</time>
          </p>
        )}
      </header>
      {entry?.verdict ? (
        <VerdictSheet
          key={entry.version}
          verdict={entry.verdict}
          parent={versions.list.value?.models.find(({ version }) => version === entry.parent)}
        />
      ) : (
        <p class="empty">{text.nothing}</p>
      )}
    </section>
  );
}

function VerdictSheet({ verdict, parent }: { verdict: VerdictView; parent: ModelEntry | undefined }) {
  const text = labTexts.value.learned;
  const { kind } = verdict;
  return (
    <div class="verdict-sheet" data-kind={kind} data-testid="verdict">
      <p class="verdict-outcome">
        <PencilMark kind={kind === 'promoted' ? 'tick' : 'cross'} />
        {kind === 'promoted' ? text.promoted : text.refused}
        {kind === 'refused' && parent !== undefined && (
          <span class="soft"> {text.staysAs(versionName(parent.card))}</span>
        )}
      </p>
      <p class="verdict-message">{verdictText(verdict)}</p>
      <details class="more-figures">
        <summary>{text.details}</summary>
        <Figures verdict={verdict} />
      </details>
    </div>
  );
}

function Figures({ verdict: { message, evidence, before, after } }: { verdict: VerdictView }) {
  const text = labTexts.value.learned;
  const sets = shownSets.filter(set => before[set].count > 0);
  const set = useSignal<SetName>(sets[0] ?? 'mnist');
  return (
    <>
      <p lang="en">{message}</p>
      <p>
        <span class="badge" data-level={evidence.level}>
          {evidenceLine(evidence)}
        </span>
      </p>
      <div class="per-digits">
        <PerDigit
          title={text.strangers}
          before={before.strangers}
          after={after?.strangers}
          none={text.noHeldOut}
        />
        <PerDigit title={text.mnist} before={before.mnist} after={after?.mnist} />
      </div>
      <div class="confusion">
        <header class="confusion-head">
          <h3>{text.readAs}</h3>
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
                {text.sets[each]}
              </button>
            ))}
          </div>
        </header>
        <Confusions before={before[set.value]} after={after?.[set.value]} />
      </div>
    </>
  );
}

const shownSets: readonly SetName[] = ['lessons', 'strangers', 'corrections', 'mnist'];

function evidenceLine({ strangers, level }: VerdictView['evidence']): string {
  const text = labTexts.value.learned;
  switch (level) {
    case 'none':
      return text.evidenceNone;
    case 'few':
      return text.evidenceFew(strangers);
    case 'enough':
      return text.evidenceEnough(strangers);
    default:
      return level satisfies never;
  }
}
