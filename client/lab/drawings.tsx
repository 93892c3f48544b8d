import type { Sample } from '../../shared/http-api.ts';
import type { Theme } from '../browser/theme.ts';
import type { LabModel } from '../lab-models/lab-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { formatTime, texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { readingsOf } from '../models/stored-reading.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from '../ui/canvas-view.tsx';
import { Picture } from '../ui/picture.tsx';
import { emptyLine } from '../ui/recent.tsx';
import { Mark } from '../ui/tile.tsx';
import { Filters } from './filters.tsx';

export function Drawings({ page, lab }: { page: Page; lab: LabModel }) {
  const text = labTexts.value.drawings;
  const { samples: model } = lab;
  const list = model.list.value;
  const samples = list.samples.value;
  const filtered = model.filter.value.which !== 'all' || model.filter.value.digit !== undefined;
  return (
    <section class="drawings" aria-label={text.title}>
      <header class="section-head">
        <h2>{text.title}</h2>
        <p class="soft">{text.advice}</p>
      </header>
      <Filters samples={model} versions={lab.versions} admin={lab.start.admin.value} />
      {samples.length === 0 && (
        <p class="empty">
          {filtered && list.state.value === 'ready' ? text.none : emptyLine(list.state.value)}
        </p>
      )}
      <ul class="drawing-grid">
        {samples.map(sample => (
          <Drawing
            key={`${sample.id}`}
            sample={sample}
            scheme={page.theme.scheme}
            open={() => model.open(sample)}
          />
        ))}
      </ul>
      {list.older.value && (
        <button type="button" class="button more" onClick={() => void list.more()}>
          {texts.value.more}
        </button>
      )}
    </section>
  );
}

interface DrawingProps {
  sample: Sample;
  scheme: Theme['scheme'];
  open: () => void;
}

function Drawing({ sample, scheme, open }: DrawingProps) {
  const { label } = sample;
  const { now, was } = readingsOf(sample);
  return (
    <li>
      <button type="button" class="tile drawing" data-decided="true" onClick={open}>
        <span class="unseen">{captionOf(sample)}</span>
        <SampleInk sample={sample} scheme={scheme} />
        {was !== undefined && (
          <s class="tile-was tile-was-kept" aria-hidden="true">
            {was.sure ? was.digit : '?'}
          </s>
        )}
        <span class="tile-guess" aria-hidden="true">
          {now.digit}
        </span>
        <span class="tile-foot">
          <span class="tile-name">{formatTime(sample.at)}</span>
          <span aria-hidden="true">
            {label !== null && <Mark right={label === now.digit} digit={label} />}
          </span>
        </span>
      </button>
    </li>
  );
}

export function SampleInk({ sample, scheme }: { sample: Sample; scheme: Theme['scheme'] }) {
  const { strokes, image } = sample;
  if (strokes !== null)
    return (
      <CanvasView class="ink" scheme={scheme} paint={sheet => paintTile(sheet, { strokes, redrawn: 0 })} />
    );
  return image === null ? null : <Picture src={image} scheme={scheme} />;
}

export function captionOf(sample: Sample): string {
  const text = labTexts.value.drawings;
  const { label } = sample;
  const { now, was } = readingsOf(sample);
  if (now.digit === null) return label === null ? text.notReadUnknown : text.notReadIs(label);
  const read = was === undefined ? `${now.digit}` : `${was.sure ? was.digit : '?'} → ${now.digit}`;
  if (label === null) return text.readUnknown(read);
  return label === now.digit ? text.readRight(read) : text.readWrong(read, label);
}
