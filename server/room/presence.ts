import { graceMs, leaveAfterMs } from '../../shared/limits.ts';
import type { Person } from '../../shared/protocol.ts';

/** A session on this node: `here` with a number of connections, `away` since a time, or `gone` from the list. */
type Presence =
  | { state: 'here'; connections: number }
  | { state: 'away'; sinceMs: number }
  | { state: 'gone'; sinceMs: number };

interface Member extends OwnPerson {
  /** Absent if the session was never here, or left long ago. */
  presence: Presence | undefined;
  /** Number of other nodes that have the person. */
  elsewhere: number;
  /**
   * Time at which the last of those nodes removed them. Their drawings keep the number, so a returning person gets it
   * back.
   */
  goneMs: number;
}

/** A person as nodes identify them, by session: somebody on two nodes, or between two nodes, is one person. */
export interface OwnPerson extends Person, Naming {
  session: string;
}

/** A session's name. If nodes know different names, the newest one applies on all of them. */
export interface Naming {
  name: string;
  /** Milliseconds of the era; 0 for a person without a name. */
  namedAt: number;
}

interface PresenceListener<P> {
  came(person: P): void;
  left(person: number): void;
}

export interface PresenceParts {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds of the era. */
  date(): number;
  /** The name by which the room shows a person. */
  shownName(person: OwnPerson): string;
  /** Receives changes of the people in the room on all nodes. */
  room: PresenceListener<Person>;
  /** Receives changes of the people on this node. */
  nodes: PresenceListener<OwnPerson>;
}

const ownOf = ({ person, name, namedAt, session }: OwnPerson): OwnPerson => ({
  person,
  name,
  namedAt,
  session,
});
/** Breaks ties of equal times in an order that is the same on all nodes. */
const isNewer = (one: Naming, other: Naming) =>
  one.namedAt > other.namedAt || (one.namedAt === other.namedAt && one.name > other.name);
const isOwn = ({ presence }: Member) => presence !== undefined && presence.state !== 'gone';
const isListed = (member: Member) => isOwn(member) || member.elsewhere > 0;

/** The people of a room, by session: on this node, on others, or on both. */
export function createPresence({ now, date, shownName, room, nodes }: PresenceParts) {
  const personOf = (member: OwnPerson): Person => ({ person: member.person, name: shownName(member) });
  const members = new Map<string, Member>();
  let numbers = 0;

  function known(session: string): Member {
    const member = members.get(session) ?? {
      person: ++numbers,
      name: '',
      namedAt: 0,
      session,
      presence: undefined,
      elsewhere: 0,
      goneMs: Number.NEGATIVE_INFINITY,
    };
    members.set(session, member);
    return member;
  }

  /** Updates the member's name; whether it changed. */
  function name(member: Member, naming: Naming): boolean {
    if (!isNewer(naming, member)) return false;
    const renamed = naming.name !== member.name;
    Object.assign(member, { name: naming.name, namedAt: naming.namedAt });
    return renamed;
  }

  function unlist(member: Member) {
    if (!isListed(member)) room.left(member.person);
  }

  /** The wall shows the names of those who drew on it, present or not. */
  function forget({ session, presence, elsewhere, goneMs }: Member, onWall: ReadonlySet<string>) {
    if (presence !== undefined || elsewhere > 0 || onWall.has(session)) return;
    if (now() - goneMs > graceMs) members.delete(session);
  }

  return {
    /** `called` is undefined if the person keeps their name, and '' if they remove it. */
    connect(session: string, called?: string): Person {
      const member = known(session);
      const [wasListed, wasOwn] = [isListed(member), isOwn(member)];
      const renamed =
        called !== undefined &&
        called !== member.name &&
        name(member, { name: called, namedAt: Math.max(date(), member.namedAt + 1) });
      const connections = member.presence?.state === 'here' ? member.presence.connections + 1 : 1;
      member.presence = { state: 'here', connections };
      if (!wasListed || renamed) room.came(personOf(member));
      if (!wasOwn || renamed) nodes.came(ownOf(member));
      return personOf(member);
    },
    disconnect(session: string) {
      const member = members.get(session);
      if (member?.presence?.state !== 'here') return;
      const connections = member.presence.connections - 1;
      member.presence = connections > 0 ? { state: 'here', connections } : { state: 'away', sinceMs: now() };
    },
    /** Another node has the person. */
    addRemote(session: string, naming: Naming): Person {
      const member = known(session);
      const wasListed = isListed(member);
      member.elsewhere++;
      const renamed = name(member, naming);
      if (!wasListed || renamed) room.came(personOf(member));
      return personOf(member);
    },
    /** The number of a person who drew something, present or absent, as long as they may return. */
    numberOf(session: string): number {
      const member = known(session);
      if (!isListed(member)) member.goneMs = now();
      return member.person;
    },
    /** A node that has the person, or the drawings of a person who left, reports a new name. */
    rename(session: string, naming: Naming) {
      const member = members.get(session);
      if (member !== undefined && name(member, naming) && isListed(member)) room.came(personOf(member));
    },
    /** A node no longer has the person, or is itself gone. */
    removeRemote(session: string) {
      const member = members.get(session);
      if (member === undefined || member.elsewhere === 0) return;
      member.elsewhere--;
      if (member.elsewhere === 0) member.goneMs = now();
      unlist(member);
    },
    /** The room shows other names from now on; `before` gives the one that it has shown. */
    reviewNames(before: (person: OwnPerson) => string) {
      for (const member of members.values())
        if (isListed(member) && before(member) !== shownName(member)) room.came(personOf(member));
    },
    /** People who are listed, may return, or drew what the wall shows. */
    known: (): OwnPerson[] => [...members.values()].map(ownOf),
    sessionOf: (person: number) => [...members.values()].find(each => each.person === person)?.session,
    own: (): OwnPerson[] => [...members.values()].filter(isOwn).map(ownOf),
    /** Those of `sessions` who are not here. */
    ownAbsent: (sessions: ReadonlySet<string>): OwnPerson[] =>
      [...members.values()].filter(member => sessions.has(member.session) && !isOwn(member)).map(ownOf),
    people: (): Person[] => [...members.values()].filter(isListed).map(personOf),
    /** Those of `persons` who are not listed, but have a name. */
    absent: (persons: ReadonlySet<number>): Person[] =>
      [...members.values()]
        .filter(member => persons.has(member.person) && !isListed(member))
        .map(personOf)
        .filter(({ name }) => name !== ''),
    /** Ages absent people; keeps the numbers and names of those who drew `onWall`. Returns the sessions that will not return. */
    sweep(onWall: ReadonlySet<string>): string[] {
      const over: string[] = [];
      for (const [session, member] of members) {
        const { presence } = member;
        forget(member, onWall);
        if (presence === undefined || presence.state === 'here') continue;
        const absentMs = now() - presence.sinceMs;
        if (presence.state === 'away' && absentMs > leaveAfterMs) {
          member.presence = { state: 'gone', sinceMs: presence.sinceMs };
          nodes.left(member.person);
          unlist(member);
        }
        if (absentMs <= graceMs) continue;
        member.presence = undefined;
        forget(member, onWall);
        over.push(session);
      }
      return over;
    },
    /** Whether no person of this node is present or may return. */
    empty: () => ![...members.values()].some(({ presence }) => presence !== undefined),
  };
}
