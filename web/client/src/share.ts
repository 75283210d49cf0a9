// How a page reaches the gateway: by a link of its own, or by that of all tabs.

import { Link } from './link';
import type { Settings, ToHub, ToTab } from './types';

export type Take = (message: ToTab) => void;
export type Send = (message: ToHub) => void;

/** A link of this page only. */
export function alone(settings: Settings, take: Take, token: () => string | Promise<string>): Send {
  let link: Link;
  return (message) => {
    if (message.say === 'join') {
      link = new Link(
        { ...settings, bare: message.bare },
        message.wishes,
        message.position,
        {
          events: (events) => take({ say: 'events', events, position: link.position }),
          condition: (condition) => take({ say: 'condition', condition }),
          token,
        },
        message.start,
      );
      void link.run();
    } else if (message.say === 'leave') {
      link.close();
    } else if (message.say === 'network') {
      link.network(message.online);
    }
  };
}

/** The link of all tabs; `script` is the address of tabs.js. `joining`: what to say to a hub that takes over. */
export function shared(
  settings: Settings,
  script: string,
  joining: () => ToHub,
  take: Take,
  token: () => string | Promise<string>,
): Send {
  const early: ToHub[] = [];
  let send: Send = (message) => early.push(message);
  const become = (next: Send) => {
    send = next;
    early.forEach(next);
  };
  const byItself = () => alone(settings, take, token);
  import(/* @vite-ignore */ script).then(
    ({ share }) => become(share(settings, script, joining, take, byItself)),
    () => become(byItself()),
  );
  return (message) => send(message);
}
