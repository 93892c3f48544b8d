import { formatTime } from '../browser/format-time.ts';
import { axisFloor, type ChartPoint } from '../models/version-chart.ts';
import { percent } from './share.ts';

type Series = 'mnist' | 'strangers';
const names: Record<Series, string> = { mnist: 'MNIST hold-out', strangers: 'held-out people' };

/** How well the champion read, over the times it changed. */
export function VersionChart({ stations }: { stations: readonly ChartPoint[] }) {
  const known = stations.flatMap(({ mnist, strangers }) => [mnist, strangers]);
  const floor = axisFloor(known.filter(value => value !== null));
  const x = (i: number) => (stations.length === 1 ? 50 : 4 + (92 * i) / (stations.length - 1));
  const y = (value: number) => 100 - (100 * (value - floor)) / (1 - floor);
  const pointsOf = (series: Series) =>
    stations.flatMap((station, i) => {
      const value = station[series];
      return value === null ? [] : [{ station, value, x: x(i), y: y(value) }];
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
              points={pointsOf(series)
                .map(point => `${point.x},${point.y}`)
                .join(' ')}
            />
          ))}
        </svg>
        {(['mnist', 'strangers'] as const).flatMap(series =>
          pointsOf(series).map(point => (
            <span
              key={`${series} ${point.x}`}
              class={`dot dot-${series}`}
              data-move={point.station.move}
              style={{ left: `${point.x}%`, top: `${point.y}%` }}
              title={`${point.station.version}, ${formatTime(point.station.at)}: ${names[series]} ${percent(point.value, 2)}`}
            />
          )),
        )}
      </div>
      <figcaption>
        <span class="key key-mnist">{names.mnist}</span>
        <span class="key key-strangers">{names.strangers}</span>
        <span class="unseen">
          {stations.map(({ version, mnist, strangers }) => captionOf(version, mnist, strangers)).join('; ')}
        </span>
      </figcaption>
    </figure>
  );
}

const captionOf = (version: string, mnist: number | null, strangers: number | null) =>
  `${version}: ${names.mnist} ${mnist === null ? 'unknown' : percent(mnist)}, ${names.strangers} ${strangers === null ? 'unknown' : percent(strangers)}`;
