import type { Ack } from './ack.ts';
import type { HostAction, HostView, RoomNews } from './host-protocol.ts';
import type {
  Draw,
  Finish,
  Frame,
  Guess,
  Label,
  Look,
  Opinion,
  Pace,
  Person,
  Redraw,
  Reread,
  Snapshot,
  Welcome,
} from './protocol.ts';
import type { Model, RefusedModel, Training } from './training-protocol.ts';

/** The events of Socket.IO and their payloads. */

export interface ClientToServer {
  draw: (draw: Draw) => void;
  redraw: (redraw: Redraw, ack: (answer: Ack) => void) => void;
  finish: (finish: Finish, ack: (answer: Ack) => void) => void;
  /** The server answers with a `snapshot` of the page; frames follow. */
  look: (page: Look, ack: (answer: Ack) => void) => void;
  label: (label: Label, ack: (answer: Ack<{ sample: number }>) => void) => void;
  host: (action: HostAction, ack: (answer: Ack<HostView>) => void) => void;
}

export interface ServerToClient {
  welcome: (welcome: Welcome) => void;
  guess: (guess: Guess) => void;
  /** For the author. */
  opinion: (opinion: Opinion) => void;
  frame: (frame: Frame) => void;
  /** A client that fell behind gets the current state of the room instead of the ticks it missed. */
  snapshot: (snapshot: Snapshot & { people: Person[] }) => void;
  resend: (resend: { drawing: string }) => void;
  /** Another version is the champion, or a candidate was refused. */
  model: (model: Model | RefusedModel) => void;
  training: (training: Training) => void;
  reread: (reread: Reread) => void;
  pace: (pace: Pace) => void;
  room: (news: RoomNews) => void;
}
