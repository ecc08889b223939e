// Documents in words.
import { Problem } from '../api';

const UNITS = ['bytes', 'KB', 'MB', 'GB'];

/** 1234567 is 1.2 MB. */
export function sizeWords(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 999.5 && unit < UNITS.length - 1) [size, unit] = [size / 1000, unit + 1];
  const number = unit > 0 && size < 9.95 ? Math.round(size * 10) / 10 : Math.round(size);
  return `${number} ${number === 1 && unit === 0 ? 'byte' : UNITS[unit]}`;
}

const TYPES: { [type: string]: string } = {
  'application/pdf': 'PDF',
  'application/octet-stream': 'Not known',
  'text/plain': 'Text',
  'text/html': 'Web page',
  'application/msword': 'Word',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
};

export function typeWords(type: string): string {
  if (TYPES[type]) return TYPES[type];
  const [kind, name = ''] = type.split('/');
  return kind === 'image' ? `Picture (${name.toUpperCase()})` : type;
}

/** Why a file was not taken. */
export function refusalWords(error: unknown, file: File): string {
  const problem = Problem.of(error);
  if (problem.status !== 413) return problem.message;
  const limit = /at most (\d+) bytes/.exec(problem.message)?.[1];
  const most = limit ? `, and at most ${sizeWords(Number(limit))} are accepted` : '';
  return `This file is too large: it has ${sizeWords(file.size)}${most}. Nothing was stored. Scan with a lower resolution, or without colours.`;
}
