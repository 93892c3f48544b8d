import { axisFloor, type ChartPoint } from '../lab-models/version-chart.ts';
import { labTexts } from '../language/lab-texts.ts';
import { formatTime } from '../language/language.ts';
import { percent } from './share.ts';

type Series = 'mnist' | 'strangers';

/** The accuracies of the champion at each of its changes. */
export function VersionChart({ points }: { points: readonly ChartPoint[] }) {
  const text = labTexts.value.versions;
  const figureOf = { mnist: text.onMnist, strangers: text.onHeldOut };
  const shareOf = (value: number | null) => (value === null ? text.unknown : percent(value));
  const known = points.flatMap(({ mnist, strangers }) => [mnist, strangers]);
  const floor = axisFloor(known.filter(value => value !== null));
  const x = (i: number) => (points.length === 1 ? 50 : 4 + (92 * i) / (points.length - 1));
  const y = (value: number) => 100 - (100 * (value - floor)) / (1 - floor);
  const marksOf = (series: Series) =>
    points.flatMap((point, i) => {
      const value = point[series];
      return value === null ? [] : [{ point, value, x: x(i), y: y(value) }];
    });
  return (
    <figure class="version-line">
      <div class="version-plot">
        <span class="version-axis version-axis-top">{percent(1)}</span>
        <span class="version-axis version-axis-foot">{percent(floor)}</span>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
          {(['mnist', 'strangers'] as const).map(series => (
            <polyline
              key={series}
              class={`line-${series}`}
              points={marksOf(series)
                .map(mark => `${mark.x},${mark.y}`)
                .join(' ')}
            />
          ))}
        </svg>
        {(['mnist', 'strangers'] as const).flatMap(series =>
          marksOf(series).map(mark => (
            <span
              key={`${series} ${mark.x}`}
              class={`dot dot-${series}`}
              data-move={mark.point.move}
              style={{ left: `${mark.x}%`, top: `${mark.y}%` }}
              title={text.point(
                mark.point.version,
                formatTime(mark.point.at),
                figureOf[series](percent(mark.value, 2)),
              )}
            />
          )),
        )}
      </div>
      <figcaption>
        <span class="key key-mnist">{text.everyday}</span>
        <span class="key key-strangers">{text.heldOut}</span>
      </figcaption>
      <ul class="unseen">
        {points.map(({ version, at, mnist, strangers }) => (
          <li key={at}>{text.technical(version, shareOf(mnist), shareOf(strangers))}</li>
        ))}
      </ul>
    </figure>
  );
}
