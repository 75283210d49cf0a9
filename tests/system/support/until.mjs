// Waiting for facts, never for a time: the deadline only says when to give up.

const EVERY_MS = 10;
const SECONDS = 60; // generous: a sanitizer's build on a busy machine is ten times slower

/** The first truthy answer of `fact`, asked again and again. */
export async function until(what, fact, seconds = SECONDS) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await fact();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

/** `promise`, or an error that says what did not happen. */
export async function within(what, promise, seconds = SECONDS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${seconds} s for ${what}`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
