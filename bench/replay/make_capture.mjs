// Writes a capture of so many messages: ten desks' distance readings and a pack's cells, in turn, a millisecond apart.
const count = Number(process.argv[2] ?? 1_000_000);
process.stdout.write('{"format":"sluice-capture","version":1,"started":"2026-03-01T08:00:00.000Z"}\n');
let lines = '';
for (let i = 0; i < count; ++i) {
  const ms = i;
  const [topic, payload] =
    i % 2 === 0
      ? [`desk/d${(i / 2) % 10}/range`, { raw_mm: 900 + ((i * 7) % 300), timestamp_ms: ms }]
      : [`bms/p1/cell/${(i >> 1) % 96}`, { mv: 3200 + ((i * 13) % 400), bal: i % 9 === 0 }];
  lines += `${JSON.stringify({ us: ms * 1000, topic, qos: 1, payload: JSON.stringify(payload) })}\n`;
  if (lines.length < 1 << 20) continue;
  if (!process.stdout.write(lines)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  lines = '';
}
process.stdout.write(lines);
