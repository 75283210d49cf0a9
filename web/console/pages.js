// The pages of the console: each is a section, its name stands behind #/ in the address.

import { byId } from '/shared/dom.js';

const sections = [...document.querySelectorAll('main > [data-page]')];

/** {page, parameters} of an address like #/live?stream=desk; the first page when it names none. */
function read(hash) {
  const [name, query] = hash.replace(/^#\/?/, '').split('?');
  const page = sections.some((section) => section.dataset.page === name) ? name : sections[0].dataset.page;
  return { page, parameters: new URLSearchParams(query) };
}

export const currentPage = () => read(location.hash).page;

/** Calls `opened(page, parameters)` for the page shown now, and whenever another is chosen. */
export function showPages(opened) {
  const show = (moves) => {
    const { page, parameters } = read(location.hash);
    for (const section of sections) section.hidden = section.dataset.page !== page;
    for (const link of byId('pages').querySelectorAll('a')) {
      if (link.hash === `#/${page}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    const title = sections.find((section) => !section.hidden).querySelector('h2');
    document.title = `${title.textContent.trim()} – Sluice`;
    if (moves) {
      title.focus({ preventScroll: true }); // a screen reader reads on from there
      scrollTo(0, 0);
    }
    opened(page, parameters);
  };
  addEventListener('hashchange', () => show(true));
  show(false);
}
