// What the console asks the gateway for: its routes for admins, all at once, again and again while somebody looks.

const ASK_MS = 2000;

/** The gateway answered, but not with what was asked for. `status` 401 and 403: a login may help. */
export class Refusal extends Error {
  constructor(status, detail) {
    super(detail || `the gateway answered ${status}`);
    this.status = status;
  }
  get wantsLogin() {
    return this.status === 401 || this.status === 403;
  }
}

/** An answer of 2xx; otherwise throws a Refusal with the gateway's own words. */
export async function ask(path, options = {}) {
  const response = await fetch(path, { cache: 'no-store', ...options });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refusal(response.status, problem.detail ?? problem.title);
}

export const askJson = async (path) => (await ask(path)).json();

/** Everything that the pages show: {status, mappings, errors, metrics, now: ms by the gateway's own clock}. */
async function askAll() {
  const [first, mappings, errors, metrics] = await Promise.all([
    ask('/api/status'),
    askJson('/mappings'),
    askJson('/mappings/errors'),
    ask('/metrics').then((response) => response.text()),
  ]);
  const now = Date.parse(first.headers.get('Date')) || Date.now();
  return { status: await first.json(), mappings, errors, metrics, now };
}

/**
 * Calls `told` with each answer, `failed` with each error. Rests while the page is hidden, and after a refusal that
 * wants a login until the page is looked at again: the login may have been made in another tab.
 */
export function watch(told, failed) {
  let rests = false;
  let isAsking = false;
  const look = async () => {
    if (document.hidden || isAsking) return;
    isAsking = true;
    try {
      told(await askAll());
      rests = false;
    } catch (error) {
      rests = error.wantsLogin === true;
      failed(error);
    }
    isAsking = false;
  };
  setInterval(() => rests || look(), ASK_MS);
  document.addEventListener('visibilitychange', look);
  addEventListener('focus', look);
  look();
}
