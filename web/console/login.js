// The login: asks the gateway for its cookie, then goes on to where the user came from.

import { remember } from '/console/session.js';
import { byId } from '/shared/dom.js';

/** A page of this gateway, whatever the address bar says: a link from elsewhere must not lead away from here. */
function next() {
  try {
    const wanted = new URL(new URLSearchParams(location.search).get('to') ?? '/', location.origin);
    return wanted.origin === location.origin ? wanted.href : '/';
  } catch {
    return '/';
  }
}

async function logIn({ user, password }) {
  const response = await fetch('/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user, password }),
  });
  if (response.ok) return;
  const problem = await response.json().catch(() => ({}));
  const later = response.headers.get('Retry-After');
  const wait = later ? ` Try again in ${later} s.` : '';
  throw new Error((problem.detail ?? `the gateway answered ${response.status}`) + wait);
}

byId('login').onsubmit = async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const login = Object.fromEntries(new FormData(form));
  byId('answer').textContent = '';
  byId('send').disabled = true;
  try {
    await logIn(login);
    remember(login.user);
    location.replace(next());
  } catch (error) {
    const lost = error instanceof TypeError; // fetch's own, when no answer came
    byId('answer').textContent = lost ? 'The gateway cannot be reached.' : `Not logged in: ${error.message}`;
    form.elements.password.value = '';
    form.elements.password.focus();
  }
  byId('send').disabled = false;
};
