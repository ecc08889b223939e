// What members may do, in words.
import type { Member } from '../types';

export const ROLES: Record<Member['role'], [string, string]> = {
  owner: ['Owner', 'Everything, keys and members included'],
  editor: ['Editor', 'Changes notices, documents and widgets, records consents by hand'],
  auditor: ['Auditor', 'Reads everything, changes nothing'],
};

export function roleWords(role: Member['role']): string {
  return ROLES[role][0];
}
