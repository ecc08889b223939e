// What the management API answers. Absent values are null; what comes out of a record as it was written may also be left out.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export type Group = 'S' | 'E' | 'F' | 'D';

export interface Session {
  member: { id: number; email: string; role: 'owner' | 'editor' | 'auditor' };
  workspace: { id: number; name: string };
}

export interface Member {
  id: number;
  email: string;
  role: Session['member']['role'];
  created_at: string;
}

export interface Key {
  id: string;
  kind: 'private' | 'public';
  name: string;
  state: 'active' | 'ending' | 'revoked';
  allowed_origins: string[];
  created_at: string;
  last_used_at: string | null;
  works_until: string | null;
  key: string | null;
}

export interface Change {
  id: string;
  at: string;
  author: string;
  author_name: string | null;
  action: string;
  target: string;
  before: Json;
  after: Json;
}

export interface Subject {
  id: string | null;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  full_name: string | null;
  verified: boolean;
  [sent: string]: Json;
}

export interface Restraint {
  subject_id: string;
  reason: string;
  by: string;
  at: string;
}

/** A preference of a subject, and the consent that set it. */
export interface Preference {
  value: Json;
  consent_id: string;
  at: string;
}

export interface PastPreference extends Preference {
  name: string;
}

/** A subject as it is now; as a consent names one it is a `Subject`. */
export interface KnownSubject {
  id: string;
  email: string | null;
  first_name: string | null;
  last_name: string | null;
  full_name: string | null;
  phones: { number: string; label: string | null }[];
  verified: boolean;
  created_at: string;
  preferences: { [name: string]: Preference };
  hold: Restraint | null;
  restriction: Restraint | null;
}

/** What is in force on a subject, or on a visitor, who is none. */
export type Restraints = Pick<KnownSubject, 'hold' | 'restriction'>;

export interface Erased {
  was_known: boolean;
  subject: boolean;
  consents: number;
  events: number;
  preferences: number;
  forms: number;
  documents: number;
  answers: number;
  overwritten?: boolean;
}

/** Without a version as long as the page that it follows was never read. */
export interface NoticeHead {
  identifier: string;
  version: number | null;
  sha256: string | null;
  at: string | null;
  follows: string | null;
  last_error: string | null;
}

/** The address that a notice follows, and what came of it. */
export interface NoticeSource {
  identifier: string;
  url: string;
  language: string | null;
  every: string;
  last_checked_at: string | null;
  last_error: string | null;
  last_version: number | null;
  next_check_at: string;
}

export interface NoticeVersion {
  identifier: string;
  version: number;
  sha256: string;
  at: string;
  content: Texts;
  document_ids: string[];
}

/** One text, or one in each language. */
export type Texts = string | { [language: string]: string };

export interface Document {
  id: string;
  name: string;
  mime_type: string;
  size: number;
  sha256: string;
  created_at: string;
  referenced: boolean;
}

export interface DocumentReference {
  kind: 'consent' | 'legal_notice';
  consent_id: string | null;
  identifier: string | null;
  version: number | null;
}

export interface NoticeReference {
  identifier: string;
  version: number | string | null;
  sha256: string | null;
}

export interface WidgetReference {
  id: number;
  version?: string | null;
  lang?: string | null;
  how?: string | null;
}

export interface ServiceChoice {
  id?: string | null;
  name: string;
  slug: string;
  purpose: number;
  consent: boolean;
  at?: string | number | null;
}

export interface Consent {
  id: string;
  at: string;
  received_at: string;
  claimed_at?: string | null;
  source: 'public' | 'private' | 'member';
  consent_type: 'cookie_policy' | null;
  subject: Subject;
  user_id: string | null;
  preferences: { [name: string]: Json };
  notices: NoticeReference[];
  widget: WidgetReference | null;
  origin: string | null;
  origin_checked: boolean | null;
  path: string | null;
  ip_address: string | null;
  device: string | null;
  services?: ServiceChoice[];
  erased: Group[];
}

export interface Proof {
  content: string | null;
  form_url: string | null;
}

export interface Notice extends NoticeReference {
  content: Texts | null;
  at: string | null;
}

export interface Shown {
  lang: string;
  texts: { [key: string]: Json };
}

export interface ConsentDetail extends Omit<Consent, 'notices' | 'services'> {
  services: ServiceChoice[];
  proofs: Proof[];
  documents: string[];
  document_ids: string[];
  shown: Shown | null;
  notices: Notice[];
  commitment: string;
  commitments: { [group in Group]: string };
  entry: string;
  leaf: string;
  session_id: string | null;
}
