// Messages of every kind that a mapping knows, and what each one's event is, to the byte.

/** Names that are hard on somebody: EventSource's own, the wire's fields, JavaScript's properties, one in two cases. */
const NAMES = [
  ...['message', 'error', 'close', 'data', 'id', 'event', 'retry'],
  ...['constructor', '__proto__', 'toString', 'Height-Update_2', 'HEIGHT-UPDATE_2', '0', '-', 'n'.repeat(100)],
];
export const EVENTS = [...NAMES, 'bare', 'reading'];

/** Three streams of the same events, one for each frame. */
export const FRAMES = ['event', 'data', 'envelope'];

const quoted = (names) => names.map((name) => `"${name}"`).join(', ');
export const MAPPING = {
  'mixed.yaml': `events:
${NAMES.map((name) => `  "${name}": any\n`).join('')}  bare: any
  reading:
    celsius: number -40..85
    ok: bool
    mode: heat | cool
    note: text | null
    rooms: [text]
    at: {x: int, y: int}
    counter: optional int
rules:
${NAMES.map((name) => `  - {topic: "mixed/${name}/{n:int}", emit: "${name}"}\n`).join('')}  - topic: mixed/bare/{n:int}
    emit: {event: bare, data: =value}
  - topic: mixed/reading/{n:int}
    emit: reading
streams:
${FRAMES.map(
  (frame) =>
    `  ${frame}: {path: /mixed/${frame}, frame: ${frame}, events: [${quoted(EVENTS)}], on_connect: [${quoted(EVENTS)}]}\n`,
).join('')}`,
};

const TEXTS = [
  '',
  ' ',
  '  two spaces first, one last ',
  'a\nb',
  'a\r\nb\rc\n\rd',
  '\n',
  '\n\n',
  ': a comment?',
  'data: x',
  'id: 7\nevent: gap\ndata: {}\n\n',
  'Grüße, Ωμέγα, Привет, 日本語',
  '🙂 👩‍👩‍👧 🇩🇪 e\u0301 \u202eright to left',
  '\u0085 ends no line here',
  '\ufeffa mark first',
  'NUL \u0000, bell \u0007, escape \u001b, delete \u007f, tab \t',
  '"quoted" and \\ and </script><!--',
  '[1,2',
  'x'.repeat(5000),
];

/** What a device writes, and what the gateway does: shortest-exact, integers of 64 bits exact. */
const VALUES = [
  ['0', '0'],
  ['95.0', '95'],
  ['21.50', '21.5'],
  ['-1.5e3', '-1500'],
  ['0.1', '0.1'],
  ['3.3333333333333335', '3.3333333333333335'],
  ['9007199254740993', '9007199254740993'],
  ['-9223372036854775808', '-9223372036854775808'],
  ['5e-324', '5e-324'],
  ['1.7976931348623157e308', '1.7976931348623157e+308'],
  ['true', 'true'],
  ['null', 'null'],
  ['[]', '[]'],
  ['[1, [2.0, ["three"]], {"four": null}]', '[1,[2,["three"]],{"four":null}]'],
  ['""', '""'],
  ['"a\\nb"', '"a\\nb"'],
  ['"\u2028 \u2029"', '"\\u2028 \\u2029"'], // JavaScript before 2019 took these for line ends
];

const READINGS = [
  [
    '{"celsius": 21.0, "ok": true, "mode": "heat", "note": null, "rooms": ["a", "b"], "at": {"y": -2, "x": 1}, "more": 1}',
    '{"celsius":21,"ok":true,"mode":"heat","note":null,"rooms":["a","b"],"at":{"x":1,"y":-2}}',
  ],
  [
    '{"counter": 9007199254740993, "at": {"x": 0, "y": 0}, "rooms": [], "note": "ü\\n", "mode": "cool", "ok": false, "celsius": -0.25}',
    '{"celsius":-0.25,"ok":false,"mode":"cool","note":"ü\\n","rooms":[],"at":{"x":0,"y":0},"counter":9007199254740993}',
  ],
];

const OBJECTS = [
  ['{}', ''],
  ['{"": 1, "a b": {"c": []}}', '"":1,"a b":{"c":[]},'],
  ['{"__proto__": {"x": 1}, "constructor": "y"}', '"__proto__":{"x":1},"constructor":"y",'],
];

const LONG = 200; // every so many there is one of 150,000 bytes

/** The message number `n`: its topic and payload, and the event's name and data. */
export function message(n) {
  const of = (list) => list[Math.floor(n / 5) % list.length];
  const made = (name, payload, data) => ({ topic: `mixed/${name}/${n}`, payload, name, data, retain: n % 7 === 0 });
  const name = NAMES[n % NAMES.length];
  if (n % LONG === LONG - 1) {
    const text = 'Ünïcödé '.repeat(11_500);
    return made(name, JSON.stringify({ text }), `{"text":"${text}","n":${n}}`);
  }
  if (n % 5 === 1) return made('bare', ...of(VALUES));
  if (n % 5 === 2) return made('reading', ...of(READINGS));
  if (n % 5 === 3) {
    const [payload, fields] = of(OBJECTS);
    return made(name, payload, `{${fields}"n":${n}}`);
  }
  const text = JSON.stringify(TEXTS[n % TEXTS.length]);
  return made(name, `{"text":${text}}`, `{"text":${text},"n":${n}}`);
}
