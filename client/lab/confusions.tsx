import type { SetFigures } from '../../shared/http-api.ts';
import { confusionsOf } from '../lab-models/confusions.ts';
import { labTexts } from '../language/lab-texts.ts';
import { digits } from '../ui/bars.tsx';
import { Rich } from '../ui/rich.tsx';

interface ConfusionsProps {
  before: SetFigures;
  after: SetFigures | undefined;
}

const maxListed = 4;

/** Confusion matrices, one row a label and one column a prediction; only mistakes are coloured. */
export function Confusions({ before, after }: ConfusionsProps) {
  const text = labTexts.value.learned;
  const changes = confusionsOf(before.confusion, after?.confusion);
  return (
    <div class="confusions">
      <Matrix title={text.before} figures={before} />
      {after !== undefined && <Matrix title={text.after} figures={after} before={before} />}
      <ul class="confusion-list">
        {changes.length === 0 && <li class="soft">{after ? text.sameMistakes : text.noMistake}</li>}
        {changes.slice(0, maxListed).map(({ label, read, was, is }) => (
          <li key={`${label} ${read}`} data-change={is < was ? 'better' : is > was ? 'worse' : 'same'}>
            <span class="confusion-pair">
              <Rich text={text.pair(label, read)} />
            </span>{' '}
            {after === undefined ? was : `${was} → ${is}`}
          </li>
        ))}
        {changes.length > maxListed && <li class="soft">{text.moreMistakes(changes.length - maxListed)}</li>}
        <li class="soft confusion-note">{text.axes}</li>
      </ul>
    </div>
  );
}

interface MatrixProps {
  title: string;
  figures: SetFigures;
  /** The colours show the change from these figures. */
  before?: SetFigures;
}

function Matrix({ title, figures, before }: MatrixProps) {
  const text = labTexts.value.learned;
  const mistakes = figures.confusion.flatMap((row, label) => row.filter((_, read) => read !== label));
  const mistakesBefore =
    before?.confusion.flatMap((row, label) => row.filter((_, read) => read !== label)) ?? [];
  const max = Math.max(1, ...mistakes, ...mistakesBefore);
  const sum = mistakes.reduce((total, count) => total + count, 0);
  return (
    <figure class="matrix">
      <div class="matrix-cells" role="img" aria-label={text.wrongOf(title, sum, figures.count)}>
        <span />
        {digits.map(digit => (
          <span key={`column ${digit}`} class="matrix-head">
            {digit}
          </span>
        ))}
        {digits.flatMap(label => [
          <span key={`row ${label}`} class="matrix-head">
            {label}
          </span>,
          ...digits.map(read => {
            const count = figures.confusion[label][read];
            const was = before?.confusion[label][read] ?? count;
            const isMistake = label !== read;
            return (
              <span
                key={`${label} ${read}`}
                class="cell"
                data-change={!isMistake || count === was ? undefined : count < was ? 'better' : 'worse'}
                data-right={!isMistake}
                title={text.cell(label, read, count)}
                style={{ '--share': isMistake ? Math.sqrt(count / max) : 0 }}
              />
            );
          }),
        ])}
      </div>
      <figcaption>{text.wrongOf(title, sum, figures.count)}</figcaption>
    </figure>
  );
}
