import { graceMs, leaveAfterMs } from '../../shared/limits.ts';
import type { Person } from '../../shared/protocol.ts';

/** A session on this node: `here` on that many connections, `away` since then, or `gone` from the list. */
type Presence =
  | { state: 'here'; connections: number }
  | { state: 'away'; sinceMs: number }
  | { state: 'gone'; sinceMs: number };

interface Member extends OwnPerson {
  /** Absent for who was never here, or is long gone. */
  presence: Presence | undefined;
  /** Other nodes that speak for them. */
  elsewhere: number;
  /** When the last node that did stopped. Their drawings keep the number, so it is theirs when they come back. */
  goneMs: number;
}

/** As nodes know each other's people: somebody on two of them, or on the way from one to another, is one person. */
export interface OwnPerson extends Person, Naming {
  session: string;
}

/** Of the names that nodes know for a session, the one given last counts, on every node. */
export interface Naming {
  name: string;
  /** Milliseconds of the era; 0 for a person without a name. */
  namedAt: number;
}

interface Listener<Who> {
  came(who: Who): void;
  left(person: number): void;
}

export interface PresenceParts {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds of the era. */
  date(): number;
  /** Hears who is in the room, on whatever node. */
  room: Listener<Person>;
  /** Hears who is on this one. */
  nodes: Listener<OwnPerson>;
}

const personOf = ({ person, name }: Person): Person => ({ person, name });
const ownOf = ({ person, name, namedAt, session }: OwnPerson): OwnPerson => ({
  person,
  name,
  namedAt,
  session,
});
/** Two names of one millisecond: any order will do that is the same on every node. */
const isNewer = (one: Naming, other: Naming) =>
  one.namedAt > other.namedAt || (one.namedAt === other.namedAt && one.name > other.name);
const isOwn = ({ presence }: Member) => presence !== undefined && presence.state !== 'gone';
const isListed = (member: Member) => isOwn(member) || member.elsewhere > 0;

/** The people of a room, by session: on this node, on others, or on both. */
export function createPresence({ now, date, room, nodes }: PresenceParts) {
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

  /** Whether the member is called something else from now on. */
  function name(member: Member, naming: Naming): boolean {
    if (!isNewer(naming, member)) return false;
    const renamed = naming.name !== member.name;
    Object.assign(member, { name: naming.name, namedAt: naming.namedAt });
    return renamed;
  }

  function unlist(member: Member) {
    if (!isListed(member)) room.left(member.person);
  }

  function forget({ session, presence, elsewhere, goneMs }: Member) {
    if (presence === undefined && elsewhere === 0 && now() - goneMs > graceMs) members.delete(session);
  }

  return {
    /** `called` is undefined where the person says nothing of a name, and '' where they take theirs off. */
    enter(session: string, called?: string): Person {
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
    leave(session: string) {
      const member = members.get(session);
      if (member?.presence?.state !== 'here') return;
      const connections = member.presence.connections - 1;
      member.presence = connections > 0 ? { state: 'here', connections } : { state: 'away', sinceMs: now() };
    },
    /** Another node says that they are there. */
    admit(session: string, naming: Naming): Person {
      const member = known(session);
      const wasListed = isListed(member);
      member.elsewhere++;
      const renamed = name(member, naming);
      if (!wasListed || renamed) room.came(personOf(member));
      return personOf(member);
    },
    /** The number of somebody who drew something, here or not, for as long as they may come back. */
    numberOf(session: string): number {
      const member = known(session);
      if (!isListed(member)) member.goneMs = now();
      return member.person;
    },
    /** Another node that said so says what they are called now. */
    rename(session: string, naming: Naming) {
      const member = members.get(session);
      if (member !== undefined && name(member, naming)) room.came(personOf(member));
    },
    /** One that said so says it no longer, or is gone itself. */
    expel(session: string) {
      const member = members.get(session);
      if (member === undefined || member.elsewhere === 0) return;
      member.elsewhere--;
      if (member.elsewhere === 0) member.goneMs = now();
      unlist(member);
    },
    own: (): OwnPerson[] => [...members.values()].filter(isOwn).map(ownOf),
    people: (): Person[] => [...members.values()].filter(isListed).map(personOf),
    /** Ages the absent. Returns the sessions that will not come back. */
    sweep(): string[] {
      const over: string[] = [];
      for (const [session, member] of members) {
        const { presence } = member;
        forget(member);
        if (presence === undefined || presence.state === 'here') continue;
        const absentMs = now() - presence.sinceMs;
        if (presence.state === 'away' && absentMs > leaveAfterMs) {
          member.presence = { state: 'gone', sinceMs: presence.sinceMs };
          nodes.left(member.person);
          unlist(member);
        }
        if (absentMs <= graceMs) continue;
        member.presence = undefined;
        forget(member);
        over.push(session);
      }
      return over;
    },
    /** Nobody of ours is here, or may still come back. */
    empty: () => ![...members.values()].some(({ presence }) => presence !== undefined),
  };
}
