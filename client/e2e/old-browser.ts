/**
 * Removes every function that Safari 16.4, Chrome 111 or Firefox 115 lacks. The tests inject it as text into pages and
 * workers: it must not refer to anything outside itself.
 */
export function removeNewerFunctions() {
  const scope: object = globalThis;
  const found = (path: string): unknown =>
    path === ''
      ? scope
      : path
          .split('.')
          .reduce<unknown>(
            (owner, name) => (owner instanceof Object ? Reflect.get(owner, name) : undefined),
            scope,
          );
  const newer: Record<string, string> = {
    '': 'Iterator Float16Array DisposableStack AsyncDisposableStack URLPattern CloseWatcher navigation scheduler requestIdleCallback Sanitizer WebSocketStream',
    Promise: 'withResolvers try',
    Object: 'groupBy',
    Map: 'groupBy',
    Array: 'fromAsync',
    Error: 'isError captureStackTrace',
    Math: 'f16round sumPrecise',
    RegExp: 'escape',
    Atomics: 'waitAsync pause',
    Intl: 'Segmenter DurationFormat',
    URL: 'canParse parse',
    AbortSignal: 'any',
    CSS: 'highlights registerProperty',
    ReadableStream: 'from',
    Uint8Array: 'fromBase64 fromHex',
    'Uint8Array.prototype': 'toBase64 toHex setFromBase64 setFromHex',
    'ArrayBuffer.prototype': 'transfer transferToFixedLength resize resizable detached maxByteLength',
    'DataView.prototype': 'getFloat16 setFloat16',
    'String.prototype': 'isWellFormed toWellFormed',
    'Set.prototype':
      'union intersection difference symmetricDifference isSubsetOf isSupersetOf isDisjointFrom',
    'Map.prototype': 'getOrInsert getOrInsertComputed',
    'Blob.prototype': 'bytes',
    'Response.prototype': 'bytes',
    'URLSearchParams.prototype': 'size',
    'ReadableStream.prototype': 'values',
    'Document.prototype': 'startViewTransition parseHTMLUnsafe',
    'Element.prototype': 'moveBefore checkVisibility setHTML setHTMLUnsafe getHTML',
    'HTMLElement.prototype': 'showPopover hidePopover togglePopover popover',
    'HTMLDialogElement.prototype': 'requestClose closedBy',
    'PointerEvent.prototype': 'getCoalescedEvents getPredictedEvents',
    'CanvasRenderingContext2D.prototype': 'filter letterSpacing reset isContextLost',
    'Navigator.prototype': 'gpu userAgentData connection deviceMemory keyboard userActivation',
    'WorkerNavigator.prototype': 'gpu userAgentData connection deviceMemory',
  };
  for (const [path, names] of Object.entries(newer)) {
    const owner = found(path);
    if (owner instanceof Object) for (const name of names.split(' ')) Reflect.deleteProperty(owner, name);
  }
  const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));
  for (const name of Object.getOwnPropertyNames(iterators)) Reflect.deleteProperty(iterators, name);
  if (typeof ReadableStream === 'function')
    Reflect.deleteProperty(ReadableStream.prototype, Symbol.asyncIterator);
  // An OffscreenCanvas of Safari 16.4 has a 2D context only.
  if (typeof OffscreenCanvas === 'function') {
    const { getContext } = OffscreenCanvas.prototype;
    Reflect.set(OffscreenCanvas.prototype, 'getContext', function (this: OffscreenCanvas, kind: string) {
      return kind === '2d' ? Reflect.apply(getContext, this, [kind]) : null;
    });
  }
}
