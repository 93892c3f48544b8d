import { formatTime } from '../browser/format-time.ts';
import { axisFloor, type ChartPoint } from '../lab-models/version-chart.ts';
import { percent } from './share.ts';

type Series = 'mnist' | 'strangers';
const names: Record<Series, string> = { mnist: 'MNIST hold-out', strangers: 'held-out people' };

/** The accuracies of the champion at each of its changes. */
export function VersionChart({ points }: { points: readonly ChartPoint[] }) {
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
        <span class="version-axis version-axis-top">100 %</span>
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
              title={`${mark.point.version}, ${formatTime(mark.point.at)}: ${names[series]} ${percent(mark.value, 2)}`}
            />
          )),
        )}
      </div>
      <figcaption>
        <span class="key key-mnist">{names.mnist}</span>
        <span class="key key-strangers">{names.strangers}</span>
        <span class="unseen">
          {points.map(({ version, mnist, strangers }) => captionOf(version, mnist, strangers)).join('; ')}
        </span>
      </figcaption>
    </figure>
  );
}

const captionOf = (version: string, mnist: number | null, strangers: number | null) =>
  `${version}: ${names.mnist} ${mnist === null ? 'unknown' : percent(mnist)}, ${names.strangers} ${strangers === null ? 'unknown' : percent(strangers)}`;
