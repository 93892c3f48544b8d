import type { Sample } from '../../shared/http-api.ts';
import type { Theme } from '../browser/theme.ts';
import { besideTexts } from '../language/beside-texts.ts';
import { formatTime, texts } from '../language/language.ts';
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
  const text = besideTexts.value.recent;
  return (
    <section class="recent">
      <header class="section-head">
        <h2>{text.title}</h2>
      </header>
      {samples.length === 0 && <p class="empty">{emptyLine(recent.state.value)}</p>}
      {samples.length > 0 && recent.state.value === 'unavailable' && <p class="empty">{text.outOfDate}</p>}
      <ol class="samples">
        {samples.map(sample => (
          <SampleRow key={`${sample.id}`} sample={sample} scheme={scheme} />
        ))}
      </ol>
      {recent.older.value && (
        <button type="button" class="button more" onClick={() => void recent.more()}>
          {texts.value.more}
        </button>
      )}
    </section>
  );
}

function SampleRow({ sample, scheme }: { sample: Sample; scheme: Theme['scheme'] }) {
  const { strokes, image, label } = sample;
  const { now, was } = readingsOf(sample);
  const { digit: guess, sure } = now;
  const text = besideTexts.value.recent;
  const read = `${guess ?? '–'}`;
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
        <span class="unseen">{sure ? text.readAs(read) : text.perhaps(read)}</span>
        <span aria-hidden="true">{sure ? read : <span class="sample-unsure">{read}?</span>}</span>
      </span>
      <span class="sample-verdict">
        {label === null ? null : (
          <>
            <span class="unseen">{label === guess ? text.right : text.itIs(label)}</span>
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
  const text = besideTexts.value.recent;
  switch (state) {
    case 'loading':
      return text.loading;
    case 'ready':
      return text.nothing;
    case 'unavailable':
      return text.unavailable;
    default:
      return state satisfies never;
  }
}
