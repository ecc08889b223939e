// The widget settings as the server delivers them: one language, one published version.

export interface DeclaredCookie {
  readonly name: string;
  readonly path?: string | null;
  readonly domain?: string | null;
  readonly description?: string | null;
  readonly expiryDays?: number | null;
  /** Seconds; 0 until the browser is closed, null when not known. */
  readonly lifetime?: number | null;
  /** Where the entry is kept; a cookie if nothing is said. */
  readonly storage?: 'cookie' | 'localStorage' | 'sessionStorage' | null;
}

export type VendorSignal = 'uet' | 'clarity' | 'meta' | 'tiktok' | 'matomo';

export interface Service {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly purpose?: number | null;
  /** The visitor is asked about it. False does not mean mandatory: it then follows `defaultConsent`. */
  readonly requiredConsent: boolean;
  readonly defaultConsent: boolean;
  readonly logoUrl?: string | null;
  readonly privacyPolicyUrl?: string | null;
  readonly description?: string | null;
  readonly cookies?: readonly DeclaredCookie[] | null;
  readonly consentMode?: boolean;
  readonly consentModeTypes?: readonly string[] | null;
  /** The vendor's own consent call that the service drives. */
  readonly vendorSignal?: VendorSignal | null;
  /** Raised when those who decided before are to be asked about this service again. */
  readonly round?: number;
  /** Who provides it, and from which country. */
  readonly provider?: string | null;
  readonly country?: string | null;
  /** The site says that the law needs no consent, and why. */
  readonly exempt?: boolean;
  readonly exemptReason?: string | null;
}

export interface Group {
  readonly label?: string | null;
  readonly excerpt?: string | null;
  readonly description?: string | null;
  readonly purpose?: number | null;
  readonly services: readonly Service[];
}

export type Texts = { readonly [key: string]: string | null | undefined };

export interface Settings {
  readonly id: number | string;
  readonly lang: string;
  readonly enabled?: boolean;
  /** Changes only when everyone is to be asked again; null until that happened once. */
  readonly versionKey: string | null;
  /** The published version whose texts the visitor sees. */
  readonly version?: string | null;
  readonly developerMode?: boolean;
  readonly saveConsentProof?: boolean;
  readonly consentCookieExpiryTime?: number;
  readonly consentCookieName?: string | null;
  readonly consentCookieDomain?: string | null;
  readonly position?: string | null;
  readonly timerTrigger?: number;
  readonly scrollTrigger?: number;
  readonly showFixedButton?: boolean;
  readonly showCloseButton?: boolean;
  /** What the cross means. */
  readonly closeEffect?: 'Refuse' | 'AskNextDay';
  /** `OptOut`: services may be on before a choice. */
  readonly regime?: 'OptIn' | 'OptOut';
  readonly controllerName?: string | null;
  readonly countVisits?: boolean;
  /** A path of the site that sets the consent cookie again by HTTP, for browsers that soon forget what scripts set. */
  readonly choiceCookiePath?: string | null;
  readonly disableBanner?: boolean;
  readonly enableGPC?: boolean;
  readonly buttonLogoUrl?: string | null;
  readonly displayLogo?: boolean;
  readonly hideCopyright?: boolean;
  readonly cookieNoticeUrl?: string | null;
  readonly bgColor?: string | null;
  readonly colorTitle?: string | null;
  readonly colorText?: string | null;
  readonly colorPrimary?: string | null;
  readonly colorSecondary?: string | null;
  readonly colorBtn?: string | null;
  readonly fontFamily?: string | null;
  readonly customCSS?: string | null;
  readonly translation: Texts;
  readonly groups: readonly Group[];
}

export const cookieName = (settings: Settings): string => settings.consentCookieName || 'euconsent';

export const daysOf = (settings: Settings): number => settings.consentCookieExpiryTime || 180;
