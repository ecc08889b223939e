//! Which consents to list. A filter looks at what was sent with a consent, never at the subject as it is now.

use placet_proof::Group;
use uuid::Uuid;

use super::facets::FacetFilter;
use super::stored::StoredConsent;
use crate::domain::json::Json;
use crate::domain::substring::{AnyOf, Contained};
use crate::domain::time::Timestamp;

/// A filter; all of it must hold, and what is `None` is not asked. An erased group tells nothing, so a consent does
/// not pass a filter on what was erased of it.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Not after this moment.
    pub to: Option<Timestamp>,
    /// Source, consent type, verified, address or none, name of a preference.
    pub facets: FacetFilter,
    /// Exactly this subject id.
    pub subject: Option<String>,
    /// Exactly this e-mail address.
    pub email: Option<String>,
    /// Exactly this first name.
    pub first_name: Option<String>,
    /// Exactly this last name.
    pub last_name: Option<String>,
    /// Exactly this address, as addresses are stored.
    pub ip: Option<String>,
    /// Exactly this consent id, subject id, e-mail address or user id.
    pub search: Option<String>,
    /// What the e-mail address contains.
    pub email_contains: Option<AnyOf>,
    /// What the full name contains.
    pub full_name_contains: Option<AnyOf>,
    /// What the subject's id, names or e-mail address contain.
    pub fulltext: Option<AnyOf>,
    /// Whether subjects whose processing is restricted are left out: the caller is no owner.
    pub hides_restricted: bool,
}

/// The fields of a subject that `fulltext` looks at.
const FULLTEXT: [&str; 5] = ["id", "first_name", "last_name", "full_name", "email"];

impl Filter {
    /// Whether everything between two moments passes, but for subjects that are hidden.
    #[must_use]
    pub fn takes_all_between(&self) -> bool {
        let Filter { from: _, to: _, facets, subject, email, first_name, last_name, ip, search, .. } = self;
        let texts = [subject, email, first_name, last_name, ip, search];
        *facets == FacetFilter::default()
            && texts.iter().all(|text| text.is_none())
            && self.contained().is_empty()
    }

    /// Whether a consent passes. An index knows hashes, which may collide, and where a consent stands in time; this
    /// knows all the rest.
    #[must_use]
    pub fn passes(&self, consent: &StoredConsent<'_>) -> bool {
        self.passes_exactly(consent) && self.contains(consent) && passes_facets(&self.facets, consent)
    }

    fn passes_exactly(&self, consent: &StoredConsent<'_>) -> bool {
        let is = |wanted: &Option<String>, found: Option<&Json<'_>>| {
            wanted.as_deref().is_none_or(|text| found.and_then(Json::as_str) == Some(text))
        };
        is(&self.subject, consent.subject("id"))
            && is(&self.email, consent.subject("email"))
            && is(&self.first_name, consent.subject("first_name"))
            && is(&self.last_name, consent.subject("last_name"))
            && is(&self.ip, consent.get(Group::Circumstances, "ip"))
            && self.search.as_ref().is_none_or(|text| is_found(text, consent))
    }

    /// What the subject's texts have to contain.
    #[must_use]
    pub fn contained(&self) -> Vec<Contained> {
        let Filter { email_contains, full_name_contains, fulltext, .. } = self;
        Contained::of_filters(email_contains.as_ref(), full_name_contains.as_ref(), fulltext.as_ref())
    }

    /// A choice in the widget names nobody: its subject's id is the consent id that the browser keeps.
    fn contains(&self, consent: &StoredConsent<'_>) -> bool {
        let filters = [&self.email_contains, &self.full_name_contains, &self.fulltext];
        let is_asked = filters.into_iter().any(Option::is_some);
        let is_of_widget = is_asked && consent.has(Group::Event, "widget") == Some(true);
        !is_of_widget && self.are_contained(|name| text(consent.subject(name)))
    }

    /// Whether a consent may pass that has this group S, as far as texts of its subject are asked for.
    #[must_use]
    pub fn is_in_subject(&self, group: &Json<'_>) -> bool {
        let sent = group.given("subject");
        self.are_contained(|name| sent?.given(name)?.as_str())
    }

    fn are_contained<'c>(&self, text: impl Fn(&str) -> Option<&'c str>) -> bool {
        let contains = |parts: &Option<AnyOf>, fields: &[&str]| {
            let is_in = |parts: &AnyOf, name: &&str| text(name).is_some_and(|text| parts.is_in(text));
            parts.as_ref().is_none_or(|parts| fields.iter().any(|name| is_in(parts, name)))
        };
        contains(&self.email_contains, &["email"])
            && contains(&self.full_name_contains, &["full_name"])
            && contains(&self.fulltext, &FULLTEXT)
    }
}

fn text<'c>(value: Option<&'c Json<'_>>) -> Option<&'c str> {
    value.and_then(Json::as_str)
}

fn is_found(wanted: &str, consent: &StoredConsent<'_>) -> bool {
    let fields = [consent.subject("id"), consent.subject("email"), consent.get(Group::Subject, "user_id")];
    fields.into_iter().any(|found| text(found) == Some(wanted)) || Uuid::try_parse(wanted) == Ok(consent.id)
}

fn passes_facets(filter: &FacetFilter, consent: &StoredConsent<'_>) -> bool {
    let FacetFilter { source, is_cookie_choice, is_verified, has_ip, preference } = filter;
    let is = |wanted: &Option<bool>, found: Option<bool>| wanted.is_none_or(|only| found == Some(only));
    let word = text(consent.get(Group::Event, "source"));
    let has =
        |name: &String| consent.get(Group::Event, "preferences").is_some_and(|all| all.get(name).is_some());
    source.is_none_or(|only| word == Some(only.word()))
        && is(is_cookie_choice, consent.has(Group::Event, "consent_type"))
        && is(is_verified, consent.is_verified())
        && is(has_ip, consent.has(Group::Circumstances, "ip"))
        && preference.as_ref().is_none_or(has)
}
