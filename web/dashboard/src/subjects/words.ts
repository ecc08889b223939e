// Subjects, and what becomes of them, in words.
import { nameOf } from '../decision';
import type { Erased, Json, KnownSubject } from '../types';

export function titleOf(subject: KnownSubject): string {
  return nameOf(subject) ?? subject.id;
}

export function answersOf(subject: KnownSubject): [string, Json][] {
  return Object.entries(subject.preferences).map(([name, { value }]) => [name, value]);
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Somebody with a row of their own, or somebody of whom only the consent id is known. */
export type Whom = 'subject' | 'visitor';

/** What an erasure takes, or took: one line for each kind of thing. */
export function takenWords(erased: Erased): string[] {
  const lines: [number, string][] = [
    [Number(erased.subject), 'The subject: id, names, addresses, phones'],
    [erased.preferences, `${counted(erased.preferences, 'preference', 'preferences')} of the subject`],
    [erased.consents, `Person and circumstances of ${counted(erased.consents, 'consent', 'consents')}`],
    [erased.events, `What happened in ${counted(erased.events, 'consent', 'consents')}, and the proof with it`],
    [erased.forms, `${counted(erased.forms, 'form', 'forms')} that nobody else was shown`],
    [erased.documents, `${counted(erased.documents, 'document', 'documents')} that nothing else points to`],
    [erased.answers, counted(erased.answers, 'answer kept for a repeated request', 'answers kept for repeated requests')],
  ];
  return lines.filter(([count]) => count > 0).map(([, words]) => words);
}

export const RESTRAINTS = {
  hold: {
    title: 'Legal hold',
    words: {
      subject: 'Keeps everything of this subject from being erased, also when its time is over.',
      visitor: 'Keeps the choices of this visitor from being erased, also when their time is over.',
    },
    set: 'Put on hold',
    lift: 'Lift the hold',
    done: 'The hold is set.',
    lifted: 'The hold is lifted.',
  },
  restriction: {
    title: 'Restriction of processing',
    words: {
      subject: 'Leaves this subject and its consents out of lists, searches and exports for all but owners.',
      visitor: 'Leaves the choices of this visitor out of lists, searches and exports for all but owners.',
    },
    set: 'Restrict',
    lift: 'Lift the restriction',
    done: 'The restriction is set.',
    lifted: 'The restriction is lifted.',
  },
} as const;

export type RestraintKind = keyof typeof RESTRAINTS;
