// The entry of every npm script: `node server/setup/run.cjs [page] [engine] [dev] [tests] -- PROGRAM [ARGUMENT …]`.
// Syntax that any old Node can parse, so that it reports its age in a sentence.
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
