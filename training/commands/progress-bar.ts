import type { Progress } from '../learn/train.ts';

/** One line on stderr, updated at most once a second; loss and accuracy are running means. */
export function progressBar(name: string): (progress: Progress) => void {
  const started = Date.now();
  let shownAt = 0;
  let loss = 0;
  let accuracy = 0;
  return progress => {
    const keep = Math.min(0.99, 1 - 1 / progress.step);
    loss = keep * loss + (1 - keep) * progress.loss;
    accuracy = keep * accuracy + (1 - keep) * progress.accuracy;
    const done = progress.step / progress.steps;
    if (Date.now() - shownAt < 1000 && done < 1) return;
    shownAt = Date.now();
    const minutes = (shownAt - started) / 60_000;
    const bar = '█'.repeat(Math.round(30 * done)).padEnd(30, '░');
    const figures = `loss ${loss.toFixed(4)}  accuracy ${(100 * accuracy).toFixed(2)} %`;
    const left = `${minutes.toFixed(1)} of ${(minutes / done).toFixed(1)} min`;
    process.stderr.write(
      `\r${name.padEnd(11)} ${bar} ${progress.step}/${progress.steps}  ${figures}  ${left} ${done < 1 ? '' : '\n'}`,
    );
  };
}
