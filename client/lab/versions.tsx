import type { ModelEntry } from '../../shared/http-api.ts';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { chartPointsOf } from '../lab-models/version-chart.ts';
import type { VersionsModel } from '../lab-models/versions-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { versionName } from '../language/version-name.ts';
import type { Page } from '../models/page-model.ts';
import { VersionChart } from './version-chart.tsx';

interface VersionsProps {
  page: Page;
  versions: VersionsModel;
  start: StartTrainingModel;
}

export function Versions({ page, versions, start }: VersionsProps) {
  const text = labTexts.value.versions;
  const list = versions.list.value;
  return (
    <section class="versions" aria-label={text.title}>
      <header class="section-head">
        <h2>{text.title}</h2>
        {list?.own === true && page.hosting.news.value.host && (
          <button
            type="button"
            class="button"
            disabled={versions.promoting.value !== undefined}
            onClick={() => void versions.startOver()}
          >
            {text.startOver}
          </button>
        )}
      </header>
      {list === undefined ? (
        <p class="empty">{text.unavailable}</p>
      ) : (
        <div class="versions-both">
          {versions.refusal.value !== undefined && (
            <p class="refusal" role="alert">
              {versions.refusal.value}
            </p>
          )}
          <ol class="version-list">
            {list.models.map(entry => (
              <Version key={entry.version} entry={entry} versions={versions} admin={start.admin.value} />
            ))}
          </ol>
          <details class="more-figures">
            <summary>{text.details}</summary>
            <VersionChart points={chartPointsOf(list)} />
          </details>
        </div>
      )}
    </section>
  );
}

interface VersionProps {
  entry: ModelEntry;
  versions: VersionsModel;
  admin: boolean;
}

function Version({ entry, versions, admin }: VersionProps) {
  const text = labTexts.value.versions;
  const { version, status, verdict, card } = entry;
  const list = versions.list.value;
  const reads = versions.champion.value === version;
  return (
    <li class="version-row" data-answers={reads} data-status={status}>
      <p class="version-name">
        {versionName(card)}
        {reads && <span class="badge badge-main">{text.readsNow}</span>}
        {!reads && list?.previous === version && <span class="badge">{text.previous}</span>}
        {status === 'refused' && <span class="badge badge-refused">{text.refused}</span>}
        {status === 'candidate' && <span class="badge">{text.candidate}</span>}
      </p>
      <p class="soft version-from">{originOf(entry)}</p>
      {typeof card.erasedSamples === 'number' && (
        <p class="soft version-from">{text.erased(card.erasedSamples)}</p>
      )}
      {!entry.loadable && <p class="soft version-from">{text.dropped}</p>}
      <p class="version-acts">
        {verdict !== null && (
          <button
            type="button"
            class="button"
            aria-pressed={versions.shown.value?.version === version}
            onClick={() => versions.show(version)}
          >
            {text.show}
          </button>
        )}
        {admin && !reads && entry.loadable && (
          <button
            type="button"
            class="button"
            disabled={versions.promoting.value !== undefined}
            onClick={() => void versions.promote(version)}
          >
            {status === 'promoted' ? text.rollBack : text.promote}
          </button>
        )}
      </p>
    </li>
  );
}

function originOf({ source, card }: ModelEntry): string {
  const text = labTexts.value.versions;
  const drawings = typeof card.lessons === 'number' ? card.lessons : 0;
  switch (source) {
    case 'base':
      return text.shipped;
    case 'server':
      return text.taughtHere(drawings);
    case 'browser':
      return text.taughtInBrowser(drawings);
    case 'import':
      return text.brought;
    default:
      return source satisfies never;
  }
}
