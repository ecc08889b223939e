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
  content: string | { [language: string]: string } | null;
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
  shown: Shown | null;
  notices: Notice[];
  commitment: string;
  commitments: { [group in Group]: string };
  entry: string;
  leaf: string;
  session_id: string | null;
}
