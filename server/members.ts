import { graceMs, leaveAfterMs } from '../shared/limits.ts';
import type { Person } from '../shared/protocol.ts';

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
}

/** As nodes know each other's people: somebody on two of them, or on the way from one to another, is one person. */
export interface OwnPerson extends Person {
  session: string;
}

interface Listener<Who> {
  came(who: Who): void;
  left(person: number): void;
}

export interface MembersParts {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Hears who is in the room, on whatever node. */
  room: Listener<Person>;
  /** Hears who is on this one. */
  nodes: Listener<OwnPerson>;
}

const personOf = ({ person, name }: Person): Person => ({ person, name });
const ownOf = ({ person, name, session }: OwnPerson): OwnPerson => ({ person, name, session });
const isOwn = ({ presence }: Member) => presence !== undefined && presence.state !== 'gone';
const isListed = (member: Member) => isOwn(member) || member.elsewhere > 0;

/** The people of a room, by session: on this node, on others, or on both. */
export function createMembers({ now, room, nodes }: MembersParts) {
  const members = new Map<string, Member>();
  let numbers = 0;

  function known(session: string): Member {
    const member = members.get(session) ?? {
      person: ++numbers,
      name: '',
      session,
      presence: undefined,
      elsewhere: 0,
    };
    members.set(session, member);
    return member;
  }

  function unlist(member: Member) {
    if (!isListed(member)) room.left(member.person);
  }

  function forget({ session, presence, elsewhere }: Member) {
    if (presence === undefined && elsewhere === 0) members.delete(session);
  }

  return {
    enter(session: string, name?: string): Person {
      const member = known(session);
      const [wasListed, wasOwn] = [isListed(member), isOwn(member)];
      const renamed = name !== undefined && name !== member.name;
      if (renamed) member.name = name;
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
    /** Another node says that they are there. What they are called here counts while they are here. */
    admit(session: string, name: string): Person {
      const member = known(session);
      const wasListed = isListed(member);
      member.elsewhere++;
      const renamed = member.presence?.state !== 'here' && name !== member.name;
      if (renamed) member.name = name;
      if (!wasListed || renamed) room.came(personOf(member));
      return personOf(member);
    },
    /** One that said so says it no longer, or is gone itself. */
    expel(session: string) {
      const member = members.get(session);
      if (member === undefined || member.elsewhere === 0) return;
      member.elsewhere--;
      unlist(member);
      forget(member);
    },
    own: (): OwnPerson[] => [...members.values()].filter(isOwn).map(ownOf),
    people: (): Person[] => [...members.values()].filter(isListed).map(personOf),
    /** Ages the absent. Returns the sessions that will not come back. */
    sweep(): string[] {
      const over: string[] = [];
      for (const [session, member] of members) {
        const { presence } = member;
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
