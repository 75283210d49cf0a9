// Many tabs, few connections: who shows which streams, and on which link they come. Runs in a SharedWorker or in one of
// the tabs.

import { fetchSnapshot, Link } from './link';
import { isSeen } from './place';
import type { Settings, StreamEvent, ToHub, ToTab, Transport, Wishes } from './types';

interface Member {
  wishes: Wishes;
  post(message: ToTab): void;
  link: Link;
  /** What came live while its snapshot is being fetched. */
  queue?: StreamEvent[] | undefined;
}

const TOKEN_MS = 5000;

/** A link can also carry what `wishes` says. */
const fits = (link: Link, wishes: Wishes) =>
  !link.isClosed &&
  (link.alone
    ? JSON.stringify(link.wishes) === JSON.stringify(wishes)
    : Object.entries(wishes).every(([name, text]) => (link.wishes[name] ?? text) === text));

const union = (members: Member[]): Wishes => Object.assign({}, ...members.map(({ wishes }) => wishes));

export class Hub {
  #settings: Settings;
  #settle: number;
  #members = new Map<string, Member>();
  #links = new Set<Link>();
  #waiting = new Set<Link>(); // not yet started
  #tokens: ((token: string) => void)[] = [];

  /** `settle`: ms to wait for tabs that follow from another hub, before the first connection. */
  constructor(settings: Settings, settle = 0) {
    this.#settings = settings;
    this.#settle = settle;
  }

  /** What a tab says; `post` answers it. */
  hear(id: string, message: ToHub, post: (message: ToTab) => void): void {
    if (message.say === 'join') this.#join(id, message, post);
    else if (message.say === 'leave') this.leave(id);
    else if (message.say === 'token') for (const take of this.#tokens.splice(0)) take(message.token);
    else for (const link of this.#links) link.network(message.online);
  }

  leave(id: string): void {
    const member = this.#members.get(id);
    if (!member) return;
    this.#members.delete(id);
    const rest = this.#of(member.link);
    if (rest.length) return member.link.want(union(rest));
    member.link.close();
    this.#links.delete(member.link);
  }

  #of(link: Link): Member[] {
    return [...this.#members.values()].filter((member) => member.link === link);
  }

  #join(id: string, { wishes, position, start, bare }: ToHub & { say: 'join' }, post: Member['post']): void {
    if (this.#members.has(id)) return;
    this.#settings.bare = { ...this.#settings.bare, ...bare };
    const shared = [...this.#links].find((link) => fits(link, wishes));
    if (!shared) {
      const member = { wishes, post } as Member;
      this.#members.set(id, member);
      member.link = this.#open(wishes, position, start);
      post({ say: 'condition', condition: member.link.condition });
      return;
    }
    const member: Member = { wishes, post, link: shared };
    this.#members.set(id, member);
    post({ say: 'condition', condition: shared.condition });
    if (this.#waiting.has(shared) && !position === !shared.position) {
      // All start from the oldest position; each drops what it knows.
      shared.want(union(this.#of(shared)));
      if (isSeen(position, shared.position)) shared.position = position;
      return;
    }
    if (position) {
      const data = { reason: 'unknown', from: position, to: null, missed: null };
      const gap: StreamEvent = { type: 'gap', stream: '', data, id: '', snapshot: false };
      post({ say: 'events', events: [gap], position });
    }
    this.#welcome(member);
  }

  #open(wishes: Wishes, position: string, start?: Transport): Link {
    const link: Link = new Link(
      this.#settings,
      wishes,
      position,
      {
        events: (events) => this.#spread(link, events),
        condition: (condition) => {
          const members = this.#of(link);
          if (condition.state === 'closed' && new Set(members.map((m) => JSON.stringify(m.wishes))).size > 1) {
            return this.#split(link, members);
          }
          for (const member of members) member.post({ say: 'condition', condition });
        },
        token: () => this.#token(link),
      },
      start,
    );
    this.#links.add(link);
    this.#waiting.add(link);
    setTimeout(() => {
      this.#waiting.delete(link);
      void link.run();
    }, this.#settle);
    return link;
  }

  #spread(link: Link, events: StreamEvent[]): void {
    for (const member of this.#of(link)) this.#give(member, events, link.position);
  }

  #give(member: Member, all: StreamEvent[], position: string): void {
    const events = all.filter(({ stream }) => !stream || stream in member.wishes);
    if (member.queue) member.queue.push(...events);
    else if (events.length) member.post({ say: 'events', events, position });
  }

  /** One member's streams were refused: no reason for the others to be without theirs. */
  #split(link: Link, members: Member[]): void {
    this.#links.delete(link);
    for (const member of members) {
      const { wishes } = member;
      const shared = [...this.#links].find((other) => other.alone && fits(other, wishes));
      member.link = shared ?? this.#open(wishes, link.position);
      member.link.alone = true;
    }
  }

  /** A newcomer gets the newest values, while what is live waits for him: nothing is missed in between. */
  #welcome(member: Member): void {
    const { link } = member;
    member.queue = [];
    const isHere = () => [...this.#members.values()].includes(member);
    fetchSnapshot(this.#settings, member.wishes, {
      events: (events) => {
        if (isHere()) this.#give({ ...member, queue: undefined }, events, link.position);
      },
      condition: (condition) => {
        if (condition.state === 'closed') member.post({ say: 'condition', condition });
      },
      token: () => this.#token(link),
      done: (position) => {
        if (!isHere()) return;
        const queue = member.queue!.filter(({ id }) => !isSeen(id, position));
        member.queue = undefined;
        this.#give(member, queue, link.position);
        link.want(union(this.#of(link)), position);
      },
    });
  }

  #token(link: Link): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#tokens.push(resolve);
      setTimeout(() => reject(new Error('no page gave a token')), TOKEN_MS);
      this.#of(link)[0]?.post({ say: 'token' });
    });
  }
}
