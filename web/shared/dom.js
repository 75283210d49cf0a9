// Small words for the page's elements.

export const byId = (id) => document.getElementById(id);

/** A text, changed only when it differs: a screen reader reads each change of a live region aloud. */
export function put(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}

/** A state in words; the colour only repeats it. */
export function say(element, is, text) {
  if (element.dataset.is !== is) element.dataset.is = is;
  put(element, text);
}

/** A copy of a template's element. */
export const copyOf = (template) => byId(template).content.firstElementChild.cloneNode(true);

/** `make('li', { className: 'tag' }, 'text', otherElement)`. */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** Calls once for all calls of one frame. */
export function onceAFrame(draw) {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  };
}
