//! The properties with few values by which consents are filtered. All of them together are one *combination*: a code
//! in each consent, so that one index serves every filter on any of them.

use super::source::Source;
use crate::domain::id::WidgetId;

/// A consent with more preferences than this belongs to a combination whose names are not noted.
const MAX_NAMES: usize = 256;

/// Combinations that a workspace may have. Whoever holds a public key can invent names of preferences; what comes
/// after these shares a combination whose names are not noted, so that lists stay fast.
pub const MAX_COMBINATIONS: usize = 1000;

/// The properties of one consent.
#[expect(clippy::struct_excessive_bools, reason = "each is asked for by itself")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facets<'a> {
    /// Who wrote it.
    pub source: Source,
    /// Whether it is a cookie choice.
    pub is_cookie_choice: bool,
    /// Whether the subject was sent as verified.
    pub is_verified: bool,
    /// Whether an address is kept with it.
    pub has_ip: bool,
    /// The names of its preferences, sorted, each once.
    names: Vec<&'a str>,
    /// Whether the combination notes them.
    notes_names: bool,
    /// The widget of a cookie choice.
    widget: Option<WidgetId>,
}

/// A combination as it is stored. What is `None` is not known: the consent itself has to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Combination {
    /// The code in each consent.
    pub code: i64,
    /// Who wrote it.
    pub source: Source,
    /// Whether it is a cookie choice.
    pub is_cookie_choice: bool,
    /// Whether the subject was sent as verified.
    pub is_verified: bool,
    /// Whether an address is kept with it.
    pub has_ip: Option<bool>,
    /// Hashes of the names of its preferences.
    pub names: Option<Vec<i64>>,
    /// The widget that a cookie choice was made in.
    pub widget: Option<WidgetId>,
}

/// A filter on [`Facets`]; `None` means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetFilter {
    /// Only consents from this source.
    pub source: Option<Source>,
    /// Only cookie choices, or everything but cookie choices.
    pub is_cookie_choice: Option<bool>,
    /// Only consents whose subject was, or was not, sent as verified.
    pub is_verified: Option<bool>,
    /// Only consents with, or without, an address.
    pub has_ip: Option<bool>,
    /// Only consents that have a preference of this name.
    pub preference: Option<String>,
}

impl<'a> Facets<'a> {
    /// Of a consent with preferences of these names.
    #[must_use]
    pub fn new(
        source: impl Into<Source>,
        (is_cookie_choice, is_verified, has_ip): (bool, bool, bool),
        names: impl Iterator<Item = &'a str>,
    ) -> Facets<'a> {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        let notes_names = names.len() <= MAX_NAMES;
        Facets {
            source: source.into(),
            is_cookie_choice,
            is_verified,
            has_ip,
            names,
            notes_names,
            widget: None,
        }
    }

    /// The same in a widget.
    #[must_use]
    pub fn in_widget(self, widget: Option<WidgetId>) -> Facets<'a> {
        Facets { widget, ..self }
    }

    /// The combination that does not note names: what stands for every consent beyond [`MAX_COMBINATIONS`].
    #[must_use]
    pub fn without_names(&self) -> Facets<'a> {
        Facets { notes_names: false, ..self.clone() }
    }

    /// The names of the preferences.
    #[must_use]
    pub fn names(&self) -> &[&'a str] {
        &self.names
    }

    /// The text that is hashed to the code. A name holds no U+0000, so no two combinations have the same.
    #[must_use]
    pub fn description(&self) -> String {
        let Facets { source, is_cookie_choice, is_verified, has_ip, names, notes_names, widget } = self;
        let flags = [*is_cookie_choice, *is_verified, *has_ip].map(|flag| if flag { '1' } else { '0' });
        let mut text = source.word().to_owned();
        text.extend(flags);
        text.extend(widget.map(|WidgetId(id)| format!("w{id}")));
        if *notes_names {
            text.extend(names.iter().flat_map(|name| ["\0", *name]));
        } else {
            text.push('*');
        }
        text
    }

    /// How the combination is stored.
    #[must_use]
    pub fn to_combination(&self, code: i64, hash: impl Fn(&str) -> i64) -> Combination {
        let Facets { source, is_cookie_choice, is_verified, has_ip, ref names, notes_names, widget } = *self;
        let names = notes_names.then(|| names.iter().map(|name| hash(name)).collect());
        Combination { code, source, is_cookie_choice, is_verified, has_ip: Some(has_ip), names, widget }
    }
}

impl FacetFilter {
    /// Whether consents of a combination may pass; `name` is the hash of [`FacetFilter::preference`].
    #[must_use]
    pub fn admits(&self, combination: &Combination, name: Option<i64>) -> bool {
        let FacetFilter { source, is_cookie_choice, is_verified, has_ip, preference: _ } = self;
        let names = || combination.names.as_ref();
        source.is_none_or(|only| only == combination.source)
            && is_cookie_choice.is_none_or(|only| only == combination.is_cookie_choice)
            && is_verified.is_none_or(|only| only == combination.is_verified)
            && has_ip.is_none_or(|only| combination.has_ip.is_none_or(|has_ip| only == has_ip))
            && name.is_none_or(|name| names().is_none_or(|names| names.contains(&name)))
    }
}

impl Combination {
    /// Whether the names of its consents are noted one by one, instead of here. Where addresses are not told either,
    /// combinations were not noted yet.
    #[must_use]
    pub fn is_of_any_names(&self) -> bool {
        self.names.is_none() && self.has_ip.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::key::KeyKind;

    fn description(flags: (bool, bool, bool), names: &[&str]) -> String {
        Facets::new(KeyKind::Public, flags, names.iter().copied()).description()
    }

    #[test]
    fn a_combination_does_not_depend_on_the_order_of_names() {
        let none = (false, false, false);
        assert_eq!(description(none, &["b", "a", "b"]), description(none, &["a", "b"]));
    }

    #[test]
    fn no_two_combinations_have_the_same_description() {
        let none = (false, false, false);
        let all = [
            description(none, &[]),
            description(none, &[""]),
            description(none, &["*"]),
            description(none, &["a", "b"]),
            description(none, &["ab"]),
            description((true, false, false), &[]),
            description((false, true, false), &[]),
            description((false, false, true), &[]),
            Facets::new(KeyKind::Private, none, [].into_iter()).description(),
            Facets::new(KeyKind::Public, none, [].into_iter()).without_names().description(),
            Facets::new(KeyKind::Public, none, ["1"].into_iter()).in_widget(Some(WidgetId(1))).description(),
            Facets::new(KeyKind::Public, none, ["1"].into_iter()).in_widget(Some(WidgetId(11))).description(),
        ];
        let different: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }

    #[test]
    fn too_many_names_are_not_noted() {
        let names: Vec<String> = (0..=MAX_NAMES).map(|number| number.to_string()).collect();
        let facets = |count: usize| {
            Facets::new(KeyKind::Public, (false, false, false), names[..count].iter().map(String::as_str))
        };
        let rest = facets(1).without_names().description();
        assert_eq!(facets(MAX_NAMES + 1).description(), rest);
        assert_ne!(facets(MAX_NAMES).description(), rest);
        assert_eq!(facets(MAX_NAMES + 1).names().len(), MAX_NAMES + 1);
    }

    #[test]
    fn what_a_combination_does_not_say_may_pass() {
        let facets = Facets::new(KeyKind::Public, (false, false, false), ["a"].into_iter());
        let known = facets.to_combination(9, |_| 7);
        let unknown = Combination { has_ip: None, names: None, ..known.clone() };
        let filter = |has_ip| FacetFilter { has_ip: Some(has_ip), ..FacetFilter::default() };
        assert!(filter(false).admits(&known, Some(7)) && !filter(false).admits(&known, Some(8)));
        assert!(!filter(true).admits(&known, Some(7)));
        assert!(filter(true).admits(&unknown, Some(8)) && filter(false).admits(&unknown, None));
    }
}
