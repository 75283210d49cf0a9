// Who is logged in, as far as a page can know: the login's cookie is out of its reach, so login.html leaves the name.

import { byId, put } from '/shared/dom.js';

const KEY = 'sluice user';

export function showSession() {
  const user = localStorage.getItem(KEY);
  byId('session').classList.toggle('hidden', !user);
  put(byId('user'), user ?? '');
}

export const remember = (user) => localStorage.setItem(KEY, user);

/** The card that offers a login, for a refusal; none without. */
export function offerLogin(refusal) {
  byId('refused').classList.toggle('hidden', !refusal);
  document.querySelector('main').classList.toggle('hidden', !!refusal);
  if (!refusal) return;
  const known = refusal.status === 403;
  put(byId('refused-why'), known ? 'You are logged in, but not as an admin.' : refusal.message);
  byId('to-login').href = `/login.html?to=${encodeURIComponent(`/${location.hash}`)}`;
}

export async function logOut() {
  await fetch('/logout', { method: 'POST' });
  localStorage.removeItem(KEY);
  location.reload();
}
