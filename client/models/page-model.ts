import { computed, effect, type ReadonlySignal } from '@preact/signals';
import type { Router } from '../browser/router.ts';
import type { KeyValueStore } from '../browser/storage.ts';
import { type Channel, createTabs } from '../browser/tabs.ts';
import type { Theme } from '../browser/theme.ts';
import type { Toasts } from '../browser/toasts.ts';
import { texts } from '../language/language.ts';
import type { Api } from '../net/api.ts';
import type { Connection } from '../net/connection.ts';
import { createDrawingModel, type DrawingModel } from '../pad/drawing-model.ts';
import { createKeyboardPen, type KeyboardPen } from '../pad/keyboard-pen.ts';
import { createOutbox, type LabelState, type Outbox } from '../pad/outbox.ts';
import { contradiction, type Reading, readGuess } from '../pad/reading.ts';
import { createAnnouncer } from './announcer.ts';
import { captionOf, opinionCaption } from './captions.ts';
import { createExplanationModel, type ExplanationModel } from './explanation-model.ts';
import { createHostingModel, type HostingModel } from './hosting-model.ts';
import { createIdleSignal } from './idle-signal.ts';
import { createRecentModel, type RecentModel } from './recent-model.ts';
import { createRoomModel, type RoomModel } from './room-model.ts';
import { createTouchPolicy, type TouchPolicy } from './touch-policy.ts';
import { createTrainingModel, type TrainingModel } from './training-model.ts';

export interface PageParts {
  connection: Connection;
  api: Api;
  router: Router;
  theme: Theme;
  toasts: Toasts;
  /** Survives a reload of this tab. */
  tabStore: KeyValueStore;
  /** Survives the browser and is shared by its tabs; labels not yet stored. */
  labelStore: KeyValueStore;
  /** Calls `changed` when another tab changes the browser's storage. */
  watchLabels(changed: () => void): () => void;
  /** Reaches the other tabs of the browser. */
  channel: Channel;
  /** The time when this page was loaded, in milliseconds since 1970. */
  openedAt: number;
  schedule(run: () => void): void;
  wait(ms: number): Promise<void>;
  random(): number;
  makeId(): string;
}

type Exposed = 'connection' | 'api' | 'router' | 'theme' | 'toasts' | 'wait' | 'random';
/** All state and actions of the page, without the DOM. */
export interface Page extends Pick<PageParts, Exposed> {
  readonly drawing: DrawingModel;
  readonly room: RoomModel;
  readonly outbox: Outbox;
  readonly recent: RecentModel;
  readonly hosting: HostingModel;
  readonly training: TrainingModel;
  readonly touchPolicy: TouchPolicy;
  readonly keyboardPen: KeyboardPen;
  readonly explanation: ExplanationModel;
  readonly reading: ReadonlySignal<Reading>;
  /** The digit that the net trained on MNIST alone predicts, where it surely contradicts. */
  readonly opinion: ReadonlySignal<number | undefined>;
  /** The author's label of the drawing on the pad. */
  readonly label: ReadonlySignal<LabelState | undefined>;
  readonly caption: ReadonlySignal<string>;
  readonly announced: ReadonlySignal<string>;
  setLabel(digit: number): void;
  /** Takes the author's label back, here, on the wall and from what is learned. */
  withdrawLabel(): void;
  confirm(): void;
  next(): void;
  /** Takes the drawing off the pad after this page deleted its sample. */
  deleted(drawing: string | null): void;
  /** Takes the drawing off the pad and drops what waits to be sent: the author erases all drawings. */
  erased(): void;
  /** Stores the drawing and the outbox for the next page load. */
  save(): void;
  stop(): void;
}

const withdrawAfterMs = 700; // a double tap on "Yes" is over: its second tap falls on "take back"
const samplesPerPage = 30; // three screens of a phone

export function createPage(parts: PageParts): Page {
  const { connection, api, router, theme, toasts, wait, random } = parts;
  const { notify } = toasts;
  const { room: roomName } = router.route.value;
  const room = createRoomModel(connection, roomName);
  const drawing = createDrawingModel({
    connection,
    tileOf(id) {
      const tile = room.tileOf(id);
      return tile && { finished: tile.finished.value, guess: tile.guess.value };
    },
    store: parts.tabStore,
    makeId: parts.makeId,
    schedule: parts.schedule,
    wait,
    finishLabelled: snapshot => outbox.resendAndFinish(snapshot),
    unfinish: id => outbox.unfinish(id),
    notify,
  });
  const tabs = createTabs({
    channel: parts.channel,
    tab: parts.makeId(),
    since: parts.openedAt,
    drawing: () => drawing.id.value,
    copied: drawing.fork,
    wait,
  });
  // Created after the drawing model: on `welcome` the ink must be sent before its label.
  const outbox = createOutbox({
    connection,
    room: roomName,
    store: parts.labelStore,
    watch: parts.watchLabels,
    isCurrent: id => id === drawing.id.value,
    drawingsElsewhere: tabs.drawingsElsewhere,
    unlabel: sample => api.relabel(sample, null),
    wait,
    notify,
  });
  const recent = createRecentModel({
    load: before => api.samples({ room: roomName, limit: samplesPerPage, before }),
    events: room.events,
    wait,
    random,
  });
  const hosting = createHostingModel({ connection, drawing, toasts });
  const training = createTrainingModel({ connection, api, wait });
  const keyboardPen = createKeyboardPen(drawing);
  const explanation = createExplanationModel({ api, ink: drawing.ink, snapshot: drawing.snapshot, notify });
  const idle = createIdleSignal(drawing.ink, wait);
  const reading = computed(() =>
    readGuess({
      guess: drawing.guess.value,
      blank: drawing.blank.value,
      paused: idle.paused.value,
    }),
  );
  const opinion = computed(() =>
    contradiction({
      guess: drawing.guess.value,
      reading: reading.value,
      opinion: drawing.opinion.value,
    }),
  );
  const label = computed((): LabelState | undefined => {
    if (drawing.blank.value) return undefined;
    const pending = outbox.states.value.get(drawing.id.value);
    if (pending === undefined && outbox.withdrawn.value.has(drawing.id.value)) return undefined;
    const stored = room.tileOf(drawing.id.value)?.label.value;
    return pending ?? (stored === undefined ? undefined : { state: 'saved', digit: stored });
  });
  const caption = computed(() =>
    captionOf({
      reading: reading.value,
      label: label.value,
      link: connection.link.value,
      full: drawing.full.value,
    }),
  );
  const announcer = createAnnouncer(
    computed(() => {
      const captions = [
        caption.value,
        ...(opinion.value === undefined ? [] : [opinionCaption(opinion.value)]),
      ].join(' ');
      return keyboardPen.cursor.value.state === 'down' ? texts.value.caption.penIsDown(captions) : captions;
    }),
    wait,
  );
  const stopFullNotice = effect(() => {
    if (drawing.full.value) notify(texts.peek().notice.full);
  });

  let wasOverloaded = false;
  const stopPaceNotice = connection.listen('pace', ({ overloaded }) => {
    if (overloaded && !wasOverloaded) notify(texts.value.notice.crowded);
    wasOverloaded = overloaded;
  });

  let newestLabel: Promise<void> | undefined;
  function setLabel(digit: number) {
    if (drawing.blank.value) return;
    const withdrawable = wait(withdrawAfterMs);
    newestLabel = withdrawable;
    void withdrawable.then(() => {
      if (newestLabel === withdrawable) newestLabel = undefined;
    });
    outbox.label(drawing.markLabelled(), digit);
  }

  return {
    connection,
    api,
    router,
    theme,
    toasts,
    wait,
    random,
    drawing,
    room,
    outbox,
    recent,
    hosting,
    training,
    touchPolicy: createTouchPolicy(wait),
    keyboardPen,
    explanation,
    reading,
    opinion,
    label,
    caption,
    announced: announcer.announced,
    setLabel,
    withdrawLabel() {
      const digit = label.value?.digit;
      if (digit !== undefined && newestLabel === undefined) outbox.withdraw(drawing.markUnlabelled(), digit);
    },
    confirm() {
      const now = reading.value;
      if ((now.state === 'decided' || now.state === 'undecided') && label.value?.digit !== now.digit) {
        setLabel(now.digit);
      }
    },
    next() {
      keyboardPen.hide();
      outbox.finish(drawing.next());
    },
    erased() {
      keyboardPen.hide();
      drawing.forget(drawing.id.value);
      outbox.clear();
    },
    deleted(id) {
      if (id !== null) drawing.forget(id);
    },
    save() {
      drawing.save();
      outbox.refresh(drawing.snapshot());
    },
    stop() {
      stopFullNotice();
      stopPaceNotice();
      announcer.stop();
      idle.stop();
      explanation.stop();
      hosting.stop();
      training.stop();
      recent.stop();
      outbox.stop();
      tabs.stop();
      drawing.stop();
      room.stop();
    },
  };
}
