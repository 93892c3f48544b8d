// The server's entry, in plain JavaScript so that a Node that is too old can report it.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(
    `Inkling needs Node 24 or newer and this is ${process.versions.node}: use \`npm start\`, which brings its own.\n`,
  );
  process.exit(1);
}
await import('./main.ts');
