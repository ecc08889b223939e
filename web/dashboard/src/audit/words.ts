// Changes, in words.
import type { Change } from '../types';

export const ACTIONS: Record<string, string> = {
  'member.add': 'Member added',
  'member.set_role': 'Role changed',
  'member.set_password': 'Password changed',
  'member.remove': 'Member removed',
  'key.add': 'Key made',
  'key.change': 'Key changed',
  'key.replace': 'Key replaced',
  'key.revoke': 'Key revoked',
  'workspace.change': 'Workspace changed',
  'legal_notice.publish': 'Notice published',
  'legal_notice.follow': 'Notice follows an address',
  'legal_notice.unfollow': 'Notice follows no more',
  'document.upload': 'Document uploaded',
  'consent.record': 'Consent recorded by hand',
  'subject.erase': 'Subject erased',
  'subject.hold': 'Legal hold set',
  'subject.lift_hold': 'Legal hold lifted',
  'subject.restrict': 'Processing restricted',
  'subject.lift_restriction': 'Restriction lifted',
  'widget.add': 'Widget made',
  'widget.change': 'Widget draft changed',
  'widget.publish': 'Widget published',
  'widget.allow_origin': 'Origin allowed',
  'widget.withdraw_origin': 'Origin withdrawn',
  import: 'Rows imported',
};

const DAY = 24 * 60 * 60 * 1000;

/** From which day on, in UTC. What an address asks for besides can be chosen too. */
export function sinceOptions(current: string): string[][] {
  const from = (days: number) => `${new Date(Date.now() - days * DAY).toISOString().slice(0, 10)}T00:00:00Z`;
  const known = [['', 'Any time'], [from(0), 'Today'], [from(6), 'Last 7 days'], [from(29), 'Last 30 days']];
  return known.some(([value]) => value === current) ? known : [...known, [current, `Since ${current}`]];
}

export function actionWords(action: string): string {
  return ACTIONS[action] ?? action;
}

export function authorWords({ author, author_name: name }: Change): string {
  if (name) return name;
  if (author.startsWith('key:')) return 'A program';
  return author.startsWith('member:') ? `Member ${author.slice(7)}` : 'The operator';
}
