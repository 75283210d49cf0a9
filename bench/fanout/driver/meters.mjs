// What processes cost: CPU time and memory, read from /proc.
import {readFileSync, readdirSync} from 'node:fs';
import os from 'node:os';

const ticksPerSecond = 100;  // USER_HZ, the same on every Linux architecture that this runs on

function cpuOf(pid) {
  try {
    // schedstat counts user and system time in nanoseconds; stat's hundredths are too coarse for a cheap server
    return readdirSync(`/proc/${pid}/task`)
      .map(task => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
      .reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
  } catch {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop().split(' ');
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }
}

/** User and system seconds that the processes have used since they started. */
export const cpuSeconds = pids => pids.map(cpuOf).reduce((sum, seconds) => sum + seconds, 0);

/** Bytes that belong to the processes: anonymous memory and shared segments, each page once. */
export function memoryBytes(pids) {
  let kilobytes = 0;
  for (const pid of pids)
    for (const [, size] of readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Pss_(?:Anon|Shmem):\s+(\d+) kB/gm))
      kilobytes += Number(size);
  return kilobytes * 1024;
}

/** Of all processors' time since boot: seconds in all, idle, and taken by the host. */
export function machineTime() {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number);
  return {all: fields.reduce((a, b) => a + b) / ticksPerSecond, idle: (fields[3] + fields[4]) / ticksPerSecond, stolen: fields[7] / ticksPerSecond};
}

export function machine() {
  const release = readFileSync('/etc/os-release', 'utf8').match(/^PRETTY_NAME="?([^"\n]*)/m);
  return {
    processor: os.cpus()[0]?.model ?? 'unknown',
    processors: os.cpus().length,
    memory_mb: Math.round(os.totalmem() / 2 ** 20),
    kernel: `${os.type()} ${os.release()}`,
    system: release ? release[1] : 'unknown',
    load: os.loadavg().map(value => Number(value.toFixed(2))),
  };
}
