import type { Database } from '../../db/connection/open-database.ts';
import { countOwn, dropWeights, eraseDrawings, eraseExpired, reclaimSpace } from '../../db/erasure.ts';
import { exportSamples, importSamples } from '../../db/export.ts';
import {
  beat,
  cancelJob,
  currentJob,
  endJob,
  failSilentJobs,
  findJob,
  listJobs,
  nextJob,
  recoverJobs,
  requestDueJob,
  requestJob,
  startJob,
} from '../../db/jobs.ts';
import { countByDigit, readProbations } from '../../db/label-counts.ts';
import { countSetAside, decideSetAside, readUnscreened, recordScreening } from '../../db/label-screening.ts';
import { listLeastSure } from '../../db/least-sure.ts';
import {
  addCandidate,
  ensureBase,
  isDropped,
  listChampions,
  listModels,
  loadModel,
  readChampion,
  refuseCandidate,
} from '../../db/models.ts';
import { recordNetwork } from '../../db/networks.ts';
import { recordLabel, recordPredictions, relabel } from '../../db/predictions.ts';
import { followHouse, history, promoteModel, rollBack } from '../../db/promotion.ts';
import { readOutdated, recordRereadings } from '../../db/rereadings.ts';
import { changeRoom, endRoom, makeRoom, readRooms, renewHostKey } from '../../db/rooms-of-hosts.ts';
import { changeLabel, deleteSample, getSample } from '../../db/sample-edits.ts';
import { labelOf, sampleImage, samplePage } from '../../db/sample-queries.ts';
import {
  claimSamples,
  readCorrections,
  readHeldOutSamples,
  readOpenSamples,
} from '../../db/training-samples.ts';

/**
 * The database verbs as the application uses them. Every verb except `trouble` rejects with DatabaseUnavailable
 * during an outage.
 */
export type Store = ReturnType<typeof createStore>;

export function createStore(db: Database) {
  const given =
    <Rest extends unknown[], Result>(verb: (db: Database, ...rest: Rest) => Result) =>
    (...rest: Rest) =>
      verb(db, ...rest);
  let writes = 0;
  const writing =
    <Rest extends unknown[], Value>(verb: (db: Database, ...rest: Rest) => Promise<Value>) =>
    (...rest: Rest) =>
      verb(db, ...rest).finally(() => {
        writes++;
      });
  return {
    /** Whether other processes may write to the database. */
    shared: db.kind === 'postgres',
    /** Why the database cannot be used now; null if it can. */
    trouble: () => db.trouble(),
    /** Counter of this process's changes of samples. */
    writes: () => writes,
    recordPredictions: writing(recordPredictions),
    recordLabel: writing(recordLabel),
    relabel: writing(relabel),
    readOutdated: given(readOutdated),
    recordRereadings: writing(recordRereadings),
    samplePage: given(samplePage),
    listLeastSure: given(listLeastSure),
    recordNetwork: given(recordNetwork),
    sampleImage: given(sampleImage),
    labelOf: given(labelOf),
    getSample: given(getSample),
    changeLabel: writing(changeLabel),
    deleteSample: writing(deleteSample),
    makeRoom: given(makeRoom),
    readRooms: given(readRooms),
    changeRoom: writing(changeRoom),
    renewHostKey: given(renewHostKey),
    endRoom: writing(endRoom),
    eraseDrawings: writing(eraseDrawings),
    eraseExpired: writing(eraseExpired),
    dropWeights: given(dropWeights),
    reclaimSpace: given(reclaimSpace),
    countOwn: given(countOwn),
    exportSamples: given(exportSamples),
    importSamples: writing(importSamples),
    countByDigit: given(countByDigit),
    readProbations: given(readProbations),
    ensureBase: given(ensureBase),
    readChampion: given(readChampion),
    loadModel: given(loadModel),
    isDropped: given(isDropped),
    listChampions: given(listChampions),
    listModels: given(listModels),
    addCandidate: given(addCandidate),
    refuseCandidate: given(refuseCandidate),
    promoteModel: given(promoteModel),
    rollBack: given(rollBack),
    followHouse: given(followHouse),
    history: given(history),
    requestJob: given(requestJob),
    requestDueJob: given(requestDueJob),
    failSilentJobs: given(failSilentJobs),
    findJob: given(findJob),
    recoverJobs: given(recoverJobs),
    startJob: given(startJob),
    beat: given(beat),
    endJob: given(endJob),
    cancelJob: given(cancelJob),
    currentJob: given(currentJob),
    nextJob: given(nextJob),
    listJobs: given(listJobs),
    readUnscreened: given(readUnscreened),
    recordScreening: writing(recordScreening),
    countSetAside: given(countSetAside),
    decideSetAside: writing(decideSetAside),
    readOpenSamples: given(readOpenSamples),
    claimSamples: given(claimSamples),
    readHeldOutSamples: given(readHeldOutSamples),
    readCorrections: given(readCorrections),
  };
}
