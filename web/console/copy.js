// Copies a text where the browser allows it (https or localhost); elsewhere selects it, ready for the user's own copy.

const SAID_MS = 2000;

export async function copy(element, button) {
  getSelection().selectAllChildren(element);
  const before = (button.dataset.says ??= button.textContent);
  try {
    await navigator.clipboard.writeText(element.textContent);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Selected';
  }
  setTimeout(() => (button.textContent = before), SAID_MS);
}
