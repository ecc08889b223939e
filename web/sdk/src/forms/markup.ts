// The markup of a form as it was shown: without what was filled in, without code, and without hidden fields.
//
// It is made of the text that the browser writes, not of a copy of the elements: that takes a tenth of the time, and no name
// of a field and no changed prototype plays a part in it. In such a text each attribute is ` name="value"`, and no value
// holds a quote.

/** A hidden field, or an address, may hold what opens the person's session. */
export const TOKEN = /^data:|[cx]srf|form_?(key|build)|sess|viewstate|nonce|token/i;

/** What nobody saw, whole, be it a comment or code; a tag's name and attributes, and the text behind it. */
const PIECE = /<!--[^]*?-->|<(style|noscript|iframe|script|template|object)(?: .[^\s=]*="[^"]*")*>[^]*?<\/\1>|<([a-z][^\s>]*(?: .[^\s=]*="[^"]*")*)>([^<]*)/gi;
const ATTRIBUTE = / (.[^\s=]*)="([^"]*)"/g;

const UNSEEN = /^(embed|link|input.* type="hidden")/is;
/** Plain words are HTML's own attributes; scripts and frameworks mark theirs with a sign, and keep anything in them. */
const NOT_SHOWN = /^(on|action|(?!aria-).*[^a-z]|nonce)/;
const KEEPS_ITS_VALUE = /^(button |option |input.* type="(checkbox|radio|submit|button|reset)")/is;

const cleanTag = (tag: string): string => tag.replace(ATTRIBUTE, (attribute, name, value) =>
  NOT_SHOWN.test(name) || name === 'value' && !KEEPS_ITS_VALUE.test(tag) || /^(href|src)/.test(name) && TOKEN.test(value) ? '' : attribute);

/** Ticks that were set beforehand stay. */
export const clean = (html: string): string => html.replace(PIECE, (_, _code, tag, text) => {
  const shown = tag && !UNSEEN.test(tag) ? `<${cleanTag(tag)}>` : '';
  return /^textarea/.test(tag) ? shown : shown + (text ?? '');
});
