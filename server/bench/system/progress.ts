const barWidth = 30;
const redrawMs = 200;

/** Shows a bar on standard error for `seconds`; without a terminal, one line at its start. Resolves at the end. */
export async function waitWithBar(label: string, seconds: number): Promise<void> {
  const startMs = performance.now();
  const show = (share: number) => {
    const full = Math.round(share * barWidth);
    const bar = '█'.repeat(full) + '░'.repeat(barWidth - full);
    process.stderr.write(`\r${label} ${bar} ${Math.round(share * seconds)} of ${seconds} s`);
  };
  if (!process.stderr.isTTY) printLine(`${label} for ${seconds} s`);
  const drawing = process.stderr.isTTY
    ? setInterval(() => show(Math.min(1, (performance.now() - startMs) / 1000 / seconds)), redrawMs)
    : undefined;
  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  clearInterval(drawing);
  if (process.stderr.isTTY) {
    show(1);
    process.stderr.write('\n');
  }
}

export function printLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
