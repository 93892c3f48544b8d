import { runCommand } from '../../training/commands/run-command.ts';
import { runBench } from './run-bench.ts';

// `exit` handlers end the processes that were started.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
await runCommand(() => runBench(process.argv.slice(2)));
