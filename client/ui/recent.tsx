import type { Sample } from '../../shared/http-api.ts';
import { formatTime } from '../browser/format-time.ts';
import type { Theme } from '../browser/theme.ts';
import type { RecentModel } from '../models/recent-model.ts';
import { readingsOf } from '../models/stored-reading.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from './canvas-view.tsx';
import { Picture } from './picture.tsx';
import { Mark } from './tile.tsx';

export interface RecentProps {
  recent: RecentModel;
  scheme: Theme['scheme'];
}

export function Recent({ recent, scheme }: RecentProps) {
  const samples = recent.samples.value;
  return (
    <section class="recent">
      <header class="section-head">
        <h2>Recent drawings</h2>
      </header>
      {samples.length === 0 && <p class="empty">{emptyLine(recent.state.value)}</p>}
      {samples.length > 0 && recent.state.value === 'unavailable' && (
        <p class="empty">Not up to date: the server does not answer.</p>
      )}
      <ol class="samples">
        {samples.map(sample => (
          <SampleRow key={`${sample.id}`} sample={sample} scheme={scheme} />
        ))}
      </ol>
      {recent.older.value && (
        <button type="button" class="button more" onClick={() => void recent.more()}>
          More
        </button>
      )}
    </section>
  );
}

function SampleRow({ sample, scheme }: { sample: Sample; scheme: Theme['scheme'] }) {
  const { strokes, image, label } = sample;
  const { now, was } = readingsOf(sample);
  const { digit: guess, sure } = now;
  return (
    <li class="sample" data-mine={sample.mine}>
      <span class="sample-ink">
        {strokes !== null && (
          <CanvasView
            class="ink"
            scheme={scheme}
            paint={sheet => paintTile(sheet, { strokes, redrawn: 0 })}
          />
        )}
        {strokes === null && image !== null && <Picture src={image} scheme={scheme} />}
      </span>
      <span class="sample-guess">
        {was !== undefined && <s class="sample-was">{was.sure ? was.digit : '?'}</s>}
        <span class="unseen">{sure ? 'read as ' : 'not sure, perhaps '}</span>
        {sure ? (guess ?? '–') : <span class="sample-unsure">{guess}?</span>}
      </span>
      <span class="sample-verdict">
        {label === null ? null : (
          <>
            <span class="unseen">{label === guess ? 'right' : `it is ${label}`}</span>
            <span aria-hidden="true">
              <Mark right={label === guess} digit={label} />
            </span>
          </>
        )}
      </span>
      <time class="sample-time" dateTime={sample.at}>
        {formatTime(sample.at)}
      </time>
    </li>
  );
}

export function emptyLine(state: RecentModel['state']['value']): string {
  switch (state) {
    case 'loading':
      return 'Looking …';
    case 'ready':
      return 'Nothing yet. What is drawn here and cleared appears in this list.';
    case 'unavailable':
      return 'The list cannot be had just now.';
    default:
      return state satisfies never;
  }
}
