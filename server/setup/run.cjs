// The entry of every npm script: `node server/setup/run.cjs [page] [engine] [dev] [tests] -- PROGRAM [ARGUMENT …]`.
// Its syntax suits any old Node, which can then report that it is too old.
'use strict';
var oldest = 20;
if (parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    'Inkling needs Node ' +
      oldest +
      ' or newer, and this is Node ' +
      process.versions.node +
      '. ' +
      'Install a newer one from https://nodejs.org; the Node 24 that the server runs on then comes as a package.\n',
  );
  process.exitCode = 1;
} else {
  import('./prepare.mjs').then(setup => setup.prepareAndRun(process.argv.slice(2)));
}
