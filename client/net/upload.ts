import type { Imported } from '../../shared/http-api.ts';
import { parseReply } from './api.ts';
import { type Answer, noAnswer } from './retry.ts';

export type Upload = (
  file: File,
  progress: { sent(share: number): void; signal: AbortSignal },
) => Promise<Answer<Imported>>;

/** Uses XMLHttpRequest: `fetch` does not report how much it has sent. */
export const upload: Upload = (file, { sent, signal }) =>
  new Promise(resolve => {
    const request = new XMLHttpRequest();
    request.responseType = 'json';
    request.upload.addEventListener('progress', event => {
      if (event.lengthComputable) sent(event.loaded / event.total);
    });
    request.addEventListener('load', () => resolve(parseReply(request.response)));
    for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => resolve(noAnswer));
    signal.addEventListener('abort', () => request.abort());
    request.open('POST', '/api/import');
    request.setRequestHeader('content-type', 'application/x-ndjson');
    request.send(file);
  });
