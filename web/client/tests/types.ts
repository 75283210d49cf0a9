// What must be refused by the compiler, and what not: read by `npm run check` only.

import { createClient } from '../src/client';

interface Events {
  height: { cm: number };
  error: { code: 'A' } | { code: 'B' };
}

const client = createClient<Events>({ streams: { desk: { desk: ['a'] } } });
client.on('height', ({ cm }) => cm.toFixed());
client.on('desk.height', ({ cm }) => cm.toFixed());
client.on('error', ({ code }) => code satisfies 'A' | 'B');
client.on('gap', ({ missed }) => missed satisfies number | null);
client.getSnapshot().events.height?.cm.toFixed();
// @ts-expect-error: no such event
client.on('width', () => {});
// @ts-expect-error: no such field
client.on('height', ({ mm }) => mm);
// @ts-expect-error: at least streams
createClient<Events>({});

const any = createClient({ streams: 'desk' });
any.on('anything', (data) => data satisfies unknown);
