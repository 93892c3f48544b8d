import type { ModelEntry } from '../../shared/http-api.ts';
import { formatTime } from '../browser/format-time.ts';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { chartPointsOf, figuresOf } from '../lab-models/version-chart.ts';
import type { VersionsModel } from '../lab-models/versions-model.ts';
import { count } from '../models/captions.ts';
import type { Page } from '../models/page-model.ts';
import { accuracyOf } from './share.ts';
import { VersionChart } from './version-chart.tsx';

interface VersionsProps {
  page: Page;
  versions: VersionsModel;
  start: StartTrainingModel;
}

export function Versions({ page, versions, start }: VersionsProps) {
  const list = versions.list.value;
  return (
    <section class="versions" aria-label="Versions">
      <header class="section-head">
        <h2>Versions</h2>
        {versions.champion.value !== undefined && <p class="soft">{versions.champion.value} answers</p>}
        {list?.own === true && page.hosting.news.value.host && (
          <button
            type="button"
            class="button"
            disabled={versions.promoting.value !== undefined}
            onClick={() => void versions.startOver()}
          >
            Start over from the house
          </button>
        )}
      </header>
      {list === undefined ? (
        <p class="empty">The versions cannot be had just now.</p>
      ) : (
        <div class="versions-both">
          <VersionChart points={chartPointsOf(list)} />
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
  const { version, status, verdict } = entry;
  const list = versions.list.value;
  const answers = versions.champion.value === version;
  const figures = list && figuresOf(list, { version, set: 'strangers' });
  const mnist = list && figuresOf(list, { version, set: 'mnist' });
  return (
    <li class="version-row" data-answers={answers} data-status={status}>
      <p class="version-name">
        {version}
        {answers && <span class="badge badge-main">answers</span>}
        {!answers && list?.previous === version && <span class="badge">the one before</span>}
        {status === 'refused' && <span class="badge badge-refused">refused</span>}
        {status === 'candidate' && <span class="badge">candidate</span>}
      </p>
      <p class="soft version-from">
        {originOf(entry)}, <time dateTime={entry.at}>{formatTime(entry.at)}</time>
        {mnist !== undefined && `; MNIST ${accuracyOf(mnist)}`}
        {figures !== undefined && `, held-out people ${accuracyOf(figures)}`}
      </p>
      {typeof entry.card.erasedSamples === 'number' && (
        <p class="soft version-from">
          {count(entry.card.erasedSamples, 'drawing')} that it learned from erased since
        </p>
      )}
      {!entry.loadable && <p class="soft version-from">Its weights are no longer kept.</p>}
      <p class="version-acts">
        {verdict !== null && (
          <button
            type="button"
            class="button"
            aria-pressed={versions.shown.value?.version === version}
            onClick={() => versions.show(version)}
          >
            Verdict
          </button>
        )}
        {admin && !answers && entry.loadable && (
          <button
            type="button"
            class="button"
            disabled={versions.promoting.value !== undefined}
            onClick={() => void versions.promote(version)}
          >
            {status === 'promoted' ? 'Roll back to this' : 'Promote'}
          </button>
        )}
      </p>
    </li>
  );
}

function originOf({ source, parent }: ModelEntry): string {
  switch (source) {
    case 'base':
      return 'shipped';
    case 'server':
      return `taught on the server from ${parent ?? 'nothing'}`;
    case 'browser':
      return `taught in a browser from ${parent ?? 'nothing'}`;
    case 'import':
      return 'brought along';
    default:
      return source satisfies never;
  }
}
